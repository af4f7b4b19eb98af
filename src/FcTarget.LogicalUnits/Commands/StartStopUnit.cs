// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// START STOP UNIT (SBC-3 5.25). There is no spindle: the unit stays ready for the other initiators. A stop flushes first unless
/// NO_FLUSH says not to.
/// </summary>
internal sealed class StartStopUnit : BlockCommand
{
    private const int FlagsAt = 4;
    private const byte StartBit = 0x01, NoFlush = 0x04;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if ((task.Cdb[FlagsAt] & (StartBit | NoFlush)) == 0) device.Submit(this, task);
        else task.Complete(ScsiStatus.Good);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task) => device.Store.Flush();
}
