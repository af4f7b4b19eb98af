// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.InteropServices;
using FcTarget.Formats.Ethernet;

namespace FcTarget.Formats.Fip;

/// <summary>
/// Writes a whole FIP frame into a buffer, Ethernet header first (FC-BB-6, FIP frame format). <c>Begin</c>, then any number of
/// descriptors in order, then <see cref="PadPayloadTo"/> when the frame probes for a size, then <see cref="Finish"/>.
/// </summary>
/// <remarks>The buffer need not be clear. A buffer that is too short is the caller's bug, and throws.</remarks>
public ref struct FipWriter
{
    /// <summary>The longest frame, in bytes, that an encapsulating descriptor holds: 255 words less its own header.</summary>
    public const int MaxEncapsulatedFrame = MaxDescriptor - FipDescriptorReader.EncapsulationHeaderLength;

    private const int MaxDescriptor = byte.MaxValue * FipDescriptorReader.BytesPerWord;

    private readonly Span<byte> _frame;
    private readonly int _payloadAt;
    private readonly FipOperation _operation;
    private readonly byte _subcode;
    private readonly FipFlags _flags;
    private int _length;
    private int _listLength;

    private FipWriter(Span<byte> frame, int payloadAt, FipOperation operation, byte subcode, FipFlags flags)
    {
        _frame = frame;
        _payloadAt = payloadAt;
        _operation = operation;
        _subcode = subcode;
        _flags = flags;
        _length = payloadAt + FipMessage.HeaderLength;
        _frame[payloadAt.._length].Clear();
    }

    /// <summary>Begins a frame of any operation.</summary>
    /// <param name="frame">The buffer, at least 60 bytes.</param>
    /// <param name="destination">Destination MAC address.</param>
    /// <param name="source">Source MAC address.</param>
    /// <param name="operation">FIP Operation Code.</param>
    /// <param name="subcode">FIP Subcode of the operation.</param>
    /// <param name="flags">The flags word.</param>
    /// <param name="tag">The VLAN tag, if any.</param>
    public static FipWriter Begin(
        Span<byte> frame, MacAddress destination, MacAddress source, FipOperation operation, byte subcode,
        FipFlags flags = FipFlags.None, VlanTag? tag = null) =>
        new(frame, EthernetFrame.WriteHeader(frame, destination, source, EtherType.Fip, tag), operation, subcode, flags);

    /// <summary>Begins a Discovery frame.</summary>
    public static FipWriter Begin(
        Span<byte> frame, MacAddress destination, MacAddress source, FipDiscoverySubcode subcode,
        FipFlags flags = FipFlags.None, VlanTag? tag = null) =>
        Begin(frame, destination, source, FipOperation.Discovery, (byte)subcode, flags, tag);

    /// <summary>Begins a Link Service frame.</summary>
    public static FipWriter Begin(
        Span<byte> frame, MacAddress destination, MacAddress source, FipLinkServiceSubcode subcode,
        FipFlags flags = FipFlags.None, VlanTag? tag = null) =>
        Begin(frame, destination, source, FipOperation.LinkService, (byte)subcode, flags, tag);

    /// <summary>Begins a Control frame.</summary>
    public static FipWriter Begin(
        Span<byte> frame, MacAddress destination, MacAddress source, FipControlSubcode subcode,
        FipFlags flags = FipFlags.None, VlanTag? tag = null) =>
        Begin(frame, destination, source, FipOperation.Control, (byte)subcode, flags, tag);

    /// <summary>Begins a VLAN frame.</summary>
    public static FipWriter Begin(
        Span<byte> frame, MacAddress destination, MacAddress source, FipVlanSubcode subcode,
        FipFlags flags = FipFlags.None, VlanTag? tag = null) =>
        Begin(frame, destination, source, FipOperation.Vlan, (byte)subcode, flags, tag);

    /// <summary>Begins a VN2VN frame.</summary>
    public static FipWriter Begin(
        Span<byte> frame, MacAddress destination, MacAddress source, FipVn2VnSubcode subcode,
        FipFlags flags = FipFlags.None, VlanTag? tag = null) =>
        Begin(frame, destination, source, FipOperation.Vn2Vn, (byte)subcode, flags, tag);

    /// <summary>Adds a descriptor of fixed size; its type and length are set here, whatever its header holds.</summary>
    public void Add<T>(in T descriptor) where T : unmanaged, IFipDescriptor
    {
        Span<byte> to = AddDescriptor(T.DescriptorType, T.WireSize);
        T copy = descriptor;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in copy));
        bytes[FipDescriptorHeader.WireSize..].CopyTo(to[FipDescriptorHeader.WireSize..]);
    }

    /// <summary>Adds a FLOGI, FDISC, LOGO or ELP descriptor and gives the place of its FC frame, which the caller fills.</summary>
    /// <param name="type">One of the four that encapsulate.</param>
    /// <param name="frameLength">Length of header and payload in bytes: whole words, 24 to <see cref="MaxEncapsulatedFrame"/>.</param>
    /// <returns>The place, <paramref name="frameLength"/> bytes, not cleared.</returns>
    public Span<byte> AddEncapsulatedFrame(FipDescriptorType type, int frameLength)
    {
        Debug.Assert(type.Encapsulates() && frameLength >= Fcoe.FcoeFrame.MinFcFrameLength);
        Span<byte> to = AddDescriptor(type, FipDescriptorReader.EncapsulationHeaderLength + frameLength);
        to[FipDescriptorHeader.WireSize..FipDescriptorReader.EncapsulationHeaderLength].Clear();
        return to[FipDescriptorReader.EncapsulationHeaderLength..];
    }

    /// <summary>Adds a FLOGI, FDISC, LOGO or ELP descriptor with its FC frame: header and payload, without delimiters and CRC.</summary>
    public void AddEncapsulatedFrame(FipDescriptorType type, ReadOnlySpan<byte> frame) =>
        frame.CopyTo(AddEncapsulatedFrame(type, frame.Length));

    /// <summary>Adds a descriptor of a type this project has no structure for.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="body">What follows type and length: two bytes more than whole words, at most 1018.</param>
    public void AddOpaque(FipDescriptorType type, ReadOnlySpan<byte> body) =>
        body.CopyTo(AddDescriptor(type, FipDescriptorHeader.WireSize + body.Length)[FipDescriptorHeader.WireSize..]);

    /// <summary>
    /// Fills the Ethernet payload with zeros up to a length. The descriptor list does not grow: this is how a VN2VN claim
    /// response proves that the path carries frames of Max_FCoE_Size.
    /// </summary>
    /// <param name="payloadLength">Length of the Ethernet payload in bytes; nothing happens when it is reached already.</param>
    public void PadPayloadTo(int payloadLength)
    {
        int end = _payloadAt + payloadLength;
        if (end <= _length) return;
        _frame[_length..end].Clear();
        _length = end;
    }

    /// <summary>Writes the FIP header, pads to Ethernet's minimum and gives the length of the frame in bytes, without FCS.</summary>
    public readonly int Finish()
    {
        FipHeader header = new()
        {
            VersionReserved = FipMessage.Version << 4,
            Operation = (ushort)_operation,
            Subcode = _subcode,
            DescriptorListLength = (ushort)(_listLength / FipDescriptorReader.BytesPerWord),
            Flags = (ushort)_flags,
        };
        MemoryMarshal.Write(_frame[_payloadAt..], in header);
        return EthernetFrame.Pad(_frame, _length);
    }

    private Span<byte> AddDescriptor(FipDescriptorType type, int length)
    {
        Debug.Assert(_length == _payloadAt + FipMessage.HeaderLength + _listLength, "padding comes last");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxDescriptor);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % FipDescriptorReader.BytesPerWord, 0);
        Span<byte> to = _frame.Slice(_length, length);
        to[0] = (byte)type;
        to[1] = (byte)(length / FipDescriptorReader.BytesPerWord);
        _length += length;
        _listLength += length;
        return to;
    }
}
