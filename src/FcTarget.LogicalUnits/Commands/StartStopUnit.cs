// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// START STOP UNIT (SBC-3 5.25). There is no spindle: a stopped unit stays ready for the other initiators, and power conditions change nothing.
/// With LOEJ a removable medium goes out or comes in. A stop flushes first unless NO_FLUSH says not to.
/// </summary>
internal sealed class StartStopUnit : BlockCommand
{
    private const int FlagsAt = 4;
    private const byte StartBit = 0x01, LoadEject = 0x02, NoFlush = 0x04;
    private const int PowerConditionShift = 4;

    public override uint RecommendedTimeout => 60;

    /// <summary>SBC-3 table 12: to start is allowed, anything else is not.</summary>
    public override Restriction RestrictionOf(ScsiTask task) =>
        (task.Cdb[FlagsAt] & StartBit) != 0 && PowerCondition(task) == 0 ? Restriction.None : Restriction.Changing;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte flags = task.Cdb[FlagsAt];
        int power = PowerCondition(task);
        if (power != 0)
            task.Complete(ScsiStatus.Good); // whichever it is, it changes nothing; START and LOEJ are ignored (SBC-3 5.25)
        else if ((flags & LoadEject) != 0 && !device.Medium.IsRemovable)
            task.CompleteCheckCondition(Sense.InvalidCdbField(FlagsAt, 1));
        else if ((flags & (StartBit | NoFlush)) == 0)
            device.Submit(this, task);
        else
            Finish(device, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task) => device.Store.Flush();

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuResult == (int)StoreResult.Ok) Finish(device, task);
        else device.EndFailed(task);
    }

    private static void Finish(BlockDevice device, ScsiTask task)
    {
        byte flags = task.Cdb[FlagsAt];
        if ((flags & LoadEject) == 0)
        {
            BlockDevice.End(task, ScsiStatus.Good);
        }
        else if ((flags & StartBit) != 0)
        {
            if (device.Medium.IsHeld)
            {
                BlockDevice.End(task, Sense.MediumRemovalPrevented);
                return;
            }
            if (device.Medium.Load()) device.TaskSet.Nexuses.Establish(UnitAttentions.NotReadyToReadyChange, except: task.Nexus);
            BlockDevice.End(task, ScsiStatus.Good);
        }
        else if (device.Medium.TryEject())
        {
            BlockDevice.End(task, ScsiStatus.Good);
        }
        else
        {
            BlockDevice.End(task, Sense.MediumRemovalPrevented);
        }
    }

    private static int PowerCondition(ScsiTask task) => task.Cdb[FlagsAt] >> PowerConditionShift;
}
