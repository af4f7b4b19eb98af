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
    private const int DescriptorLength = 8, PortLength = 4;
    private const byte Preferred = 0x80;
    private const byte Supported = 0x8F; // T_SUP; U_SUP, S_SUP, AN_SUP, AO_SUP: what SET TARGET PORT GROUPS may ask for, and transitioning
    private const byte OfflineSupported = 0x40, LbaDependentSupported = 0x10;

    public override Reach Reach => Reach.Always;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        int format = task.Cdb[1] >> FormatShift;
        if (format > 1)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, 7));
            return;
        }
        AccessGroup[] groups = device.Access.Groups();
        int header = format == 0 ? 4 : 8;
        int length = header + groups.Sum(group => DescriptorLength + (group.Ports.Length * PortLength));
        Span<byte> data = ParameterData.Rent(task, length).AsSpan(0, length);
        data.Clear();
        WriteUInt32BigEndian(data, (uint)(length - 4)); // RETURN DATA LENGTH
        if (format == 1) data[4] = 0x10;                // format type; IMPLICIT TRANSITION TIME 0
        int at = header;
        foreach (AccessGroup group in groups)
        {
            Span<byte> descriptor = data[at..];
            descriptor[0] = (byte)((group.IsPreferred ? Preferred : 0) | (byte)group.State);
            descriptor[1] = Supported | OfflineSupported | LbaDependentSupported;
            WriteUInt16BigEndian(descriptor[2..], group.Number);
            descriptor[5] = group.StatusCode;
            descriptor[7] = (byte)group.Ports.Length; // TARGET PORT COUNT
            at += DescriptorLength;
            foreach (ushort port in group.Ports)
            {
                WriteUInt16BigEndian(data[(at + 2)..], port);
                at += PortLength;
            }
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
        AccessGroup[] known = device.Access.Groups();
        List<(ushort, AccessState)> changes = [];
        for (int at = HeaderLength; at < list.Length; at += DescriptorLength)
        {
            var state = (AccessState)(list[at] & 0x0F);
            ushort group = ReadUInt16BigEndian(list[(at + 2)..]);
            if (state > AccessState.Unavailable)
            {
                BlockDevice.End(task, Sense.InvalidParameter(at, 3)); // SPC-4 6.45: not LBA dependent, offline or transitioning
                return;
            }
            if (!Array.Exists(known, one => one.Number == group))
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
