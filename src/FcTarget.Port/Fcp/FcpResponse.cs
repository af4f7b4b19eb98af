// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.Port;

/// <summary>Makes the FCP_RSP IU of a finished exchange (FCP-4, FCP_RSP).</summary>
internal static class FcpResponse
{
    /// <summary>Longest FCP_RSP we send: header, RSP_INFO and sense data.</summary>
    public const int MaxLength = 24 + 8 + ScsiTask.MaxSenseLength;

    public static int Write(Span<byte> to, FcpExchange exchange)
    {
        FcpRspHeader header = new() { Status = (byte)exchange.Status };
        // FCP_RESID tells what did not move of FCP_DL, also after CHECK CONDITION; a task management function has none.
        if (exchange.RspCode is null) SetResidual(ref header, exchange.Resid);
        uint additional = exchange.RspCode == FcpRspCode.TaskManagementFunctionSucceeded ? exchange.TaskManagement.AdditionalResponse : 0;
        return FcpRsp.Write(to, header, exchange.RspCode, exchange.SenseData, additional: additional);
    }

    /// <summary>An answer to a command that has no exchange: nothing of its <paramref name="dataLength"/> moved.</summary>
    public static int Write(Span<byte> to, ScsiStatus status, FcpRspCode? code, uint dataLength)
    {
        FcpRspHeader header = new() { Status = (byte)status };
        if (code is null) SetResidual(ref header, -(long)dataLength);
        return FcpRsp.Write(to, header, code);
    }

    /// <summary>The response of an exchange that is over.</summary>
    public static int Write(Span<byte> to, ScsiStatus status, long residual, ReadOnlySpan<byte> sense)
    {
        FcpRspHeader header = new() { Status = (byte)status };
        SetResidual(ref header, residual);
        return FcpRsp.Write(to, header, null, sense);
    }

    private static void SetResidual(ref FcpRspHeader header, long residual)
    {
        if (residual == 0) return;
        header.Flags |= residual > 0 ? FcpRspFlags.ResidOver : FcpRspFlags.ResidUnder;
        header.Resid = (uint)Math.Min(Math.Abs(residual), uint.MaxValue);
    }
}

