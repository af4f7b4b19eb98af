// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;

namespace FcTarget.Wire.Recording;

/// <summary>Which way a frame went, as epb_flags has it.</summary>
public enum FrameDirection : byte
{
    Unknown = 0,
    Inbound = 1,
    Outbound = 2,
}

/// <summary>
/// Blocks of a pcapng section with one Ethernet interface and times in nanoseconds, laid into memory (IETF draft "PCAP Now Generic").
/// Little-endian; allocates nothing.
/// </summary>
internal static class PcapNgEncoder
{
    //   block            type (4) | total length (4) | body | total length again (4)
    //   Enhanced Packet  interface (4) | time, upper and lower half (8) | captured (4) | original (4) | frame | options

    /// <summary>Bytes of an Enhanced Packet Block before the frame.</summary>
    public const int PacketHeader = 28;

    private const uint SectionHeader = 0x0A0D0D0A, ByteOrderMagic = 0x1A2B3C4D;
    private const uint InterfaceDescription = 1, InterfaceStatistics = 5, EnhancedPacket = 6;
    private const ushort EndOfOptions = 0, Comment = 1, UserApplication = 4, InterfaceName = 2, TimeResolution = 9, InterfaceDrops = 5;
    private const ushort PacketFlags = 2, PacketDropCount = 4, CustomNotToCopy = 19373;
    private const byte Nanoseconds = 9;
    private const int LengthAt = 4, OptionHeader = 4, Trailer = 4;

    /// <summary>The most bytes that an Enhanced Packet Block takes.</summary>
    public static int PacketLength(int frame, int comment) =>
        PacketHeader + Padded(frame) + (OptionHeader + 4) + (OptionHeader + 8) + OptionHeader + Padded(comment) + OptionHeader + Trailer;

    /// <summary>Makes an Enhanced Packet Block around a frame that lies at <see cref="PacketHeader"/> already. Returns its length.</summary>
    public static int CompletePacket(Span<byte> block, int frame, long unixNanoseconds, FrameDirection direction, ulong dropped, ReadOnlySpan<byte> comment)
    {
        U32(block[8..], 0); // the interface
        Time(block[12..], unixNanoseconds);
        U32(block[20..], (uint)frame);
        U32(block[24..], (uint)frame);
        int at = PacketHeader + frame;
        block[at..(PacketHeader + Padded(frame))].Clear();
        at = PacketHeader + Padded(frame);
        if (direction != FrameDirection.Unknown)
        {
            U32(block[at..], PacketFlags | (4u << 16));
            U32(block[(at + 4)..], (uint)direction);
            at += 8;
        }
        if (dropped != 0)
        {
            U32(block[at..], PacketDropCount | (8u << 16));
            BinaryPrimitives.WriteUInt64LittleEndian(block[(at + 4)..], dropped);
            at += 12;
        }
        if (!comment.IsEmpty) at = Option(block, at, Comment, comment);
        return End(block, Option(block, at, EndOfOptions, default), EnhancedPacket);
    }

    /// <summary>The least number of bytes that can be filled.</summary>
    public const int LeastFiller = OptionHeader + 4;

    /// <summary>The enterprise number that belongs to nobody (RFC 5612): who reads the filler's option passes over it.</summary>
    private const uint NobodysNumber = 32473;

    /// <summary>Section Header and Interface Description. Returns their length.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="interfaceName">if_name.</param>
    /// <param name="application">shb_userappl.</param>
    /// <param name="filler">Bytes to make the header longer by: 0, or <see cref="LeastFiller"/> and more, a multiple of 4.</param>
    public static int WriteSection(Span<byte> to, string interfaceName, string application, int filler = 0)
    {
        Span<byte> value = stackalloc byte[256];
        U32(to[8..], ByteOrderMagic);
        U32(to[12..], 1); // version 1.0
        to.Slice(16, 8).Fill(0xFF); // section length unknown
        int at = Option(to, 24, UserApplication, Utf8(application, value));
        if (filler > 0)
        {
            U32(to[at..], CustomNotToCopy | ((uint)(filler - OptionHeader) << 16));
            U32(to[(at + OptionHeader)..], NobodysNumber);
            to[(at + LeastFiller)..(at + filler)].Clear();
            at += filler;
        }
        int header = End(to, Option(to, at, EndOfOptions, default), SectionHeader);
        to = to[header..];
        U32(to[8..], (uint)Capture.LinkType.Ethernet);
        U32(to[12..], 0); // no snap length
        at = Option(to, 16, InterfaceName, Utf8(interfaceName, value));
        at = Option(to, at, TimeResolution, [Nanoseconds]);
        return header + End(to, Option(to, at, EndOfOptions, default), InterfaceDescription);
    }

    /// <summary>Interface Statistics: what was lost in all. Returns its length.</summary>
    public static int WriteStatistics(Span<byte> to, long unixNanoseconds, ulong dropped)
    {
        U32(to[8..], 0);
        Time(to[12..], unixNanoseconds);
        U32(to[20..], InterfaceDrops | (8u << 16));
        BinaryPrimitives.WriteUInt64LittleEndian(to[24..], dropped);
        return End(to, Option(to, 32, EndOfOptions, default), InterfaceStatistics);
    }

    /// <summary>Bytes of the block that begins here.</summary>
    public static int LengthOf(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadInt32LittleEndian(block[LengthAt..]);

    private static int Padded(int length) => (length + 3) & ~3;

    private static int Option(Span<byte> block, int at, ushort code, ReadOnlySpan<byte> value)
    {
        U32(block[at..], code | ((uint)value.Length << 16));
        at += OptionHeader;
        value.CopyTo(block[at..]);
        block[(at + value.Length)..(at + Padded(value.Length))].Clear();
        return at + Padded(value.Length);
    }

    private static int End(Span<byte> block, int at, uint type)
    {
        int length = at + Trailer;
        U32(block, type);
        U32(block[LengthAt..], (uint)length);
        U32(block[at..], (uint)length);
        return length;
    }

    private static void Time(Span<byte> to, long unixNanoseconds)
    {
        U32(to, (uint)((ulong)unixNanoseconds >> 32));
        U32(to[4..], (uint)unixNanoseconds);
    }

    private static void U32(Span<byte> to, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(to, value);

    private static ReadOnlySpan<byte> Utf8(string text, Span<byte> buffer)
    {
        Encoding.UTF8.TryGetBytes(text, buffer, out int length); // a text that does not fit is left out
        return buffer[..length];
    }
}
