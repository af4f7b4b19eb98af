// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Tests;

/// <summary>A logical unit that keeps every task until the test lets it go.</summary>
public sealed class TestUnit(string name, int capacity = TaskSet.DefaultCapacity) : ILogicalUnit
{
    public LogicalUnitIdentity Identity { get; } = new(name, 1, name);

    public TaskSet TaskSet { get; } = new(capacity);

    public List<ScsiTask> Held { get; } = [];

    public List<(ScsiTask Task, AbortReason Reason)> Aborted { get; } = [];

    /// <summary>When false an aborted task is held on, as if its work were on another thread.</summary>
    public bool CompletesAborted { get; set; } = true;

    public void Execute(ScsiTask task) => Held.Add(task);

    public void Continue(ScsiTask task) => task.Complete(ScsiStatus.Good);

    public void Abort(ScsiTask task, AbortReason reason)
    {
        Aborted.Add((task, reason));
        if (CompletesAborted) Release(task);
    }

    public void Release(ScsiTask task)
    {
        Held.Remove(task);
        task.Complete(ScsiStatus.Good);
    }
}
