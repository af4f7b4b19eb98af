// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf;

/// <summary>
/// The access of a target port group in LBA dependent state (SBC-4 4.25): every logical unit is cut into user data segments of one size, and the
/// states go round, segment by segment.
/// </summary>
/// <param name="Size">Bytes of a segment: <see cref="SizeUnit"/> or a multiple of it.</param>
/// <param name="States">2 to <see cref="MaxStates"/> states, of the segments 0, 1 and so on; their number is the USER DATA SEGMENT MULTIPLIER.</param>
public sealed record UserDataSegments(long Size, IReadOnlyList<AccessState> States)
{
    /// <summary>A whole number of blocks, whatever the unit's block size.</summary>
    public const int SizeUnit = 4096;

    public const int MaxStates = 16;

    /// <summary>USER DATA SEGMENT SIZE is a number of blocks in 32 bits.</summary>
    public const long MaxSize = 512L * (1L << 31);

    /// <summary>The state of a segment.</summary>
    public AccessState Of(long segment) => States[(int)(segment % States.Count)];

    /// <summary>Whether other segments are cut alike: a logical unit has one size and one multiplier (VPD page B3h).</summary>
    public bool IsCutAs(UserDataSegments other) => Size == other.Size && States.Count == other.States.Count;

    /// <summary>The first segment of a range of bytes that is not accessible; -1 when all are, or there are no bytes.</summary>
    public long FirstClosed(long offset, long length)
    {
        if (length <= 0) return -1;
        long first = offset / Size;
        long last = Math.Min((offset + length - 1) / Size, first + States.Count - 1); // from there on they come again
        for (long segment = first; segment <= last; segment++)
            if (!IsOpen(Of(segment))) return segment;
        return -1;
    }

    /// <summary>Whether commands that read and write are served in a state.</summary>
    public static bool IsOpen(AccessState state) => state is AccessState.ActiveOptimized or AccessState.ActiveNonOptimized;

    public bool Equals(UserDataSegments? other) => other is not null && Size == other.Size && States.SequenceEqual(other.States);

    public override int GetHashCode() => HashCode.Combine(Size, States.Count);
}
