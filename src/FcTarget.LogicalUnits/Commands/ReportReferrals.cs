// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>REPORT REFERRALS (SBC-3 5.20): one user data segment, the whole medium, with the target port group the command came through.</summary>
internal sealed class ReportReferrals : BlockCommand
{
    private const int LbaAt = 2, AllocationLengthAt = 10;
    private const int HeaderLength = 4, DescriptorLength = 20, GroupLength = 4;

    public override bool NeedsMedium => true;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.None;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (ReadUInt64BigEndian(task.Cdb[LbaAt..]) >= device.BlockCount)
        {
            task.CompleteCheckCondition(Sense.LbaOutOfRange);
            return;
        }
        const int Length = HeaderLength + DescriptorLength + GroupLength;
        byte[] data = ParameterData.Rent(task, Length);
        data.AsSpan(0, Length).Clear();
        WriteUInt16BigEndian(data.AsSpan(2), Length - HeaderLength);
        Span<byte> segment = data.AsSpan(HeaderLength);
        segment[3] = 1; // NUMBER OF TARGET PORT GROUP DESCRIPTORS
        WriteUInt64BigEndian(segment[12..], device.BlockCount - 1);
        Span<byte> group = segment[DescriptorLength..];
        group[0] = (byte)device.Access.Of(task.Nexus.RelativeTargetPort);
        WriteUInt16BigEndian(group[2..], device.Access.GroupOf(task.Nexus.RelativeTargetPort));
        ParameterData.Send(task, Length, ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]));
    }
}
