// SPDX-License-Identifier: MIT

using System.Buffers;
using FcTarget.LogicalUnits.Protection;
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

    public sealed override bool HasProtectField => true;

    /// <summary>Most blocks of the CDB.</summary>
    protected abstract uint LimitOf(BlockDevice device);

    /// <summary>Bytes of data for each byte of the range.</summary>
    protected virtual int DataFactor => 1;

    /// <summary>There is something to do also when the CDB names no blocks.</summary>
    protected virtual bool ActsWithoutBlocks => false;

    /// <summary>Number of blocks, or the range, of the CDB is wrong in a way of the command's own; null when it is not.</summary>
    protected virtual Sense? Refusal(BlockDevice device, ScsiTask task) => null;

    /// <summary>Does it: all of the data in hand, nobody else at work.</summary>
    /// <param name="device">The unit.</param>
    /// <param name="task">The command; its LuOffset says where, and after a failure is where that is.</param>
    /// <param name="data">The blocks.</param>
    /// <param name="tags">The tags that came with them, checked; empty when none came.</param>
    protected abstract StoreResult Apply(BlockDevice device, ScsiTask task, Span<byte> data, Span<byte> tags);

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (Refusal(device, task) is { } refusal)
        {
            task.CompleteCheckCondition(refusal);
            return;
        }
        if (device.ProtectionType != 0 && !TryTakeProtection(device, task)) return;
        if (!TryTakeRange(device, task, LimitOf(device))) return;
        if (task.LuRemaining == 0)
        {
            if (ActsWithoutBlocks) device.Submit(this, task);
            else task.Complete(ScsiStatus.Good);
            return;
        }
        int length = DataLength(device, task);
        BlockDevice.Receive(task, ParameterData.Rent(task, length).AsMemory(0, length));
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        if (task.LastSegmentLength < DataLength(device, task)) // less data than the CDB says
            BlockDevice.End(task, Sense.InvalidCdbField(Cdb.TransferLengthAt(task.Cdb)));
        else device.Submit(this, task);
    }

    public sealed override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        int length = (int)task.LuRemaining * DataFactor;
        Span<byte> received = (task.LuBuffer as byte[]).AsSpan(0, DataLength(device, task)); // none when there are no blocks
        if (received.Length == length) return ApplyAtomically(device, task, received, tags: []);
        byte[] rented = ArrayPool<byte>.Shared.Rent(received.Length - length);
        Span<byte> tags = rented.AsSpan(0, received.Length - length);
        StoreResult result = TakeTags(device, task, received, tags);
        if (result == StoreResult.Ok) result = ApplyAtomically(device, task, received[..length], tags);
        ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuResult == (int)StoreResult.Ok) device.CountWrite(task.LuRemaining);
        base.OnWork(device, task);
    }

    private StoreResult ApplyAtomically(BlockDevice device, ScsiTask task, Span<byte> data, Span<byte> tags)
    {
        device.EnterAtomic();
        try
        {
            StoreResult result = Apply(device, task, data, tags);
            return result == StoreResult.Ok && device.MustFlush(task) ? device.Store.Flush() : result;
        }
        finally
        {
            device.LeaveAtomic();
        }
    }

    /// <summary>Takes the tags out from between the blocks, and checks those of each instance of the range.</summary>
    private StoreResult TakeTags(BlockDevice device, ScsiTask task, Span<byte> received, Span<byte> tags)
    {
        var request = new ProtectionRequest(device, task.Cdb);
        request.Split(received, tags);
        int length = (int)task.LuRemaining, tagLength = tags.Length / DataFactor;
        for (int i = 0; i < DataFactor; i++)
        {
            StoreResult result = request.CheckWritten(
                received.Slice(i * length, length), tags.Slice(i * tagLength, tagLength), device.LbaOf(task.LuOffset), out int wrong);
            if (result == StoreResult.Ok) continue;
            task.LuOffset += (long)wrong * device.BlockSize;
            return result;
        }
        return StoreResult.Ok;
    }

    /// <summary>Bytes that come, tags included.</summary>
    private int DataLength(BlockDevice device, ScsiTask task)
    {
        int length = (int)task.LuRemaining * DataFactor;
        return device.ProtectionType == 0 ? length : length / device.BlockSize * new ProtectionRequest(device, task.Cdb).UnitOf(device.BlockSize);
    }
}
