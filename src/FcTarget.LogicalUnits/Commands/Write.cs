// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// WRITE(6), (10), (12), (16), (32) and WRITE AND VERIFY(10), (12), (16), (32) (SBC-3 5.39 to 5.46). With FUA, without a write cache, and
/// always when it is to be verified, the status follows the flush. When the initiator gives less than the CDB says, the whole blocks of it are written.
/// LuOffset and LuRemaining are what is still to be received.
/// </summary>
internal sealed class Write(bool verify) : BlockCommand
{
    private const BlockFlags ReservedByteCheck = (BlockFlags)0x04; // BYTCHK 10b and 11b (SBC-3 5.43)

    public override bool Writes => true;

    public override bool HasProtectField => true;

    public override BlockCommand WithProtection { get; } = new ProtectedWrite(verify);

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (verify && Has(task, ReservedByteCheck))
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.FlagsAt(task.Cdb), 2));
            return;
        }
        if (!TryTakeRange(device, task, device.MaximumTransferBlocks)) return;
        long expected = task.ExpectsDataOut ? task.ExpectedLength / device.BlockSize * device.BlockSize : 0;
        task.LuRemaining = Math.Min(task.LuRemaining, expected);
        if (!device.Provisioning.HasRoomFor(task.LuOffset, task.LuRemaining)) BlockDevice.End(task, Sense.SpaceAllocationFailedWriteProtect);
        else if (task.LuRemaining == 0) Finish(device, task);
        else Next(device, task);
    }

    public override void OnBuffer(BlockDevice device, ScsiTask task) => Next(device, task);

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        if (task.LuBuffer is not null)
        {
            device.Submit(this, task);
            return;
        }
        device.Store.Written(task.LuOffset, task.LastSegmentLength); // it is in the store already
        Advance(device, task, task.LastSegmentLength);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        Memory<byte> segment = Segment(task);
        StoreResult result = device.WriteShared(task.LuOffset, segment.Span);
        if (result != StoreResult.Ok) return result;
        bool last = segment.Length == task.LuRemaining;
        if (last && (verify || device.MustFlush(task))) result = device.Store.Flush();
        if (!verify || result != StoreResult.Ok) return result;
        return device.Store.Compare(task.LuOffset, segment.Span, out _);
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuResult == (int)StoreResult.Ok) Advance(device, task, Segment(task).Length);
        else device.EndFailed(task);
    }

    private void Advance(BlockDevice device, ScsiTask task, int length)
    {
        task.LuOffset += length;
        task.LuRemaining -= length;
        if (task.LuRemaining == 0) Finish(device, task);
        else Next(device, task);
    }

    private void Next(BlockDevice device, ScsiTask task)
    {
        if (device.Store.TryGetWindow(task.LuOffset, task.LuRemaining, toWrite: true, out Memory<byte> window)) BlockDevice.Receive(task, window);
        else if (task.LuBuffer is null) device.TakeBuffer(this, task);
        else BlockDevice.Receive(task, Segment(task));
    }

    private static void Finish(BlockDevice device, ScsiTask task)
    {
        CountUnmoved(task, BytesOfCdb(device, task));
        device.CountWrite(task.Transferred);
        if (device.Store.IsInline) device.Provisioning.Look();
        BlockDevice.End(task, ScsiStatus.Good);
    }

    private static Memory<byte> Segment(ScsiTask task)
    {
        Memory<byte> buffer = ((IoBuffer)task.LuBuffer!).Memory;
        return buffer[..(int)Math.Min(buffer.Length, task.LuRemaining)];
    }
}
