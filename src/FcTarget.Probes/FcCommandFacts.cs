// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes;

/// <summary>
/// What the documented arguments of the scsi-*, xfer-* and abts-receive probes cannot carry: the argument after the last documented one.
/// Numbers are in host order; a fact that the probe's moment does not know yet is zero.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly unsafe struct FcCommandFacts
{
    /// <summary>The 8 LUN bytes as one big-endian number (SAM-5 4.7), as the iscsi provider gives ii_lun.</summary>
    public ulong Lun { get; init; }

    /// <summary>Sense data of a scsi-response, <see cref="SenseLength"/> bytes; null if none.</summary>
    public byte* Sense { get; init; }

    public int SenseLength { get; init; }

    /// <summary>FCP_DL: bytes the initiator expects to move.</summary>
    public uint ExpectedLength { get; init; }

    /// <summary>FCP_RESID of a scsi-response in bytes; <see cref="ResidualKind"/> says of which kind.</summary>
    public uint Residual { get; init; }

    /// <summary>N_Port_ID of the local port, 24 bits.</summary>
    public uint LocalId { get; init; }

    /// <summary>N_Port_ID of the remote port, 24 bits.</summary>
    public uint RemoteId { get; init; }

    public ushort OxId { get; init; }

    public ushort RxId { get; init; }

    public FcResidual ResidualKind { get; init; }

    /// <summary>SCSI status of a scsi-response (SAM-5 5.3.1).</summary>
    public byte ScsiStatus { get; init; }

    /// <summary>Task management flags of FCP_CMND (FCP-4); 0 for a SCSI command.</summary>
    public byte TaskManagementFlags { get; init; }

    /// <summary>RSP_CODE of the FCP_RSP that answers task management or a refused FCP_CMND (FCP-4).</summary>
    public byte RspCode { get; init; }

    /// <summary>Transfers begun so far, 255 at most.</summary>
    public byte Transfers { get; init; }
}
