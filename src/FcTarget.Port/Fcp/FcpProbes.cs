// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FcTarget.Probes;

namespace FcTarget.Port;

/// <summary>
/// Makes the arguments of the scsi-* and xfer-* probes of an exchange. Called only when somebody traces; the CDB is pinned and the
/// sense data is copied to the stack, so the addresses outlive the call.
/// </summary>
internal static unsafe class FcpProbes
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FireScsi(FcpTarget target, FcpExchange exchange, FcProbe probe)
    {
        RemotePort remote = exchange.Session.Remote;
        byte* sense = stackalloc byte[Stmf.ScsiTask.MaxSenseLength];
        exchange.SenseData.CopyTo(new Span<byte>(sense, Stmf.ScsiTask.MaxSenseLength));
        ScsiCmd cmd = Command(exchange);
        FcCommandFacts facts = Facts(target, exchange, sense);
        if (probe == FcProbe.ScsiCommand) target.Probes.ScsiCommand(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, cmd, facts);
        else target.Probes.ScsiResponse(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, cmd, facts);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FireXfer(FcpTarget target, FcpExchange exchange, FcProbe probe, uint offset, uint length)
    {
        RemotePort remote = exchange.Session.Remote;
        ScsiCmd cmd = Command(exchange);
        FcCommandFacts facts = Facts(target, exchange, null);
        FcXferFlags direction = exchange.ExpectsDataIn ? FcXferFlags.ToRport : FcXferFlags.FromRport;
        FcXferInfo xfer = new() { fcx_len = length, fcx_offset = offset, fcx_flags = (ushort)(direction | FcXferFlags.LportXferActive) };
        if (probe == FcProbe.XferStart) target.Probes.XferStart(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, cmd, xfer, facts);
        else target.Probes.XferDone(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, cmd, xfer, facts);
    }

    /// <summary>Also for an ABTS of an exchange we do not know: <paramref name="exchange"/> is null then.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FireAbts(FcpTarget target, RemotePort remote, FcpExchange? exchange, ushort oxId, ushort rxId)
    {
        FcCommandFacts facts = exchange is not null
            ? Facts(target, exchange, null)
            : new FcCommandFacts { OxId = oxId, RxId = rxId, LocalId = target.Local.Id.Value, RemoteId = remote.Id.Value };
        target.Probes.AbtsReceive(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, facts);
    }

    private static ScsiCmd Command(FcpExchange exchange) => new()
    {
        ic_len = (ulong)exchange.Cdb.Length,
        ic_cdb = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(exchange.PinnedCdb)),
    };

    private static FcCommandFacts Facts(FcpTarget target, FcpExchange exchange, byte* sense)
    {
        long residual = exchange.IsComplete && exchange.RspCode is null ? exchange.Residual : 0;
        return new FcCommandFacts
        {
            Lun = exchange.Lun.Value,
            Sense = sense,
            SenseLength = sense == null ? 0 : exchange.SenseLength,
            ExpectedLength = exchange.ExpectedLength,
            Residual = (uint)Math.Min(Math.Abs(residual), uint.MaxValue),
            ResidualKind = residual == 0 ? FcResidual.None : residual > 0 ? FcResidual.Over : FcResidual.Under,
            LocalId = target.Local.Id.Value,
            RemoteId = exchange.Originator.Value,
            OxId = exchange.OxId.Value,
            RxId = exchange.RxId.Value,
            ScsiStatus = (byte)exchange.Status,
            TaskManagementFlags = exchange.TaskManagementFlags,
            RspCode = (byte)(exchange.RspCode ?? 0),
        };
    }
}
