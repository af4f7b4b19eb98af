// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// WRITE SAME(10), (16), (32) (SBC-3 5.47 to 5.49). On a thin unit a block of zeros, or none (NDOB), gives the space back, whether UNMAP is set
/// or not: what is read afterwards is the same. Any other block is written, also with UNMAP: LBPRZ would make a lie of unmapping it; without LBPRZ
/// UNMAP unmaps whatever the block is. On a medium
/// with protection information space goes back only with NDOB, or with UNMAP and, if tags come, tags of FFh: unmapped blocks have those.
/// </summary>
internal sealed class WriteSame : LongWork
{
    public override uint RecommendedTimeout => 60;

    public override bool HasProtectField => true;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        bool is10 = (OperationCode)task.Cdb[0] == OperationCode.WriteSame10;
        if (Has(task, BlockFlags.Unmap) && !device.Has(is10 ? ProvisioningBits.Lbpws10 : ProvisioningBits.Lbpws))
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.FlagsAt(task.Cdb), 3));
            return;
        }
        if (Cdb.TransferLength(task.Cdb) == 0 && device.Has(ProvisioningBits.Wsnz))
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.TransferLengthAt(task.Cdb))); // SBC-3 6.5.3
            return;
        }
        if (device.ProtectionType != 0 && !TryTakeProtection(device, task)) return;
        if (!TryTakeRange(device, task, BlocksOf(device, task), BlockDevice.MaximumWriteSameBlocks)) return;
        int unit = Unit(device, task);
        // Data that are not one block come from somebody who has another block length in mind.
        if (Has(task, BlockFlags.NoDataOutBuffer) && !is10) device.Submit(this, task);
        else if (task.ExpectedLength != unit) task.CompleteCheckCondition(Sense.InvalidFieldInCdb);
        else BlockDevice.Receive(task, ParameterData.Rent(task, unit).AsMemory(0, unit));
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        if (task.LastSegmentLength < Unit(device, task))
        {
            BlockDevice.End(task, Sense.DataPhaseError);
            return;
        }
        PutTagsBehind(device, task);
        device.Submit(this, task);
    }

    /// <summary>The block's intervals close together, and all of its tags behind it.</summary>
    private static void PutTagsBehind(BlockDevice device, ScsiTask task)
    {
        if (device.ProtectionType == 0) return;
        var request = new ProtectionRequest(device, task.Cdb);
        if (!request.Transfers) return;
        Span<byte> unit = ((byte[])task.LuBuffer!).AsSpan(0, request.UnitOf(device.BlockSize));
        Span<byte> tags = stackalloc byte[request.TagLengthOf(device.BlockSize)];
        request.Split(unit, tags);
        tags.CopyTo(unit[device.BlockSize..]);
    }

    protected override StoreResult DoPiece(BlockDevice device, ScsiTask task, long offset, long length)
    {
        if (task.LuBuffer is not byte[] block) return device.Discard(offset, length);
        ReadOnlySpan<byte> pattern = block.AsSpan(0, device.BlockSize);
        bool mayDiscard = device.Options.Thin && !pattern.ContainsAnyExcept((byte)0);
        mayDiscard |= Has(task, BlockFlags.Unmap) && !device.Has(ProvisioningBits.Lbprz);
        if (device.ProtectionType != 0) return FillProtected(device, task, offset, length, pattern, mayDiscard && Has(task, BlockFlags.Unmap));
        return mayDiscard ? device.Discard(offset, length) : device.Fill(offset, length, pattern);
    }

    private static StoreResult FillProtected(BlockDevice device, ScsiTask task, long offset, long length, ReadOnlySpan<byte> block, bool mayDiscard)
    {
        var request = new ProtectionRequest(device, task.Cdb);
        if (!request.Transfers) return mayDiscard ? device.Discard(offset, length) : device.Fill(offset, length, block);
        ReadOnlySpan<byte> tags = ((byte[])task.LuBuffer!).AsSpan(device.BlockSize, request.TagLengthOf(device.BlockSize));
        bool isDefault = !tags.ContainsAnyExcept((byte)0xFF);
        if (isDefault && mayDiscard) return device.Discard(offset, length);
        ulong before = device.LbaOf(offset) - Cdb.Lba(task.Cdb); // blocks of the turns before this one
        if (!isDefault && before == 0)
        {
            StoreResult result = request.CheckWritten(block, tags, Cdb.Lba(task.Cdb), out _);
            if (result != StoreResult.Ok) return result;
        }
        return device.Fill(offset, length, block, tags, before);
    }

    /// <summary>NUMBER OF LOGICAL BLOCKS; 0 means all to the end of the medium, of which there is one at least: an LBA beyond it is refused.</summary>
    private static ulong BlocksOf(BlockDevice device, ScsiTask task)
    {
        uint blocks = Cdb.TransferLength(task.Cdb);
        if (blocks != 0) return blocks;
        ulong lba = Cdb.Lba(task.Cdb);
        return lba < device.BlockCount ? device.BlockCount - lba : 1;
    }

    private static int Unit(BlockDevice device, ScsiTask task) =>
        device.ProtectionType == 0 ? device.BlockSize : new ProtectionRequest(device, task.Cdb).UnitOf(device.BlockSize);
}
