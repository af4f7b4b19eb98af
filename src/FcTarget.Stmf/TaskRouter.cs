// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

/// <summary>Brings each command to its logical unit, and answers for those that are not there.</summary>
public sealed class TaskRouter
{
    /// <summary>A session begins: the nexus gets its LUN map and its first unit attention.</summary>
    public void BeginNexus(ItNexus nexus) { }

    /// <summary>A session ends: its tasks are aborted and its unit attentions forgotten.</summary>
    public void EndNexus(ItNexus nexus) { }

    /// <summary>Routes a command. On the loop of the task's port. Ends in LogicalUnit.Execute or in a completed task.</summary>
    public void Dispatch(ScsiTask task) { }

    /// <summary>Starts a task management function; it ends in <see cref="TaskManagementRequest.PostDone"/>, perhaps before this returns.</summary>
    public void Manage(TaskManagementRequest request) { }
}

internal sealed class NexusState { }
