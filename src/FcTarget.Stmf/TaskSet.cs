// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf;

// TASK SET - theory of operation
//   Job      Know which commands a logical unit has, refuse more than it takes, abort them by nexus or all, and say when
//            those are over.
//   Owner    Nobody: tasks of several port loops enter and leave. One lock, a leaf: nothing is called under it but
//            ScsiTask.RequestAbort, which only posts.
//   Life     TryEnter (router) -> in the list -> OnComplete (task) -> out. An abort marks nothing in the task: it asks the task's
//            own loop, and waits for the numbers up to the last one given out so far. Later commands are not concerned.
//   Always   A task in the list is not complete, so its object still carries the command the list means.
//   Proof    TaskSetTests, TaskManagementTests

/// <summary>The tasks of one logical unit (SAM-5 8.3): one set for all I_T nexuses (TST = 000b).</summary>
public sealed class TaskSet
{
    /// <summary>
    /// Tasks an LU takes unless told otherwise: 128 initiators at the queue depth of 32 that Linux's fc LLDs start with, and as
    /// many as a port has exchanges.
    /// </summary>
    public const int DefaultCapacity = 4096;

    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiters = [];
    private ScsiTask? _first, _last;
    private ulong _lastSerial;
    private int _count;

    /// <param name="capacity">Tasks at once; the next one is answered with TASK SET FULL.</param>
    public TaskSet(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
    }

    /// <summary>Most tasks at once.</summary>
    public int Capacity { get; }

    /// <summary>Tasks in the set now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a task in. False when the set is full.</summary>
    internal bool TryEnter(ScsiTask task)
    {
        lock (_gate)
        {
            if (_count == Capacity) return false;
            _count++;
            task.SerialInSet = ++_lastSerial;
            task.Set = this;
            task.PreviousInSet = _last;
            task.NextInSet = null;
            if (_last is null) _first = task;
            else _last.NextInSet = task;
            _last = task;
            return true;
        }
    }

    /// <summary>A task is over: it leaves the set it is in, and whoever waits for it counts it.</summary>
    internal static void OnComplete(ScsiTask task) => task.Set?.Leave(task);

    /// <summary>Whether a nexus has tasks here.</summary>
    internal bool HasTasksOf(ItNexus nexus)
    {
        lock (_gate)
        {
            for (ScsiTask? task = _first; task is not null; task = task.NextInSet)
                if (task.Nexus == nexus) return true;
            return false;
        }
    }

    /// <summary>
    /// Asks for the abort of every task in the set, or of those of one nexus. A request, when given, is held until all of them are
    /// over, those included that something else is aborting already.
    /// </summary>
    /// <param name="nexus">Whose tasks; null for everybody's.</param>
    /// <param name="reason">What the tasks are told.</param>
    /// <param name="request">Who waits; null when nobody does.</param>
    /// <param name="othersHit">Told each nexus, not the request's own, that loses a task: once a task, so perhaps several times.</param>
    internal void Abort(ItNexus? nexus, AbortReason reason, TaskManagementRequest? request = null, Action<ItNexus>? othersHit = null)
    {
        lock (_gate)
        {
            int hit = 0;
            for (ScsiTask? task = _first; task is not null; task = task.NextInSet)
            {
                if (nexus is not null && task.Nexus != nexus) continue;
                hit++;
                task.RequestAbort(reason);
                if (othersHit is not null && task.Nexus != request?.Nexus) othersHit(task.Nexus);
            }
            if (hit == 0 || request is null) return;
            request.Hold();
            _waiters.Add(new Waiter(request, nexus, _lastSerial) { Left = hit });
        }
    }

    private void Leave(ScsiTask task)
    {
        List<TaskManagementRequest>? over;
        lock (_gate)
        {
            Unlink(task);
            over = _waiters.Count == 0 ? null : CountFor(task);
        }
        if (over is null) return;
        foreach (TaskManagementRequest request in over) request.Release(); // outside the lock: PostDone belongs to a port
    }

    private void Unlink(ScsiTask task)
    {
        _count--;
        task.Set = null;
        if (task.PreviousInSet is null) _first = task.NextInSet;
        else task.PreviousInSet.NextInSet = task.NextInSet;
        if (task.NextInSet is null) _last = task.PreviousInSet;
        else task.NextInSet.PreviousInSet = task.PreviousInSet;
        task.PreviousInSet = null;
        task.NextInSet = null;
    }

    /// <summary>Counts a task that has left for all who wait for it. Returns those who wait for nothing more here.</summary>
    private List<TaskManagementRequest>? CountFor(ScsiTask task)
    {
        List<TaskManagementRequest>? over = null;
        for (int i = _waiters.Count - 1; i >= 0; i--)
        {
            Waiter waiter = _waiters[i];
            if (!waiter.WaitsFor(task) || --waiter.Left > 0) continue;
            _waiters.RemoveAt(i);
            (over ??= []).Add(waiter.Request);
        }
        return over;
    }

    /// <summary>One request's interest in this set: the tasks of a nexus, or all, that had come when it began.</summary>
    private sealed class Waiter(TaskManagementRequest request, ItNexus? nexus, ulong lastSerial)
    {
        public TaskManagementRequest Request => request;

        public int Left { get; set; }

        public bool WaitsFor(ScsiTask task) => task.SerialInSet <= lastSerial && (nexus is null || task.Nexus == nexus);
    }
}
