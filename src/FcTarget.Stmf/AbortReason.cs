// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

/// <summary>Why a task is taken away from its logical unit.</summary>
public enum AbortReason : byte
{
    None,

    /// <summary>The initiator aborted this one command (ABTS, ABORT TASK).</summary>
    ByInitiator,

    /// <summary>ABORT TASK SET from the same I_T nexus.</summary>
    AbortTaskSet,

    /// <summary>CLEAR TASK SET, perhaps from another I_T nexus.</summary>
    ClearTaskSet,

    /// <summary>PREEMPT AND ABORT from another I_T nexus (SPC-4 5.12.11.5).</summary>
    PreemptAndAbort,

    /// <summary>A SANITIZE begins: the task ends in CHECK CONDITION, SANITIZE IN PROGRESS (SBC-4 4.11.2).</summary>
    Sanitize,

    /// <summary>
    /// Its LUN leads to the logical unit no more (offline, deleted, another view): the task ends in CHECK CONDITION, LOGICAL UNIT NOT SUPPORTED, as the
    /// next command will, so that a multipath driver need not wait for a time-out.
    /// </summary>
    Unmapped,

    LogicalUnitReset,
    TargetReset,

    /// <summary>The I_T nexus is gone: logout, new login, link down.</summary>
    NexusLoss,
}
