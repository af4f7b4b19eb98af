// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// COMPARE AND WRITE (SBC-3 5.2): the first half of the data is compared with the medium, and if it is the same the second half is written; a
/// difference is reported with its place in the data.
/// </summary>
internal sealed class CompareAndWrite : BufferedWrite
{
    /// <summary>MAXIMUM COMPARE AND WRITE LENGTH: all that the CDB's byte can say.</summary>
    public const byte MaximumBlocks = 255;

    protected override int DataFactor => 2;

    protected override uint LimitOf(BlockDevice device) => MaximumBlocks;

    protected override StoreResult Apply(BlockDevice device, ScsiTask task, Span<byte> data, Span<byte> tags)
    {
        int half = data.Length / 2, halfOfTags = tags.Length / 2;
        StoreResult result = Compare(device, task, data[..half], tags[..halfOfTags], out int difference);
        if (result == StoreResult.Ok) return device.Write(task.LuOffset, data[half..], tags[halfOfTags..]);
        if (result == StoreResult.Miscompare) task.LuOffset = difference; // all that is left to say
        else task.LuOffset += difference;
        return result;
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if ((StoreResult)task.LuResult == StoreResult.Miscompare)
            BlockDevice.End(task, Sense.MiscompareDuringVerify with { Information = (ulong)task.LuOffset });
        else
            base.OnWork(device, task);
    }

    private static StoreResult Compare(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tags, out int difference)
    {
        if (device.ProtectionType == 0) return device.Store.Compare(task.LuOffset, data, out difference);
        var request = new ProtectionRequest(device, task.Cdb);
        StoreResult result = ProtectedVerify.Compare(device, request, task.LuOffset, data, tags, out difference);
        bool countsTags = result == StoreResult.Miscompare && request.Transfers;
        if (countsTags) difference += request.TagLengthOf(difference);
        return result;
    }
}
