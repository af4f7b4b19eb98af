// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Descriptor format sense data (SPC-4 4.5.2): for REQUEST SENSE with DESC set, and for units with D_SENSE.</summary>
public static class DescriptorSense
{
    /// <summary>Bytes of the longest sense data <see cref="Write"/> makes: header 8, and 4 and a user data segment referral of 16 groups.</summary>
    public const int MaxLength = 96;

    /// <summary>The most target port groups that a referral in sense data has room for.</summary>
    public const int MaxReferralGroups = 16;

    private const int ReferralHeader = 4, FaultLength = 12 + 8, ForwardedHeader = 4;
    private const byte NotAllReferrals = 0x01;

    /// <summary>Writes the sense data as a current error, response code 72h. Returns the number of bytes written, 8 to 96.</summary>
    public static int Write(Span<byte> to, in Sense sense)
    {
        to[..LengthOf(sense)].Clear();
        to[0] = 0x72;
        to[1] = (byte)sense.Key;
        to[2] = sense.Asc;
        to[3] = sense.Ascq;
        int at = 8;
        if (sense.Information is { } information)
        {
            to[at + 1] = 0x0A; // type 00h, ADDITIONAL LENGTH
            to[at + 2] = 0x80; // VALID
            WriteUInt64BigEndian(to[(at + 4)..], information);
            at += 12;
        }
        if (sense.FieldPointer is { } field)
        {
            to[at] = 0x02; // sense key specific
            to[at + 1] = 0x06;
            to[at + 4] = sense.SenseKeySpecificFlags;
            WriteUInt16BigEndian(to[(at + 5)..], field);
            at += 8;
        }
        else if (sense.Progress is { } progress)
        {
            to[at] = 0x02;
            to[at + 1] = 0x06;
            to[at + 4] = 0x80; // SKSV
            WriteUInt16BigEndian(to[(at + 5)..], progress);
            at += 8;
        }
        if (sense.Referral is { } referral)
        {
            to[at] = 0x0B; // user data segment referral (SBC-4 4.16)
            to[at + 1] = (byte)(ReferralHeader - 2 + referral.Length);
            to[at + 2] = NotAllReferrals; // NOT_ALL_R: of the segments that the command is about
            referral.Write(to[(at + ReferralHeader)..]);
            at += ReferralHeader + referral.Length;
        }
        if (sense.Copy is { } fault) at += WriteFault(to[at..], fault);
        to[7] = (byte)(at - 8); // ADDITIONAL SENSE LENGTH
        return at;
    }

    private static int WriteFault(Span<byte> to, CopyFault fault)
    {
        to[0] = 0x01; // command-specific information: the segment
        to[1] = 0x0A;
        WriteUInt16BigEndian(to[10..], (ushort)fault.Segment);
        to[12] = 0x02; // sense key specific
        to[13] = 0x06;
        to[16] = CopyFault.SegmentPointerFlags;
        WriteUInt16BigEndian(to[17..], fault.FieldPointer);
        if (fault.Status is not { } status) return FaultLength;
        Span<byte> forwarded = to[FaultLength..]; // forwarded sense data: of the copy source (1h) or destination (2h)
        forwarded[0] = 0x0C;
        forwarded[2] = (byte)(fault.InDestination ? 0x02 : 0x01);
        forwarded[3] = (byte)status;
        int answer = fault.Sense is { } sense ? Write(forwarded[ForwardedHeader..], sense) : 0;
        forwarded[1] = (byte)(ForwardedHeader - 2 + answer);
        return FaultLength + ForwardedHeader + answer;
    }

    private static int LengthOf(CopyFault fault) => fault.Status is null ? FaultLength
        : FaultLength + ForwardedHeader + (fault.Sense is { } sense ? LengthOf(sense) : 0);

    private static int LengthOf(in Sense sense) =>
        8 + (sense.Information is null ? 0 : 12) + (sense.FieldPointer is null && sense.Progress is null ? 0 : 8)
        + (sense.Referral is { } referral ? ReferralHeader + referral.Length : 0) + (sense.Copy is { } fault ? LengthOf(fault) : 0);
}
