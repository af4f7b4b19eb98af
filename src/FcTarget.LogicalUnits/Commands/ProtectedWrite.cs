// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// WRITE and WRITE AND VERIFY on a medium with protection information: the tags come behind each block, are checked as WRPROTECT says and
/// written as they are, or are made here. The blocks before one that is wrong may have been written; it has not. LuOffset is where on the
/// medium it is at; LuRemaining are the bytes still to be received, tags included.
/// </summary>
internal sealed class ProtectedWrite(bool verify) : BlockCommand
{
    private const BlockFlags ReservedByteCheck = (BlockFlags)0x04; // BYTCHK 10b and 11b (SBC-3 5.43)

    public override bool Writes => true;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (verify && Has(task, ReservedByteCheck))
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.FlagsAt(task.Cdb), 2));
            return;
        }
        if (!TryTakeProtection(device, task) || !TryTakeRange(device, task, device.MaximumTransferBlocks)) return;
        int unit = Unit(device, task);
        long expected = task.ExpectsDataOut ? task.ExpectedLength / unit * unit : 0; // whole blocks
        task.LuRemaining = Math.Min(WholeLength(device, task), expected);
        if (!device.Provisioning.HasRoomFor(task.LuOffset, task.LuRemaining / unit * device.BlockSize))
            BlockDevice.End(task, Sense.SpaceAllocationFailedWriteProtect);
        else if (task.LuRemaining == 0) Finish(device, task);
        else device.TakeBuffer(this, task);
    }

    public override void OnBuffer(BlockDevice device, ScsiTask task) => BlockDevice.Receive(task, Segment(task, Unit(device, task)));

    public override void OnData(BlockDevice device, ScsiTask task) => device.Submit(this, task);

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        var request = new ProtectionRequest(device, task.Cdb);
        int unit = request.UnitOf(device.BlockSize);
        Span<byte> segment = Segment(task, unit).Span;
        bool last = segment.Length == task.LuRemaining;
        int blocks = segment.Length / unit;
        Span<byte> data = segment[..(blocks * device.BlockSize)];
        Span<byte> tags = stackalloc byte[request.TagLengthOf(blocks * device.BlockSize)];
        StoreResult result = Take(device, request, segment, data, tags, device.LbaOf(task.LuOffset), out int wrong);
        if (result != StoreResult.Ok)
        {
            task.LuOffset += (long)wrong * device.BlockSize;
            return result;
        }
        result = device.WriteShared(task.LuOffset, data, tags);
        if (result == StoreResult.Ok && last && (verify || device.MustFlush(task))) result = device.Store.Flush();
        if (!verify || result != StoreResult.Ok) return result;
        result = device.TryRead(request, task.LuOffset, data.Length, out long right);
        if (result == StoreResult.Ok) return device.Store.Compare(task.LuOffset, data, out _);
        task.LuOffset += right;
        return result;
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuResult != (int)StoreResult.Ok)
        {
            device.EndFailed(task);
            return;
        }
        int unit = Unit(device, task);
        int length = Segment(task, unit).Length;
        task.LuOffset += (long)length / unit * device.BlockSize;
        task.LuRemaining -= length;
        if (task.LuRemaining == 0) Finish(device, task);
        else BlockDevice.Receive(task, Segment(task, unit));
    }

    /// <summary>Data and tags of blocks that have come: apart, and checked; or with tags made of the data.</summary>
    public static StoreResult Take(
        BlockDevice device, in ProtectionRequest request, Span<byte> received, ReadOnlySpan<byte> data, Span<byte> tags, ulong lba, out int wrong)
    {
        wrong = 0;
        if (request.Transfers)
        {
            request.Split(received, tags);
            return request.CheckWritten(data, tags, lba, out wrong);
        }
        request.Generate(data, tags, lba);
        return StoreResult.Ok;
    }

    private static void Finish(BlockDevice device, ScsiTask task)
    {
        CountUnmoved(task, WholeLength(device, task));
        device.CountWrite(task.Transferred / Unit(device, task) * device.BlockSize);
        BlockDevice.End(task, ScsiStatus.Good);
    }

    private static Memory<byte> Segment(ScsiTask task, int unit)
    {
        Memory<byte> buffer = ((IoBuffer)task.LuBuffer!).Memory;
        return buffer[..(int)Math.Min(buffer.Length / unit * unit, task.LuRemaining)];
    }

    private static long WholeLength(BlockDevice device, ScsiTask task) => (long)Cdb.TransferLength(task.Cdb) * Unit(device, task);

    private static int Unit(BlockDevice device, ScsiTask task) => new ProtectionRequest(device, task.Cdb).UnitOf(device.BlockSize);
}
