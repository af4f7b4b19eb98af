// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// WRITE SAME(10), (16) (SBC-3 5.47, 5.48). A block of zeros, or none (NDOB), gives the space back, whether UNMAP is set or not:
/// what is read afterwards is the same. LuOffset and LuRemaining are the range.
/// </summary>
internal sealed class WriteSame : BlockCommand
{
    public override bool Writes => true;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (Cdb.TransferLength(task.Cdb) == 0)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.TransferLengthAt(task.Cdb))); // WSNZ, SBC-3 6.5.3
            return;
        }
        if (!TryTakeRange(device, task, device.MaximumWriteSameBlocks)) return;
        if (Has(task, BlockFlags.NoDataOutBuffer)) device.Submit(this, task);
        else BlockDevice.Receive(task, ParameterData.Rent(task, device.BlockSize).AsMemory(0, device.BlockSize));
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        if (task.LastSegmentLength < device.BlockSize) BlockDevice.End(task, Sense.DataPhaseError);
        else device.Submit(this, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        if (task.LuBuffer is not byte[] block) return device.Store.Discard(task.LuOffset, task.LuRemaining);
        ReadOnlySpan<byte> pattern = block.AsSpan(0, device.BlockSize);
        return pattern.ContainsAnyExcept((byte)0)
            ? device.Store.Fill(task.LuOffset, task.LuRemaining, pattern)
            : device.Store.Discard(task.LuOffset, task.LuRemaining);
    }
}
