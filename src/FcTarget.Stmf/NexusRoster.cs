// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

/// <summary>
/// The I_T nexuses that see a logical unit now: how the unit reaches those that did not send the command at hand, with unit attentions
/// and aborts. Kept by the task router. Any thread; the lock is taken before a task set's, never inside one.
/// </summary>
public sealed class NexusRoster
{
    private readonly Lock _gate = new();
    private readonly List<ItlNexus> _members = [];
    private readonly TaskSet _tasks;

    internal NexusRoster(TaskSet tasks) => _tasks = tasks;

    /// <summary>Establishes a unit attention condition for all of them, or all but one.</summary>
    public void Establish(UnitAttentions condition, ItNexus? except = null)
    {
        lock (_gate)
        {
            foreach (ItlNexus itl in _members)
                if (itl.Nexus != except) itl.Establish(condition);
        }
    }

    /// <summary>Establishes a unit attention condition for those that a condition chooses.</summary>
    public void Establish(UnitAttentions condition, Predicate<ItNexus> which)
    {
        lock (_gate)
        {
            foreach (ItlNexus itl in _members)
                if (which(itl.Nexus)) itl.Establish(condition);
        }
    }

    /// <summary>
    /// Aborts the tasks of some of them, and clears the ACA condition of one (SPC-5 5.14.11.2.6); the waiter is done when the tasks are over,
    /// perhaps before this returns.
    /// </summary>
    public void Abort(Predicate<ItNexus> which, AbortReason reason, TaskManagementRequest waiter)
    {
        waiter.Hold();
        lock (_gate)
        {
            foreach (ItlNexus itl in _members)
            {
                if (!which(itl.Nexus)) continue;
                _tasks.Abort(itl.Nexus, reason, waiter);
                _tasks.ClearAca(itl.Nexus);
            }
        }
        waiter.Release();
    }

    /// <summary>Whether an initiator port sees the unit, through whichever target port: what it does not see it may not copy either.</summary>
    public bool IsSeenBy(string initiatorPortName)
    {
        lock (_gate) return _members.Exists(itl => itl.Nexus.InitiatorPortName == initiatorPortName);
    }

    /// <summary>The relative identifiers of the target ports they come through.</summary>
    public ushort[] Ports()
    {
        lock (_gate) return [.. _members.Select(itl => itl.Nexus.RelativeTargetPort).Distinct()];
    }

    internal void Add(ItlNexus itl)
    {
        lock (_gate) _members.Add(itl);
    }

    internal void Remove(ItlNexus itl)
    {
        lock (_gate) _members.Remove(itl);
    }
}
