// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// REPORT REFERRALS (SBC-3 5.20): the user data segments from that of an LBA on, with the access states of all target port groups. Where no group is
/// in LBA dependent state there is one segment, the whole medium.
/// </summary>
internal sealed class ReportReferrals : BlockCommand
{
    private const int LbaAt = 2, AllocationLengthAt = 10, OneSegmentAt = 14;
    private const int HeaderLength = 4;
    private const byte OneSegment = 0x01;

    public override bool NeedsMedium => true;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.None;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ulong lba = ReadUInt64BigEndian(task.Cdb[LbaAt..]);
        if (lba >= device.BlockCount)
        {
            task.CompleteCheckCondition(Sense.LbaOutOfRange);
            return;
        }
        IReadOnlyList<UserDataSegmentReferral> referrals = device.Access.Referrals(device, lba, (task.Cdb[OneSegmentAt] & OneSegment) != 0);
        int length = HeaderLength + referrals.Sum(referral => referral.Length);
        byte[] data = ParameterData.Rent(task, length);
        data.AsSpan(0, HeaderLength).Clear();
        WriteUInt16BigEndian(data.AsSpan(2), (ushort)(length - HeaderLength));
        int at = HeaderLength;
        foreach (UserDataSegmentReferral referral in referrals)
        {
            referral.Write(data.AsSpan(at));
            at += referral.Length;
        }
        ParameterData.Send(task, length, ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]));
    }
}
