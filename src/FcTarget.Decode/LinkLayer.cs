// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Wire.Capture;

namespace FcTarget.Decode;

/// <summary>
/// Ethernet frames out of what else carries them: Linux cooked captures (tcpdump -i any), which have the source address only, Fibre Channel links
/// (<see cref="NativeFibreChannel"/>), the outer of two tags (IEEE 802.1ad), and the FCS that a tap has left behind the frame. Most frames are
/// Ethernet, with one tag at most, and are not touched.
/// </summary>
internal sealed class LinkLayer
{
    //   SLL    packet type (2) | ARPHRD (2) | address length (2) | address (8) | protocol (2)
    //   SLL2   protocol (2) | reserved (2) | interface (4) | ARPHRD (2) | packet type (1) | address length (1) | address (8)
    private const int SllLength = 16, SllAddressAt = 6, SllProtocolAt = 14, Sll2Length = 20, Sll2AddressAt = 12;
    private const int AddressesLength = 12, AddressLength = 6, TagLength = 4, FcsLength = 4;
    private const int MinFcoe = FcoeFrame.HeaderLength + FcoeFrame.MinFcFrameLength + FcoeFrame.TrailerLength;
    private const ushort ServiceTag = 0x88A8;

    private byte[] _frame = new byte[4096];

    /// <summary>The frame as Ethernet with one tag at most. False when it is of another link type, or its header is not whole.</summary>
    /// <param name="captured">A frame of a capture.</param>
    /// <param name="ethernet">Good until the next call.</param>
    /// <param name="outerVlan">VLAN ID of the outer tag; 0 for none.</param>
    public bool TryRead(CapturedFrame captured, out CapturedFrame ethernet, out int outerVlan)
    {
        outerVlan = 0;
        ethernet = captured;
        switch (captured.LinkType)
        {
            case LinkType.LinuxSll when captured.Data.Length >= SllLength:
                ethernet = Uncooked(captured, SllLength, SllAddressAt, captured.Data[SllProtocolAt..SllLength]);
                break;
            case LinkType.LinuxSll2 when captured.Data.Length >= Sll2Length:
                ethernet = Uncooked(captured, Sll2Length, Sll2AddressAt, captured.Data[..2]);
                break;
            case LinkType.Fc2 or LinkType.Fc2WithDelimiters:
                return TryReadNative(captured, out ethernet);
            case LinkType.Ethernet:
                ethernet = WithoutFcs(captured);
                break;
            default:
                return false;
        }
        if (HasTwoTags(ethernet.Data)) ethernet = WithoutOuterTag(ethernet, out outerVlan);
        return true;
    }

    private bool TryReadNative(CapturedFrame captured, out CapturedFrame ethernet)
    {
        Span<byte> frame = Frame(captured.Data.Length + NativeFibreChannel.Longer);
        int length = NativeFibreChannel.Write(captured, frame);
        ethernet = Of(captured, frame[..length], length - captured.Data.Length);
        return length > 0;
    }

    /// <summary>
    /// Some taps leave the Ethernet FCS with the frame and do not say so. An FCoE frame tells by its EOF, which is the fourth byte from the end.
    /// </summary>
    private static CapturedFrame WithoutFcs(CapturedFrame captured)
    {
        ReadOnlySpan<byte> data = captured.Data;
        if (captured.IsCut || !EthernetFrame.TryRead(data, out EthernetFrame ethernet) || ethernet.EtherType != EtherType.Fcoe) return captured;
        if (ethernet.Payload.Length < MinFcoe + FcsLength || EndsWithEof(data) || !EndsWithEof(data[..^FcsLength])) return captured;
        return Of(captured, data[..^FcsLength], -FcsLength);
    }

    private static bool EndsWithEof(ReadOnlySpan<byte> frame) => ((Eof)frame[^FcsLength]).IsDefined() && frame[^3..].IndexOfAnyExcept((byte)0) < 0;

    private static bool HasTwoTags(ReadOnlySpan<byte> data)
    {
        if (data.Length < AddressesLength + (2 * TagLength) + 2) return false;
        ushort outer = BinaryPrimitives.ReadUInt16BigEndian(data[AddressesLength..]);
        return outer == ServiceTag
            || (outer == EtherType.VlanTag && BinaryPrimitives.ReadUInt16BigEndian(data[(AddressesLength + TagLength)..]) == EtherType.VlanTag);
    }

    private CapturedFrame Uncooked(CapturedFrame captured, int header, int addressAt, ReadOnlySpan<byte> protocol)
    {
        ReadOnlySpan<byte> payload = captured.Data[header..];
        Span<byte> frame = Frame(EthernetFrame.HeaderLength + payload.Length);
        frame[..AddressLength].Clear(); // a cooked capture does not say where to
        captured.Data.Slice(addressAt, AddressLength).CopyTo(frame[AddressLength..]);
        protocol.CopyTo(frame[AddressesLength..]);
        payload.CopyTo(frame[EthernetFrame.HeaderLength..]);
        return Of(captured, frame, EthernetFrame.HeaderLength - header);
    }

    private CapturedFrame WithoutOuterTag(CapturedFrame captured, out int outerVlan)
    {
        outerVlan = BinaryPrimitives.ReadUInt16BigEndian(captured.Data[(AddressesLength + 2)..]) & 0xFFF;
        ReadOnlySpan<byte> data = captured.Data;
        Span<byte> frame = Frame(data.Length - TagLength);
        data[..AddressesLength].CopyTo(frame); // it may lie there already, four bytes ahead
        data[(AddressesLength + TagLength)..].CopyTo(frame[AddressesLength..]);
        return Of(captured, frame, -TagLength);
    }

    private static CapturedFrame Of(CapturedFrame captured, ReadOnlySpan<byte> frame, int longer) =>
        new(frame, captured.OriginalLength + longer, captured.UnixNanoseconds, LinkType.Ethernet) { Comment = captured.Comment, Direction = captured.Direction };

    private Span<byte> Frame(int length)
    {
        if (_frame.Length < length) Array.Resize(ref _frame, 2 * length);
        return _frame.AsSpan(0, length);
    }
}
