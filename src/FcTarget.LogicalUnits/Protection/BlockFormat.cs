// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Protection;

/// <summary>Between blocks and tags apart, as the stores have them, and each block with its tags behind it, as they move. In place.</summary>
internal static class BlockFormat
{
    /// <summary>Blocks that stand close together at the begin of a buffer move apart, and the tags go in between. From the last to the first.</summary>
    public static void Join(Span<byte> buffer, ReadOnlySpan<byte> tags, int blockSize)
    {
        int unit = blockSize + ProtectionInformation.Length;
        for (int i = (tags.Length / ProtectionInformation.Length) - 1; i >= 0; i--)
        {
            buffer.Slice(i * blockSize, blockSize).CopyTo(buffer[(i * unit)..]);
            tags.Slice(i * ProtectionInformation.Length, ProtectionInformation.Length).CopyTo(buffer[((i * unit) + blockSize)..]);
        }
    }

    /// <summary>The way back: the tags go out, and the blocks stand close together.</summary>
    public static void Split(Span<byte> buffer, Span<byte> tags, int blockSize)
    {
        int unit = blockSize + ProtectionInformation.Length;
        for (int i = 0; i < tags.Length / ProtectionInformation.Length; i++)
        {
            buffer.Slice((i * unit) + blockSize, ProtectionInformation.Length).CopyTo(tags[(i * ProtectionInformation.Length)..]);
            buffer.Slice(i * unit, blockSize).CopyTo(buffer[(i * blockSize)..]);
        }
    }
}
