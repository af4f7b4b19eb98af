// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>REPORT TIMESTAMP (SPC-4 6.38): milliseconds of a clock that runs from 0 at power on, or from what SET TIMESTAMP said.</summary>
internal sealed class ReportTimestamp : BlockCommand
{
    public override Reach Reach => Reach.Standby;

    private const int Length = 12, AllocationLengthAt = 6;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte[] data = ParameterData.Rent(task, Length);
        data.AsSpan(0, Length).Clear();
        WriteUInt16BigEndian(data, Length - 2);
        data[2] = device.Clock.Origin;
        WriteUInt64BigEndian(data.AsSpan(4), device.Clock.Now << 16); // 48 bits
        ParameterData.Send(task, Length, ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]));
    }
}

/// <summary>SET TIMESTAMP (SPC-4 6.46). The other I_T nexuses hear TIMESTAMP CHANGED.</summary>
internal sealed class SetTimestamp : ParameterListCommand
{
    public override Reach Reach => Reach.Standby;

    private const int TimestampAt = 4, Needed = 10;

    protected override int MaximumLength => 1024;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Changing;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt32BigEndian(cdb[6..]);

    protected override void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list)
    {
        if (list.Length < Needed)
        {
            BlockDevice.End(task, Sense.ParameterListLengthError);
            return;
        }
        device.Clock.Set(ReadUInt64BigEndian(list[(TimestampAt - 2)..]) & 0xFFFF_FFFF_FFFF);
        device.TaskSet.Nexuses.Establish(UnitAttentions.TimestampChanged, except: task.Nexus);
        BlockDevice.End(task, ScsiStatus.Good);
    }
}
