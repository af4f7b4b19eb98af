// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>REPORT TARGET PORT GROUPS (SPC-4 6.37), with or without the extended header.</summary>
internal sealed class ReportTargetPortGroups : BlockCommand
{
    private const int AllocationLengthAt = 6, FormatShift = 5;
    private const int DescriptorLength = 12; // with one target port
    private const byte Preferred = 0x80;
    private const byte Supported = 0x8F;      // T_SUP; U_SUP, S_SUP, AN_SUP, AO_SUP: what SET TARGET PORT GROUPS may ask for, and transitioning
    private const byte OfflineSupported = 0x40;

    public override Reach Reach => Reach.Always;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        int format = task.Cdb[1] >> FormatShift;
        if (format > 1)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, 7));
            return;
        }
        (ushort Group, byte StatusCode)[] groups = device.Access.Groups();
        int header = format == 0 ? 4 : 8;
        int length = header + (groups.Length * DescriptorLength);
        Span<byte> data = ParameterData.Rent(task, length).AsSpan(0, length);
        data.Clear();
        WriteUInt32BigEndian(data, (uint)(length - 4)); // RETURN DATA LENGTH
        if (format == 1) data[4] = 0x10;                // format type; IMPLICIT TRANSITION TIME 0
        for (int i = 0; i < groups.Length; i++)
        {
            Span<byte> descriptor = data.Slice(header + (i * DescriptorLength), DescriptorLength);
            ushort group = groups[i].Group;
            descriptor[0] = (byte)((device.Access.Preferred == group ? Preferred : 0) | (byte)device.Access.Of(group));
            descriptor[1] = Supported | OfflineSupported;
            WriteUInt16BigEndian(descriptor[2..], group);
            descriptor[5] = groups[i].StatusCode;
            descriptor[7] = 1; // TARGET PORT COUNT
            WriteUInt16BigEndian(descriptor[10..], group);
        }
        ParameterData.Send(task, length, ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]));
    }
}

/// <summary>SET TARGET PORT GROUPS (SPC-4 6.45): all descriptors are checked before the first is carried out; the transition is at once.</summary>
internal sealed class SetTargetPortGroups : ParameterListCommand
{
    private const int HeaderLength = 4, DescriptorLength = 4;

    public override Reach Reach => Reach.Always;

    protected override int MaximumLength => 4096;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Changing;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt32BigEndian(cdb[6..]);

    protected override void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list)
    {
        if (list.Length < HeaderLength || (list.Length - HeaderLength) % DescriptorLength != 0)
        {
            BlockDevice.End(task, Sense.ParameterListLengthError);
            return;
        }
        (ushort Group, byte StatusCode)[] known = device.Access.Groups();
        List<(ushort, AccessState)> changes = [];
        for (int at = HeaderLength; at < list.Length; at += DescriptorLength)
        {
            var state = (AccessState)(list[at] & 0x0F);
            ushort group = ReadUInt16BigEndian(list[(at + 2)..]);
            if (state > AccessState.Unavailable)
            {
                BlockDevice.End(task, Sense.InvalidParameter(at, 3)); // SPC-4 6.45: not offline, not transitioning
                return;
            }
            if (!Array.Exists(known, one => one.Group == group))
            {
                BlockDevice.End(task, Sense.InvalidParameter(at + 2));
                return;
            }
            changes.Add((group, state));
        }
        device.Access.Set([.. changes], AccessStates.SetExplicitly, by: task.Nexus);
        BlockDevice.End(task, ScsiStatus.Good);
    }
}
