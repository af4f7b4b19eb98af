// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf;

/// <summary>Task management functions (SAM-5 7.1) that a transport can carry.</summary>
public enum TaskManagementFunction : byte
{
    AbortTaskSet,
    ClearTaskSet,
    LogicalUnitReset,
    TargetReset,
    ClearAca,
    QueryTaskSet,
    QueryAsynchronousEvent,
}

/// <summary>Service responses of task management (SAM-5 7.1).</summary>
public enum TaskManagementResponse : byte
{
    FunctionComplete,
    FunctionSucceeded,
    FunctionRejected,
    IncorrectLogicalUnitNumber,
}

/// <summary>
/// A task management function under way. It is done when every task it ends is over, so that nothing of an aborted write reaches the
/// medium after the initiator has been told.
/// </summary>
public abstract class TaskManagementRequest
{
    public ItNexus Nexus { get; protected set; } = null!;

    public Lun Lun { get; protected set; }

    public TaskManagementFunction Function { get; protected set; }

    public TaskManagementResponse Response { get; internal set; }

    /// <summary>Additional Response Information, 24 bits: what QUERY ASYNCHRONOUS EVENT has found (SAM-5 7.8), else 0.</summary>
    public uint AdditionalResponse { get; internal set; }

    /// <summary>Task sets that still have tasks to end for this, plus one while the router is at work.</summary>
    private int _holds;

    /// <summary>
    /// From any thread, once: the function is done and <see cref="Response"/> is set. The port posts the answer to its loop.
    /// </summary>
    protected internal abstract void PostDone();

    /// <summary>One more thing to wait for. Any thread.</summary>
    internal void Hold() => Interlocked.Increment(ref _holds);

    /// <summary>One thing less to wait for; the last one posts the answer. Any thread.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _holds) == 0) PostDone();
    }
}
