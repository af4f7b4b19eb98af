// SPDX-License-Identifier: MIT

namespace FcTarget.Initiator;

/// <summary>How a command ended. Only <see cref="Completed"/> has a SCSI status.</summary>
public enum InitiatorOutcome : byte
{
    /// <summary>Not submitted, or still under way.</summary>
    None,

    /// <summary>FCP_RSP came, and all the data it speaks of.</summary>
    Completed,

    /// <summary>No FCP_RSP, or not all the data, within the command's time; the exchange was aborted with ABTS.</summary>
    TimedOut,

    /// <summary>The caller had it aborted.</summary>
    Aborted,

    /// <summary>There is no image pair with the target, or it ended: logout, link down, a new login.</summary>
    PortLost,

    /// <summary>
    /// The target sent what no command can go on after: <see cref="InitiatorCommand.Violation"/> says what. Aborted with ABTS.
    /// </summary>
    ProtocolError,
}
