// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf.Configuration;

/// <summary>Waits for the tasks of a logical unit that is going away.</summary>
internal sealed class DrainRequest : TaskManagementRequest
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DrainRequest() => Hold();

    /// <summary>Completes when no task is left.</summary>
    public Task Drained => _drained.Task;

    protected internal override void PostDone() => _drained.SetResult();
}
