// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Answers;

/// <summary>
/// Stands for the logical unit of a task that its task set holds back: what is then posted to the task's loop, or aborts it, comes here.
/// </summary>
internal sealed class DormantUnit(TaskRouter router) : AnsweringUnit
{
    public override void Execute(ScsiTask task)
    {
        // Never routed here: a dormant task is given this unit without being executed.
    }

    public override void Continue(ScsiTask task)
    {
        if (task.IsAborted) task.Complete(ScsiStatus.TaskAborted);
        else router.Resume(task);
    }

    public override void Abort(ScsiTask task, AbortReason reason)
    {
        // Released a moment ago on another loop: it comes back through Continue, and completes there.
        if (task.Set is { } set && set.TryCancelDormant(task)) task.Complete(ScsiStatus.TaskAborted);
    }
}
