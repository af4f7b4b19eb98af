// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>The access state of a user data segment through a target port group.</summary>
public readonly record struct ReferralGroup(ushort Number, AccessState State);

/// <summary>
/// User data segment referral descriptor (SBC-4 4.25.2): user data segments, and through which target port groups they are reached. It stands in
/// the parameter data of REPORT REFERRALS and in sense data.
/// </summary>
/// <param name="FirstLba">First logical block of the first segment.</param>
/// <param name="LastLba">Last logical block of the last segment.</param>
/// <param name="Groups">255 at most.</param>
public sealed record UserDataSegmentReferral(ulong FirstLba, ulong LastLba, IReadOnlyList<ReferralGroup> Groups)
{
    private const int HeaderLength = 20, GroupLength = 4;

    /// <summary>Bytes of the descriptor.</summary>
    public int Length => LengthOf(Groups.Count);

    /// <summary>Bytes of a descriptor with so many groups.</summary>
    public static int LengthOf(int groups) => HeaderLength + (groups * GroupLength);

    /// <summary>Writes it into <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> to)
    {
        to[..Length].Clear();
        to[3] = (byte)Groups.Count; // NUMBER OF TARGET PORT GROUP DESCRIPTORS
        WriteUInt64BigEndian(to[4..], FirstLba);
        WriteUInt64BigEndian(to[12..], LastLba);
        for (int i = 0, at = HeaderLength; i < Groups.Count; i++, at += GroupLength)
        {
            to[at] = (byte)Groups[i].State;
            WriteUInt16BigEndian(to[(at + 2)..], Groups[i].Number);
        }
    }
}
