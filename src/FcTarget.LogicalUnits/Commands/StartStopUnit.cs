// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// START STOP UNIT (SBC-3 5.25). There is no spindle: a stopped unit stays ready for the other initiators, and power conditions change nothing but
/// that START and LOEJ are ignored. With LOEJ a removable medium goes out or comes in. A stop, and standby, flush first unless NO_FLUSH says
/// not to.
/// </summary>
internal sealed class StartStopUnit : BlockCommand
{
    private const int FlagsAt = 4;
    private const byte StartBit = 0x01, LoadEject = 0x02, NoFlush = 0x04;
    private const int ModifierAt = 3, PowerConditionShift = 4;
    private const int Idle = 0x2, Standby = 0x3, ForceIdle = 0xA, ForceStandby = 0xB; // POWER CONDITION, SBC-3 table 85

    public override uint RecommendedTimeout => 60;

    /// <summary>SBC-3 table 12: to start is allowed, anything else is not.</summary>
    public override Restriction RestrictionOf(ScsiTask task) =>
        (task.Cdb[FlagsAt] & StartBit) != 0 && PowerCondition(task) == 0 ? Restriction.None : Restriction.Changing;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte flags = task.Cdb[FlagsAt];
        int power = PowerCondition(task);
        if (task.Cdb[ModifierAt] > LastModifier(power))
            task.CompleteCheckCondition(Sense.InvalidCdbField(ModifierAt, 3));
        else if (power is Standby or ForceStandby && (flags & NoFlush) == 0)
            device.Submit(this, task);
        else if (power != 0)
            task.Complete(ScsiStatus.Good);
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
        if ((flags & LoadEject) == 0 || PowerCondition(task) != 0)
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

    /// <summary>The last POWER CONDITION MODIFIER: idle has a, b and c, standby z and y.</summary>
    private static int LastModifier(int power) => power switch
    {
        Idle or ForceIdle => 2,
        Standby or ForceStandby => 1,
        _ => 0,
    };

    private static int PowerCondition(ScsiTask task) => task.Cdb[FlagsAt] >> PowerConditionShift;
}
