// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Probes;
using FcTarget.Scsi;

namespace FcTarget.Port;

/// <summary>
/// Makes the arguments of the scsi-* and xfer-* probes of an exchange. Called only when somebody traces; scsicmd_t and the
/// CDB are pinned and the sense data is copied to the stack, so the addresses outlive the call.
/// </summary>
internal static unsafe class FcpProbes
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FireScsi(FcpTarget target, FcpExchange exchange, FcProbe probe)
    {
        RemotePort remote = exchange.Session.Remote;
        byte* sense = stackalloc byte[Stmf.ScsiTask.MaxSenseLength];
        exchange.SenseData.CopyTo(new Span<byte>(sense, Stmf.ScsiTask.MaxSenseLength));
        ref readonly ScsiCmd cmd = ref Command(exchange);
        FcCommandFacts facts = Facts(target, exchange, sense);
        if (probe == FcProbe.ScsiCommand) target.Probes.ScsiCommand(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, in cmd, facts);
        else target.Probes.ScsiResponse(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, in cmd, facts);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FireXfer(FcpTarget target, FcpExchange exchange, FcProbe probe, uint offset, uint length)
    {
        RemotePort remote = exchange.Session.Remote;
        ref readonly ScsiCmd cmd = ref Command(exchange);
        FcCommandFacts facts = Facts(target, exchange, null);
        FcXferFlags direction = exchange.ExpectsDataIn ? FcXferFlags.ToRport : FcXferFlags.FromRport;
        FcXferInfo xfer = new() { fcx_len = length, fcx_offset = offset, fcx_flags = (ushort)(direction | FcXferFlags.LportXferActive) };
        if (probe == FcProbe.XferStart) target.Probes.XferStart(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, in cmd, xfer, facts);
        else target.Probes.XferDone(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, in cmd, xfer, facts);
    }

    /// <summary>Also for an ABTS of an exchange we do not know: <paramref name="exchange"/> is null then.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FireAbts(FcpTarget target, RemotePort remote, FcpExchange? exchange, ushort oxId, ushort rxId)
    {
        FcCommandFacts facts = exchange is not null
            ? Facts(target, exchange, null)
            : new FcCommandFacts { OxId = oxId, RxId = rxId, LocalId = target.Local.Id.Value, RemoteId = remote.Id.Value };
        target.Probes.AbtsReceive(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, facts, exchange is not null);
    }

    /// <summary>scsi-command and scsi-response of a command that got no exchange.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FireRefused(FcpTarget target, RemotePort remote, in FcpCmnd command, OxId oxId, FcProbe probe, ScsiStatus status)
    {
        byte* cdb = stackalloc byte[FcpCmnd.MaxCdbLength];
        command.Cdb.CopyTo(new Span<byte>(cdb, FcpCmnd.MaxCdbLength));
        ScsiCmd cmd = new() { ic_len = (ulong)command.Cdb.Length, ic_cdb = cdb };
        bool answered = probe == FcProbe.ScsiResponse;
        FcCommandFacts facts = new()
        {
            Lun = command.Header.Lun,
            ExpectedLength = command.DataLength,
            Residual = answered ? command.DataLength : 0,
            ResidualKind = answered && command.DataLength != 0 ? FcResidual.Under : FcResidual.None,
            LocalId = target.Local.Id.Value,
            RemoteId = remote.Id.Value,
            OxId = oxId.Value,
            RxId = RxId.Unassigned.Value,
            ScsiStatus = (byte)status,
            TaskManagementFlags = (byte)command.Header.TaskManagement,
        };
        if (answered) target.Probes.ScsiResponse(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, in cmd, facts);
        else target.Probes.ScsiCommand(remote.Connection, target.Local.ProbeInfo, remote.ProbeInfo, in cmd, facts);
    }

    private static ref readonly ScsiCmd Command(FcpExchange exchange)
    {
        ref ScsiCmd command = ref exchange.ProbeCommand;
        command.ic_len = (ulong)exchange.Cdb.Length;
        command.ic_cdb = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(exchange.PinnedCdb));
        return ref command;
    }

    private static FcCommandFacts Facts(FcpTarget target, FcpExchange exchange, byte* sense)
    {
        long residual = exchange.IsComplete && exchange.RspCode is null ? exchange.Resid : 0;
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
            Transfers = exchange.Transfers,
        };
    }
}
