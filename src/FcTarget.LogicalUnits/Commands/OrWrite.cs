// SPDX-License-Identifier: MIT

using System.Buffers;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>ORWRITE(16) (SBC-3 5.7): the data is or-ed with what is on the medium, block by block, with no other write in between.</summary>
internal sealed class OrWrite : BufferedWrite
{
    protected override uint LimitOf(BlockDevice device) => device.MaximumAtomicBlocks;

    protected override StoreResult Apply(BlockDevice device, ScsiTask task, Span<byte> data)
    {
        byte[] there = ArrayPool<byte>.Shared.Rent(data.Length);
        Span<byte> medium = there.AsSpan(0, data.Length);
        StoreResult result = device.Store.Read(task.LuOffset, medium);
        if (result == StoreResult.Ok)
        {
            for (int i = 0; i < data.Length; i++) data[i] |= medium[i];
            result = device.Write(task.LuOffset, data);
        }
        ArrayPool<byte>.Shared.Return(there);
        return result;
    }
}
