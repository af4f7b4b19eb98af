// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// A command that takes all its data before it touches the medium, and then does so without another of its kind, or a write of a file's
/// worker, in between. LuOffset is the range's begin, LuRemaining its length, both in bytes.
/// </summary>
internal abstract class BufferedWrite : BlockCommand
{
    public sealed override bool Writes => true;

    /// <summary>Most blocks of the CDB.</summary>
    protected abstract uint LimitOf(BlockDevice device);

    /// <summary>Bytes of data for each byte of the range.</summary>
    protected virtual int DataFactor => 1;

    /// <summary>Number of blocks, or the range, of the CDB is wrong in a way of the command's own; null when it is not.</summary>
    protected virtual Sense? Refusal(BlockDevice device, ScsiTask task) => null;

    /// <summary>Does it: all of the data in hand, nobody else at work.</summary>
    protected abstract StoreResult Apply(BlockDevice device, ScsiTask task, Span<byte> data);

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (Refusal(device, task) is { } refusal)
        {
            task.CompleteCheckCondition(refusal);
            return;
        }
        if (!TryTakeRange(device, task, LimitOf(device))) return;
        if (task.LuRemaining == 0)
        {
            task.Complete(ScsiStatus.Good);
            return;
        }
        int length = (int)task.LuRemaining * DataFactor;
        BlockDevice.Receive(task, ParameterData.Rent(task, length).AsMemory(0, length));
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        if (task.LastSegmentLength < task.LuRemaining * DataFactor) BlockDevice.End(task, Sense.InvalidFieldInCdb); // less data than the CDB says
        else device.Submit(this, task);
    }

    public sealed override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        Span<byte> data = ((byte[])task.LuBuffer!).AsSpan(0, (int)task.LuRemaining * DataFactor);
        device.EnterAtomic();
        try
        {
            StoreResult result = Apply(device, task, data);
            return result == StoreResult.Ok && device.MustFlush(task) ? device.Store.Flush() : result;
        }
        finally
        {
            device.LeaveAtomic();
        }
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuResult == (int)StoreResult.Ok) device.CountWrite(task.LuRemaining);
        base.OnWork(device, task);
    }
}
