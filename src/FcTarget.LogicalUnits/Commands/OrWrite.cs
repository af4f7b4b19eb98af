// SPDX-License-Identifier: MIT

using System.Buffers;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>ORWRITE(16) (SBC-3 5.7): the data is or-ed with what is on the medium, block by block, with no other write in between.</summary>
internal sealed class OrWrite : BufferedWrite
{
    protected override uint LimitOf(BlockDevice device) => device.MaximumAtomicBlocks;

    protected override StoreResult Apply(BlockDevice device, ScsiTask task, Span<byte> data, Span<byte> tags)
    {
        byte[] there = ArrayPool<byte>.Shared.Rent(data.Length);
        Span<byte> medium = there.AsSpan(0, data.Length);
        StoreResult result = device.Read(task.LuOffset, medium, out int right);
        if (result == StoreResult.Ok)
        {
            for (int i = 0; i < data.Length; i++) data[i] |= medium[i];
            SetGuards(device, data, tags);
            result = device.Write(task.LuOffset, data, tags);
        }
        else
        {
            task.LuOffset += right;
        }
        ArrayPool<byte>.Shared.Return(there);
        return result;
    }

    /// <summary>The tags that came are those of the result, but for the guard, which nobody but us can know.</summary>
    private static void SetGuards(BlockDevice device, ReadOnlySpan<byte> data, Span<byte> tags)
    {
        for (; !tags.IsEmpty; tags = tags[ProtectionInformation.Length..], data = data[device.BlockSize..])
            (ProtectionInformation.Read(tags) with { Guard = LogicalBlockGuard.Of(data[..device.BlockSize]) }).Write(tags);
    }
}
