// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// READ(6), (10), (12), (16), (32) (SBC-3 5.10 to 5.14). DPO and FUA change nothing: the page cache is coherent with the medium.
/// LuOffset and LuRemaining are what is still to be sent.
/// </summary>
internal sealed class Read : BlockCommand
{
    public override bool NeedsMedium => true;

    public override bool HasProtectField => true;

    public override BlockCommand WithProtection { get; } = new ProtectedRead();

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (!TryTakeRange(device, task, device.MaximumTransferBlocks)) return;
        task.LuRemaining = task.ExpectsDataIn ? Math.Min(task.LuRemaining, task.ExpectedLength) : 0;
        Next(device, task);
    }

    public override void OnBuffer(BlockDevice device, ScsiTask task) => device.Submit(this, task);

    public override StoreResult Work(BlockDevice device, ScsiTask task) => device.Store.Read(task.LuOffset, Segment(task).Span);

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuResult == (int)StoreResult.Ok) BlockDevice.Send(task, Segment(task));
        else device.EndFailed(task);
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        task.LuOffset += task.LastSegmentLength;
        task.LuRemaining -= task.LastSegmentLength;
        Next(device, task);
    }

    private void Next(BlockDevice device, ScsiTask task)
    {
        if (task.LuRemaining == 0)
        {
            CountUnmoved(task, BytesOfCdb(device, task));
            device.CountRead(task.Transferred);
            BlockDevice.End(task, ScsiStatus.Good);
        }
        else if (device.Store.TryGetWindow(task.LuOffset, task.LuRemaining, toWrite: false, out Memory<byte> window))
        {
            BlockDevice.Send(task, window);
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

    private static Memory<byte> Segment(ScsiTask task)
    {
        Memory<byte> buffer = ((IoBuffer)task.LuBuffer!).Memory;
        return buffer[..(int)Math.Min(buffer.Length, task.LuRemaining)];
    }
}
