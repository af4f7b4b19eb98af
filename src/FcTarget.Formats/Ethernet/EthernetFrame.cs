// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.Ethernet;

/// <summary>An Ethernet frame without its FCS, with or without one 802.1Q tag, as a view of the buffer it was received in.</summary>
public readonly ref struct EthernetFrame
{
    /// <summary>The shortest frame a station sends, in bytes and without the FCS (IEEE 802.3): 60.</summary>
    public const int MinimumFrameLength = 60;

    /// <summary>Length in bytes of the header without a tag.</summary>
    public const int HeaderLength = 14;

    /// <summary>Length in bytes of the header with a tag.</summary>
    public const int TaggedHeaderLength = 18;

    private readonly VlanTag _tag;

    private EthernetFrame(
        MacAddress destination, MacAddress source, ushort etherType, bool hasVlan, VlanTag tag, ReadOnlySpan<byte> payload)
    {
        Destination = destination;
        Source = source;
        EtherType = etherType;
        HasVlan = hasVlan;
        _tag = tag;
        Payload = payload;
    }

    public MacAddress Destination { get; }

    public MacAddress Source { get; }

    /// <summary>The EtherType of the payload: the one behind the tag when there is a tag. See <see cref="Ethernet.EtherType"/>.</summary>
    public ushort EtherType { get; }

    public bool HasVlan { get; }

    /// <summary>The 802.1Q tag, or null when the frame has none.</summary>
    public VlanTag? Vlan => HasVlan ? _tag : null;

    /// <summary>Everything behind the header, the sender's padding included.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Reads the header. False, and an empty frame, when the bytes end before the header does.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EthernetFrame frame)
    {
        if (!MemoryMarshal.TryRead(bytes, out EthernetHeader header))
        {
            frame = default;
            return false;
        }
        if (header.EtherType != Ethernet.EtherType.VlanTag)
        {
            frame = new EthernetFrame(header.Destination, header.Source, header.EtherType, false, default, bytes[HeaderLength..]);
            return true;
        }
        if (!MemoryMarshal.TryRead(bytes, out TaggedEthernetHeader tagged))
        {
            frame = default;
            return false;
        }
        frame = new EthernetFrame(tagged.Destination, tagged.Source, tagged.EtherType, true, tagged.Tag, bytes[TaggedHeaderLength..]);
        return true;
    }

    /// <summary>Length in bytes of the header that <see cref="WriteHeader"/> writes: 14, or 18 with a tag.</summary>
    public static int HeaderLengthFor(VlanTag? tag) => tag.HasValue ? TaggedHeaderLength : HeaderLength;

    /// <summary>Writes a header, tagged when <paramref name="tag"/> is given.</summary>
    /// <returns>The header's length in bytes: 14 or 18.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is shorter than the header: the caller's bug.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteHeader(Span<byte> to, MacAddress destination, MacAddress source, ushort etherType, VlanTag? tag = null)
    {
        if (!tag.HasValue)
        {
            EthernetHeader header = new() { Destination = destination, Source = source, EtherType = etherType };
            MemoryMarshal.Write(to, in header);
            return HeaderLength;
        }
        TaggedEthernetHeader tagged = new()
        {
            Destination = destination,
            Source = source,
            Tpid = Ethernet.EtherType.VlanTag,
            Tag = tag.GetValueOrDefault(),
            EtherType = etherType,
        };
        MemoryMarshal.Write(to, in tagged);
        return TaggedHeaderLength;
    }

    /// <summary>Fills a frame with zeros up to <see cref="MinimumFrameLength"/>, as a station must.</summary>
    /// <param name="frame">The buffer; at least 60 bytes.</param>
    /// <param name="length">Length of the frame so far, in bytes.</param>
    /// <returns>The length of the frame to send.</returns>
    public static int Pad(Span<byte> frame, int length)
    {
        if (length >= MinimumFrameLength) return length;
        frame[length..MinimumFrameLength].Clear();
        return MinimumFrameLength;
    }
}
