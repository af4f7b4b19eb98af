// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Scsi;

namespace FcTarget.Replay;

/// <summary>Sends the commands of a capture to a live target: an initiator that is logged in.</summary>
public interface IReplayInitiator
{
    /// <summary>Who the live target is, for the report.</summary>
    string Target { get; }

    /// <summary>Sends a command and waits for its end.</summary>
    LiveAnswer Execute(Lun lun, ReadOnlySpan<byte> cdb, TaskAttribute attribute, Memory<byte> dataIn, ReadOnlyMemory<byte> dataOut);

    /// <summary>Sends a task management function and waits for its end.</summary>
    LiveAnswer Manage(Lun lun, FcpTaskManagementFlags function);
}

/// <summary>What a live target answered.</summary>
/// <param name="IsAnswered">False when no FCP_RSP came; the rest means nothing then.</param>
/// <param name="Status">SCSI status.</param>
/// <param name="Sense">Sense data; empty for none.</param>
/// <param name="Residual">FCP_RESID: negative under, positive over.</param>
/// <param name="BytesMoved">Data moved.</param>
/// <param name="Code">RSP_CODE; null without FCP_RSP_INFO.</param>
public readonly record struct LiveAnswer(bool IsAnswered, ScsiStatus Status, ReadOnlyMemory<byte> Sense, long Residual, uint BytesMoved, FcpRspCode? Code);
