// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf;

// TASK SET - theory of operation
//   Job      Know which commands a logical unit has, refuse more than it takes, hold back those that their task attributes or
//            an ACA condition make wait, abort them by nexus or all, and say when those are over.
//   Owner    Nobody: tasks of several port loops enter and leave. One lock, a leaf: nothing is called under it but
//            ScsiTask.RequestAbort, which only posts.
//   Life     TryEnter (router) -> in the list -> OnComplete (task) -> out. An abort marks nothing in the task: it asks the task's
//            own loop, and waits for the numbers up to the last one given out so far. Later commands are not concerned.
//   Order    SIMPLE waits for every HEAD OF QUEUE task and every older ORDERED one, ORDERED for every older task, HEAD OF QUEUE
//            for none (SAM-5 8.6). A dormant task is in the list with Hold = Dormant; when what it waits for has left, it is
//            released: posted to its own loop. With SIMPLE tasks alone nothing is looked at: _barriers is 0.
//   ACA      CHECK CONDITION for a command with NACA = 1 establishes the condition for its nexus (SAM-5 5.9). Until it is cleared,
//            dormant tasks stay so, and a new one enters only if it is that nexus's one ACA task.
//   Always   A task in the list is not complete, so its object still carries the command the list means.
//   Proof    TaskSetTests, TaskAttributeTests, TaskManagementTests

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
    private bool _isClosed;
    private int _barriers; // HEAD OF QUEUE and ORDERED tasks in the list
    private int _heads;    // HEAD OF QUEUE tasks in the list
    private int _dormant;
    private ItNexus? _acaNexus;
    private bool _acaTaskIsHere;

    /// <param name="capacity">Tasks at once; the next one is answered with TASK SET FULL.</param>
    public TaskSet(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
        Nexuses = new NexusRoster(this);
    }

    /// <summary>Most tasks at once.</summary>
    public int Capacity { get; }

    /// <summary>Tasks in the set now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Who sees the logical unit.</summary>
    public NexusRoster Nexuses { get; }

    /// <summary>D_SENSE of the control mode page (SPC-4 7.5.8): sense data of these tasks has descriptor format.</summary>
    public bool DescriptorSense { get; set; }

    /// <summary>No task enters any more: the logical unit is going away.</summary>
    internal void Close()
    {
        lock (_gate) _isClosed = true;
    }

    /// <summary>
    /// TAS of the Control mode page (SPC-4 7.5.8): a task that another nexus aborts ends with TASK ABORTED instead of silently. The
    /// logical unit sets it.
    /// </summary>
    public bool ReportsAborts { get; set; }

    /// <summary>The nexus for which an ACA condition is in effect; null when none is.</summary>
    internal ItNexus? AcaNexus => Volatile.Read(ref _acaNexus);

    /// <summary>Takes a task in, unless the answer says why not.</summary>
    internal Admission Enter(ScsiTask task)
    {
        lock (_gate)
        {
            if (_count == Capacity || _isClosed) return Admission.Full;
            if (_acaNexus is not null)
            {
                if (task.Nexus != _acaNexus && task.Attribute != TaskAttribute.Aca && IsPreemptAndAbort(task.Cdb)) return Add(task, waits: false);
                if (task.Nexus != _acaNexus || task.Attribute != TaskAttribute.Aca || _acaTaskIsHere) return Admission.AcaActive;
                _acaTaskIsHere = true;
            }
            bool waits = task.Attribute switch
            {
                TaskAttribute.Ordered => _last is not null,
                TaskAttribute.HeadOfQueue or TaskAttribute.Aca => false,
                _ => _barriers != 0,
            };
            return Add(task, waits);
        }
    }

    private Admission Add(ScsiTask task, bool waits)
    {
        _count++;
        task.SerialInSet = ++_lastSerial;
        task.Set = this;
        task.PreviousInSet = _last;
        task.NextInSet = null;
        if (_last is null) _first = task;
        else _last.NextInSet = task;
        _last = task;
        if (IsBarrier(task)) _barriers++;
        if (task.Attribute == TaskAttribute.HeadOfQueue) _heads++;
        task.Hold = waits ? TaskHold.Dormant : TaskHold.None;
        if (waits) _dormant++;
        return waits ? Admission.Dormant : Admission.Enabled;
    }

    /// <summary>The one command of another nexus that an ACA condition does not keep out (SAM-5 5.9.2): it may end the condition.</summary>
    private static bool IsPreemptAndAbort(ReadOnlySpan<byte> cdb) => cdb.Length > 1
        && cdb[0] == (byte)OperationCode.PersistentReserveOut && (cdb[1] & Cdb.ServiceActionMask) == (byte)PersistentReserveOutAction.PreemptAndAbort;

    /// <summary>Takes back that a task waits, so that its loop may end it. False: it has been released and is on its way to its loop.</summary>
    internal bool TryCancelDormant(ScsiTask task)
    {
        lock (_gate)
        {
            if (task.Hold != TaskHold.Dormant) return false;
            task.Hold = TaskHold.None;
            _dormant--;
            return true;
        }
    }

    /// <summary>Clears the ACA condition (SAM-5 5.9.2.3): of one nexus, or whosever it is when null.</summary>
    internal void ClearAca(ItNexus? nexus)
    {
        lock (_gate)
        {
            if (_acaNexus is null || (nexus is not null && nexus != _acaNexus)) return;
            _acaNexus = null;
            _acaTaskIsHere = false;
            ReleaseDormant();
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
                if (ReportsAborts && request is not null && task.Nexus != request.Nexus) task.ReportsAbort = true;
                task.RequestAbort(reason);
                if (othersHit is not null && task.Nexus != request?.Nexus) othersHit(task.Nexus);
            }
            if (hit == 0 || request is null) return;
            request.Hold();
            _waiters.Add(new Waiter(request, nexus, _lastSerial) { Left = hit });
        }
    }

    /// <summary>Ends tasks that a condition chooses, whosever they are, and has their initiators told the reason.</summary>
    /// <param name="which">Which.</param>
    /// <param name="reason">One that has sense data.</param>
    /// <param name="waiter">Is done when they are over; null when nobody waits.</param>
    public void Terminate(Predicate<ScsiTask> which, AbortReason reason, TaskManagementRequest? waiter = null)
    {
        waiter?.Hold();
        lock (_gate)
        {
            HashSet<ulong> ended = [];
            for (ScsiTask? task = _first; task is not null; task = task.NextInSet)
            {
                if (!which(task)) continue;
                ended.Add(task.SerialInSet);
                task.ReportsAbort = true;
                task.RequestAbort(reason);
            }
            if (waiter is not null && ended.Count != 0)
            {
                waiter.Hold();
                _waiters.Add(new Waiter(waiter, nexus: null, _lastSerial, ended) { Left = ended.Count });
            }
        }
        waiter?.Release();
    }

    private void Leave(ScsiTask task)
    {
        List<TaskManagementRequest>? over;
        lock (_gate)
        {
            Unlink(task);
            if (task.Status == ScsiStatus.CheckCondition && !task.IsAborted && Cdb.HasNaca(task.Cdb)) EstablishAca(task);
            if (_dormant != 0 && _acaNexus is null) ReleaseDormant();
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
        if (IsBarrier(task)) _barriers--;
        if (task.Attribute == TaskAttribute.HeadOfQueue) _heads--;
        if (task.Attribute == TaskAttribute.Aca) _acaTaskIsHere = false;
        if (task.Hold != TaskHold.Dormant) return;
        task.Hold = TaskHold.None;
        _dormant--;
    }

    private static bool IsBarrier(ScsiTask task) => task.Attribute is TaskAttribute.Ordered or TaskAttribute.HeadOfQueue;

    private void EstablishAca(ScsiTask task)
    {
        _acaNexus = task.Nexus; // the same one's again when it was its ACA task that failed
        _acaTaskIsHere = false;
    }

    /// <summary>Posts every dormant task that need wait no more to its loop. Under the lock: posting is all that is done.</summary>
    private void ReleaseDormant()
    {
        if (_heads != 0) return;
        bool olderOrdered = false;
        for (ScsiTask? task = _first; task is not null && _dormant != 0; task = task.NextInSet)
        {
            if (task.Hold == TaskHold.Dormant && !olderOrdered && (task.Attribute != TaskAttribute.Ordered || task.PreviousInSet is null))
            {
                task.Hold = TaskHold.Released;
                _dormant--;
                task.PostContinue();
            }
            olderOrdered |= task.Attribute == TaskAttribute.Ordered;
        }
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

    /// <summary>One request's interest in this set: the tasks of a nexus, or all, that had come when it began; or those of certain numbers.</summary>
    private sealed class Waiter(TaskManagementRequest request, ItNexus? nexus, ulong lastSerial, HashSet<ulong>? only = null)
    {
        public TaskManagementRequest Request => request;

        public int Left { get; set; }

        public bool WaitsFor(ScsiTask task) =>
            task.SerialInSet <= lastSerial && (nexus is null || task.Nexus == nexus) && (only is null || only.Contains(task.SerialInSet));
    }
}
