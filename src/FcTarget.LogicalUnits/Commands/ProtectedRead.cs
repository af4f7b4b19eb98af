// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// READ on a medium with protection information: each block is checked before it is sent, and its tags are sent behind it or not, as RDPROTECT
/// says. LuOffset is where on the medium it is at; LuRemaining are the bytes still to be sent, tags included.
/// </summary>
internal sealed class ProtectedRead : BlockCommand
{
    public override bool NeedsMedium => true;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (!TryTakeProtection(device, task) || !TryTakeRange(device, task, device.MaximumTransferBlocks)) return;
        long whole = WholeLength(device, task);
        task.LuRemaining = task.ExpectsDataIn ? Math.Min(whole, task.ExpectedLength) : 0;
        Next(device, task);
    }

    public override void OnBuffer(BlockDevice device, ScsiTask task) => device.Submit(this, task);

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        var request = new ProtectionRequest(device, task.Cdb);
        Span<byte> buffer = ((IoBuffer)task.LuBuffer!).Memory.Span;
        int unit = request.UnitOf(device.BlockSize);
        int blocks = (int)Math.Min(buffer.Length / unit, (task.LuRemaining + unit - 1) / unit); // of the last one perhaps a part is sent
        Span<byte> tags = stackalloc byte[request.TagLengthOf(blocks * device.BlockSize)];
        StoreResult result = device.ReadChecked(request, task.LuOffset, buffer[..(blocks * device.BlockSize)], tags, out int right);
        if (result == StoreResult.Ok && request.Transfers) request.Join(buffer, tags);
        if (result != StoreResult.Ok) task.LuOffset += right;
        return result;
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuResult != (int)StoreResult.Ok)
        {
            device.EndFailed(task);
            return;
        }
        Memory<byte> buffer = ((IoBuffer)task.LuBuffer!).Memory;
        int unit = Unit(device, task);
        BlockDevice.Send(task, buffer[..(int)Math.Min(buffer.Length / unit * unit, task.LuRemaining)]);
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        task.LuOffset += (long)task.LastSegmentLength / Unit(device, task) * device.BlockSize;
        task.LuRemaining -= task.LastSegmentLength;
        Next(device, task);
    }

    private void Next(BlockDevice device, ScsiTask task)
    {
        if (task.LuRemaining == 0)
        {
            CountUnmoved(task, WholeLength(device, task));
            device.CountRead(task.Transferred / Unit(device, task) * device.BlockSize);
            BlockDevice.End(task, ScsiStatus.Good);
        }
        else if (task.LuBuffer is null)
        {
            device.TakeBuffer(this, task);
        }
        else
        {
            device.Submit(this, task);
        }
    }

    private static long WholeLength(BlockDevice device, ScsiTask task) => (long)Cdb.TransferLength(task.Cdb) * Unit(device, task);

    private static int Unit(BlockDevice device, ScsiTask task) => new ProtectionRequest(device, task.Cdb).UnitOf(device.BlockSize);
}
