// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// WRITE SAME(10), (16), (32) (SBC-3 5.47 to 5.49). On a thin unit a block of zeros, or none (NDOB), gives the space back, whether UNMAP is set
/// or not: what is read afterwards is the same. Any other block is written, also with UNMAP: LBPRZ would make a lie of unmapping it.
/// </summary>
internal sealed class WriteSame : LongWork
{
    public override uint RecommendedTimeout => 60;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (Has(task, BlockFlags.Unmap) && !device.Options.Thin)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.FlagsAt(task.Cdb), 3));
            return;
        }
        if (Cdb.TransferLength(task.Cdb) == 0)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.TransferLengthAt(task.Cdb))); // WSNZ, SBC-3 6.5.3
            return;
        }
        if (!TryTakeRange(device, task, BlockDevice.MaximumWriteSameBlocks)) return;
        if (Has(task, BlockFlags.NoDataOutBuffer) && (OperationCode)task.Cdb[0] != OperationCode.WriteSame10) device.Submit(this, task);
        else BlockDevice.Receive(task, ParameterData.Rent(task, device.BlockSize).AsMemory(0, device.BlockSize));
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        if (task.LastSegmentLength < device.BlockSize) BlockDevice.End(task, Sense.DataPhaseError);
        else device.Submit(this, task);
    }

    protected override StoreResult DoPiece(BlockDevice device, ScsiTask task, long offset, long length)
    {
        if (task.LuBuffer is not byte[] block) return device.Discard(offset, length);
        ReadOnlySpan<byte> pattern = block.AsSpan(0, device.BlockSize);
        return pattern.ContainsAnyExcept((byte)0) || !device.Options.Thin ? device.Fill(offset, length, pattern) : device.Discard(offset, length);
    }
}
