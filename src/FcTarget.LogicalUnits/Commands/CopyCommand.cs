// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Copy;
using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>A copy operation: reads its parameter list into a plan, runs the plan turn by turn, and keeps the result. It may allocate.</summary>
internal abstract class CopyCommand(byte action) : ParameterListCommand
{
    /// <summary>Bytes a parameter list may have: 16 of header, and MAXIMUM DESCRIPTOR LIST LENGTH.</summary>
    public const int MaximumList = 48 + MaximumDescriptorList;

    /// <summary>Bytes of descriptors.</summary>
    public const int MaximumDescriptorList = 4096;

    protected override int MaximumLength => MaximumList;

    public override bool NeedsMedium => true;

    public override uint RecommendedTimeout => 120;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Changing;

    /// <summary>LIST IDENTIFIER; null when the initiator wants no result kept.</summary>
    protected abstract uint? ListId(ScsiTask task, ReadOnlySpan<byte> list);

    /// <summary>Makes the plan. Returns what is wrong with the list; null when nothing is.</summary>
    protected abstract Sense? Read(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list, out CopyPlan? plan);

    protected sealed override void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list)
    {
        uint? listId = ListId(task, list);
        Sense? fault = Read(device, task, list, out CopyPlan? plan);
        if (fault is null && plan is not null) fault = Refusal(task, plan);
        ParameterData.Return(task);
        if (fault is { } sense)
        {
            if (listId is { } id) device.Copies.Forget(task.Nexus, id, device);
            BlockDevice.End(task, sense);
            return;
        }
        task.LuOffset = listId is { } kept ? kept : -1;
        task.LuBuffer = plan;
        Run(device, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task) => ((CopyPlan)task.LuBuffer!).Run();

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        var plan = (CopyPlan)task.LuBuffer!;
        bool failed = task.LuResult != (int)StoreResult.Ok;
        if (!failed && !plan.IsDone)
        {
            Run(device, task);
            return;
        }
        Sense sense = failed ? FaultOf(device, plan, (StoreResult)task.LuResult) : Sense.None;
        var status = failed ? ScsiStatus.CheckCondition : ScsiStatus.Good;
        if (task.LuOffset >= 0)
            Keep(device, task, (uint)task.LuOffset, new CopyResult(action, status, plan.Segment, plan.BytesDone, sense, plan.Token));
        if (failed) BlockDevice.End(task, sense);
        else BlockDevice.End(task, ScsiStatus.Good);
    }

    protected static void Keep(BlockDevice device, ScsiTask task, uint listId, CopyResult result) =>
        device.Copies.Keep(task.Nexus, listId, device, result);

    private void Run(BlockDevice device, ScsiTask task)
    {
        foreach (CopySegment segment in ((CopyPlan)task.LuBuffer!).Segments)
        {
            if (segment.Target.Store.IsInline && segment.Source is null or { Store.IsInline: true }) continue;
            device.SubmitBlocking(this, task);
            return;
        }
        task.LuResult = (int)Work(device, task);
        if (task.LuResult == (int)StoreResult.Ok && !((CopyPlan)task.LuBuffer!).IsDone) device.SubmitLater(this, task);
        else OnWork(device, task);
    }

    /// <summary>
    /// Source and destination answer as they would to a read and a write of the same nexus: by write protection, medium and reservations. Looked
    /// at before the first segment is begun.
    /// </summary>
    private static Sense? Refusal(ScsiTask task, CopyPlan plan)
    {
        foreach ((int number, CopySegment segment) in plan.Segments.Index())
        {
            if (segment.Source is { } source && AnswerOf(source, task, CommandList.Read) is { } ofSource)
                return Sense.ThirdPartyDeviceFailure with { Copy = new CopyFault(number, InDestination: false, ofSource.Status, ofSource.Sense) };
            if (AnswerOf(segment.Target, task, CommandList.Write) is { } ofTarget)
                return Sense.ThirdPartyDeviceFailure with { Copy = new CopyFault(number, InDestination: true, ofTarget.Status, ofTarget.Sense) };
        }
        return null;
    }

    private static (ScsiStatus Status, Sense? Sense)? AnswerOf(BlockDevice unit, ScsiTask task, BlockCommand command)
    {
        if (unit.Reservations.Forbids(task, command)) return (ScsiStatus.ReservationConflict, null);
        if (!unit.Medium.IsReady) return (ScsiStatus.CheckCondition, unit.Medium.NotReady);
        if (command.Writes && unit.IsWriteProtected) return (ScsiStatus.CheckCondition, unit.WriteProtection);
        return null;
    }

    /// <summary>A segment has failed on its way.</summary>
    private static Sense FaultOf(BlockDevice device, CopyPlan plan, StoreResult result)
    {
        (bool inDestination, BlockDevice unit, long offset) = plan.WhereItFailed(device);
        return Sense.ThirdPartyDeviceFailure with { Copy = new CopyFault(plan.Segment, inDestination, ScsiStatus.CheckCondition, unit.SenseAt(result, offset)) };
    }
}
