// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Protection;

/// <summary>The application tags that ranges of blocks should have, as the Application Tag mode page says (SBC-3 6.4.3).</summary>
internal sealed class ApplicationTagRanges
{
    private const byte Last = 0x80;                      // byte 0 of a descriptor
    private const int TagAt = 6, LbaAt = 8, CountAt = 16;

    private readonly List<(ulong End, ushort Tag)> _ranges = []; // one behind the other, the first from LBA 0 on

    private ApplicationTagRanges()
    {
    }

    /// <summary>The ranges of a page; null when it names none.</summary>
    public static ApplicationTagRanges? Read(ReadOnlySpan<byte> page)
    {
        var read = new ApplicationTagRanges();
        for (int at = ModePages.ApplicationTagDescriptorAt; at < page.Length; at += ModePages.ApplicationTagDescriptorLength)
        {
            ReadOnlySpan<byte> descriptor = page[at..];
            ulong count = ReadUInt64BigEndian(descriptor[CountAt..]);
            bool isLast = (descriptor[0] & Last) != 0;
            ulong end = isLast ? ulong.MaxValue : ReadUInt64BigEndian(descriptor[LbaAt..]) + count;
            if (count != 0) read._ranges.Add((end, ReadUInt16BigEndian(descriptor[TagAt..])));
            if (isLast) break;
        }
        return read._ranges.Count == 0 ? null : read;
    }

    /// <summary>
    /// The place in a page of what contradicts itself or the capacity; null when nothing does. The sum of the last range is to be the RETURNED LOGICAL
    /// BLOCK ADDRESS, which leaves a block out; one more is taken as well, and either means all the rest.
    /// </summary>
    public static int? FaultOf(ReadOnlySpan<byte> page, ulong blockCount)
    {
        ulong next = 0;
        for (int at = ModePages.ApplicationTagDescriptorAt; at < page.Length; at += ModePages.ApplicationTagDescriptorLength)
        {
            ReadOnlySpan<byte> descriptor = page[at..];
            ulong count = ReadUInt64BigEndian(descriptor[CountAt..]);
            if (count != 0)
            {
                if (ReadUInt64BigEndian(descriptor[LbaAt..]) != next) return at + LbaAt;
                if (count > blockCount - next) return at + CountAt;
                next += count;
            }
            if ((descriptor[0] & Last) == 0) continue;
            return next == 0 || next >= blockCount - 1 ? null : at + CountAt;
        }
        return next == 0 ? null : ModePages.ApplicationTagDescriptorAt; // none is the last
    }

    /// <summary>What the tag of a block should be; null when nothing is said of it.</summary>
    public ushort? Find(ulong lba)
    {
        foreach ((ulong end, ushort tag) in _ranges)
            if (lba < end) return tag;
        return null;
    }
}
