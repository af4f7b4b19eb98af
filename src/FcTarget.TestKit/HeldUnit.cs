// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.TestKit;

/// <summary>A logical unit that does nothing by itself: the test moves data and completes its tasks.</summary>
public sealed class HeldUnit : ILogicalUnit
{
    public LogicalUnitIdentity Identity { get; } = new("held", 2, "held");

    public TaskSet TaskSet { get; } = new();

    /// <summary>Tasks that came and are not complete, oldest first.</summary>
    public List<ScsiTask> Tasks { get; } = [];

    /// <summary>Tasks that were aborted, with the reason.</summary>
    public List<(ScsiTask Task, AbortReason Reason)> Aborted { get; } = [];

    /// <summary>Calls of Continue.</summary>
    public int Continued { get; private set; }

    /// <summary>When false an aborted task is kept, as if its work were on another thread.</summary>
    public bool CompletesAborted { get; set; } = true;

    /// <summary>TEST UNIT READY is answered with GOOD at once: for hosts that log in by themselves.</summary>
    public bool AnswersTestUnitReady { get; init; }

    public ScsiTask Only => Tasks.Single();

    public void Execute(ScsiTask task)
    {
        if (AnswersTestUnitReady && task.Cdb[0] == (byte)OperationCode.TestUnitReady) task.Complete(ScsiStatus.Good);
        else Tasks.Add(task);
    }

    public void Continue(ScsiTask task) => Continued++;

    public void Abort(ScsiTask task, AbortReason reason)
    {
        Aborted.Add((task, reason));
        if (CompletesAborted) Completes(task);
    }

    public void Completes(ScsiTask task, ScsiStatus status = ScsiStatus.Good)
    {
        Tasks.Remove(task);
        task.Complete(status);
    }
}
