// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// WRITE ATOMIC(16), (32) (SBC-4 5.48, 5.49): all of the data is in hand before the first byte of it goes to the store, in one write. No boundaries.
/// </summary>
internal sealed class WriteAtomic : BufferedWrite
{
    protected override uint LimitOf(BlockDevice device) => device.MaximumAtomicBlocks;

    protected override StoreResult Apply(BlockDevice device, ScsiTask task, Span<byte> data, Span<byte> tags) =>
        device.Write(task.LuOffset, data, tags);
}
