// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// SYNCHRONIZE CACHE(10), (16) (SBC-3 5.30, 5.31). Flushes everything, whatever the range; with IMMED too the status comes after
/// the flush, so that GOOD always means durable.
/// </summary>
internal sealed class SynchronizeCache : BlockCommand
{
    public override bool NeedsMedium => true;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Changing;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (TryTakeRange(device, task, uint.MaxValue)) device.Submit(this, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task) => device.Store.Flush();
}
