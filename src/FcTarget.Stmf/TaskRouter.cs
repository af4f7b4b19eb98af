// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf.Answers;

namespace FcTarget.Stmf;

// TASK ROUTER - theory of operation
//   Job      LUN -> logical unit, per I_T nexus; unit attentions; answers for LUNs that lead nowhere; task management.
//   Owner    Dispatch runs on the loop of the task's port and takes no lock but the task set's. Begin, End, Manage and map changes
//            come from any loop and take the router's lock, before a task set's, never inside one.
//   Life     BeginNexus -> Dispatch, Manage... -> EndNexus. After that the nexus sees no LUN at all.
//   Always   A dispatched task is completed, here or by its logical unit, exactly once; it is in a task set from before its unit
//            sees it until it is complete, also when the router itself answers.
//   Missing  REPORT LUNS is not split by size.
//   Read     SAM-5 5.14 (unit attention), 6.3 (resets), 7 (task management)      Proof  TaskRouterTests, TaskAttributeTests, TaskManagementTests

/// <summary>Brings each command to its logical unit, and answers for those that are not there.</summary>
public sealed class TaskRouter
{
    /// <summary>
    /// Initiator and target port pairs remembered after their session. Past this the memory starts anew: an initiator then hears
    /// POWER ON, RESET instead of I_T NEXUS LOSS, which tells it to forget no less.
    /// </summary>
    internal const int MaxKnownPairs = 4096;

    private readonly Lock _gate = new();
    private readonly List<ItNexus> _nexuses = [];
    private readonly HashSet<(string Initiator, string Target)> _knownPairs = [];
    private readonly AbsentUnit _absent = new();
    private readonly WellKnownUnit _wellKnown = new();
    private readonly ReportLunsUnit _reportLuns = new();
    private readonly SenseUnit _sense = new();
    private readonly DormantUnit _dormant;

    private readonly ILunView _view;

    /// <param name="view">What each I_T nexus sees; null: all the same, an empty map to begin with.</param>
    public TaskRouter(ILunView? view = null)
    {
        _view = view ?? new LunMap();
        _view.Changed += FollowView;
        _dormant = new DormantUnit(this);
    }

    /// <summary>The map that every I_T nexus sees. Only for a router that was made with one, or with nothing.</summary>
    public LunMap Luns => (LunMap)_view;

    /// <summary>The sessions under way, as they are now. Any thread.</summary>
    public IReadOnlyList<ItNexus> Nexuses
    {
        get
        {
            lock (_gate) return [.. _nexuses];
        }
    }

    /// <summary>What a session sees now; empty after its end. Any thread.</summary>
    public static IReadOnlyList<LunMap.Entry> LunsOf(ItNexus nexus) =>
        nexus.State is { } state ? [.. state.View.Select(itl => new LunMap.Entry(itl.Lun, itl.Unit))] : [];

    /// <summary>
    /// A session begins: the nexus gets its LUN map and its first unit attention, POWER ON, RESET, OR BUS DEVICE RESET OCCURRED for
    /// a pair of ports never seen before, I_T NEXUS LOSS OCCURRED for one that comes back (SAM-5 6.3.4).
    /// </summary>
    public void BeginNexus(ItNexus nexus)
    {
        lock (_gate)
        {
            if (nexus.State is not null) return;
            if (_knownPairs.Count >= MaxKnownPairs) _knownPairs.Clear();
            bool isNew = _knownPairs.Add((nexus.InitiatorPortName, nexus.TargetPortName));
            var state = new NexusState(nexus);
            state.Follow(_view.ViewOf(nexus), out _);
            state.Establish(isNew ? UnitAttentions.PowerOnResetOrBusDeviceReset : UnitAttentions.ITNexusLoss);
            _nexuses.Add(nexus);
            nexus.State = state;
        }
    }

    /// <summary>A session ends: its tasks are aborted and its unit attentions forgotten.</summary>
    public void EndNexus(ItNexus nexus)
    {
        lock (_gate)
        {
            if (nexus.State is not { } state) return;
            nexus.State = null;
            _nexuses.Remove(nexus);
            state.Follow([], out List<ItlNexus> gone);
            foreach (ItlNexus itl in gone)
            {
                itl.Unit.TaskSet.Abort(nexus, AbortReason.NexusLoss);
                itl.Unit.TaskSet.ClearAca(nexus); // SAM-5 5.9.2.3
                itl.Unit.OnNexusLoss(nexus);
            }
            _absent.TaskSet.Abort(nexus, AbortReason.NexusLoss);
            _wellKnown.TaskSet.Abort(nexus, AbortReason.NexusLoss);
        }
    }

    /// <summary>Routes a command. On the loop of the task's port. Ends in LogicalUnit.Execute or in a completed task.</summary>
    public void Dispatch(ScsiTask task)
    {
        NexusState? state = task.Nexus.State;
        ItlNexus? itl = state?.Find(task.Lun);
        ILogicalUnit unit = itl is not null ? itl.Unit : state is not null && task.Lun == Lun.ReportLuns ? _wellKnown : _absent;
        switch (unit.TaskSet.Enter(task))
        {
            case Admission.Full:
                task.Complete(ScsiStatus.TaskSetFull);
                break;
            case Admission.AcaActive:
                task.Complete(ScsiStatus.AcaActive);
                break;
            case Admission.Dormant:
                task.LogicalUnit = _dormant;
                break;
            case Admission.Enabled when task.Attribute == TaskAttribute.Aca && unit.TaskSet.AcaNexus is null:
                task.CompleteCheckCondition(Sense.InvalidMessageError); // SAM-5 8.6.5: no ACA condition is in effect
                break;
            default:
                Run(task, itl, unit);
                break;
        }
    }

    /// <summary>A task that its task set had held back: its turn has come. On the loop of the task's port.</summary>
    internal void Resume(ScsiTask task)
    {
        NexusState? state = task.Nexus.State;
        ItlNexus? itl = state?.Find(task.Lun);
        Run(task, itl, itl is not null ? itl.Unit : state is not null && task.Lun == Lun.ReportLuns ? _wellKnown : _absent);
    }

    private void Run(ScsiTask task, ItlNexus? itl, ILogicalUnit unit)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        var code = (OperationCode)(cdb.IsEmpty ? (byte)0xFF : cdb[0]);
        if (code == OperationCode.ReportLuns)
        {
            unit = _reportLuns;
        }
        else if (itl is { HasAttention: true } && code != OperationCode.Inquiry) // SAM-5 5.14: these three are not held up
        {
            if (code != OperationCode.RequestSense)
            {
                task.CompleteCheckCondition(itl.TakeAttention());
                return;
            }
            unit = _sense;
        }
        task.LogicalUnit = unit;
        unit.Execute(task);
    }

    /// <summary>
    /// Starts a task management function; it ends in <see cref="TaskManagementRequest.PostDone"/>, perhaps before this returns.
    /// </summary>
    public void Manage(TaskManagementRequest request)
    {
        request.Response = TaskManagementResponse.FunctionComplete;
        request.AdditionalResponse = 0;
        request.Hold();
        lock (_gate)
        {
            if (request.Function == TaskManagementFunction.TargetReset) ResetTarget(request);
            else ManageLogicalUnit(request);
        }
        request.Release();
    }

    private void ManageLogicalUnit(TaskManagementRequest request)
    {
        ItNexus nexus = request.Nexus;
        ItlNexus? itl = nexus.State?.Find(request.Lun);
        ILogicalUnit? unit = itl is not null ? itl.Unit : nexus.State is not null && request.Lun == Lun.ReportLuns ? _wellKnown : null;
        if (unit is null)
        {
            request.Response = TaskManagementResponse.IncorrectLogicalUnitNumber;
            return;
        }
        switch (request.Function)
        {
            case TaskManagementFunction.AbortTaskSet:
                unit.TaskSet.Abort(nexus, AbortReason.AbortTaskSet, request);
                break;
            case TaskManagementFunction.ClearTaskSet:
                // SAM-5 7.4: every other nexus that loses a command hears of it.
                unit.TaskSet.Abort(null, AbortReason.ClearTaskSet, request,
                    other => other.State?.Find(unit)?.Establish(UnitAttentions.CommandsClearedByAnotherInitiator));
                break;
            case TaskManagementFunction.LogicalUnitReset:
                ResetUnit(unit, AbortReason.LogicalUnitReset, request);
                break;
            case TaskManagementFunction.ClearAca:
                unit.TaskSet.ClearAca(nexus); // SAM-5 7.3: complete also when there is none, or it is another's
                break;
            case TaskManagementFunction.QueryTaskSet:
                if (unit.TaskSet.HasTasksOf(nexus)) request.Response = TaskManagementResponse.FunctionSucceeded;
                break;
            case TaskManagementFunction.QueryAsynchronousEvent:
                request.AdditionalResponse = itl?.AsynchronousEvent ?? 0;
                if (request.AdditionalResponse != 0) request.Response = TaskManagementResponse.FunctionSucceeded;
                break;
            default:
                request.Response = TaskManagementResponse.FunctionRejected;
                break;
        }
    }

    /// <summary>TARGET RESET (SAM-2 6.6, still in FCP-4): a logical unit reset of all the initiator port sees.</summary>
    private void ResetTarget(TaskManagementRequest request)
    {
        if (request.Nexus.State is not { } state) return;
        foreach (ItlNexus itl in state.View) ResetUnit(itl.Unit, AbortReason.TargetReset, request);
        ResetUnit(_wellKnown, AbortReason.TargetReset, request);
        ResetUnit(_absent, AbortReason.TargetReset, request);
    }

    /// <summary>SAM-5 6.3.3: every command ends, and every I_T nexus hears of it, the one that asked included.</summary>
    private void ResetUnit(ILogicalUnit unit, AbortReason reason, TaskManagementRequest request)
    {
        foreach (ItNexus nexus in _nexuses) nexus.State?.Find(unit)?.Establish(UnitAttentions.BusDeviceResetFunction);
        unit.TaskSet.Abort(null, reason, request);
        unit.TaskSet.ClearAca(null);
        unit.OnReset();
    }

    private void FollowView()
    {
        lock (_gate)
        {
            foreach (ItNexus nexus in _nexuses)
            {
                NexusState state = nexus.State!;
                if (!state.Follow(_view.ViewOf(nexus), out List<ItlNexus> gone)) continue;
                foreach (ItlNexus itl in gone)
                {
                    itl.Unit.TaskSet.Terminate(task => task.Nexus == nexus, AbortReason.Unmapped);
                    itl.Unit.TaskSet.ClearAca(nexus);
                    if (state.Find(itl.Unit) is null) itl.Unit.OnNexusLoss(nexus); // what it keeps from others it could not give up any more
                }
                state.Establish(UnitAttentions.ReportedLunsDataHasChanged);
            }
        }
    }
}
