// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fip;

/// <summary>A FIP PDU (FC-BB-6, FIP frame format) as a view of the buffer it was received in.</summary>
public readonly ref struct FipMessage
{
    /// <summary>The version this standard sends and accepts.</summary>
    public const int Version = 1;

    /// <summary>Length in bytes of the header.</summary>
    public const int HeaderLength = 10;

    private readonly FipHeader _header;

    private FipMessage(FipHeader header, ReadOnlySpan<byte> descriptors)
    {
        _header = header;
        DescriptorList = descriptors;
    }

    public FipOperation Operation => (FipOperation)(ushort)_header.Operation;

    /// <summary>The subcode; its meaning, and its enumeration, depend on <see cref="Operation"/>.</summary>
    public byte Subcode => _header.Subcode;

    public FipFlags Flags => (FipFlags)(ushort)_header.Flags;

    /// <summary>The descriptor list, without Ethernet's padding.</summary>
    public ReadOnlySpan<byte> DescriptorList { get; }

    /// <summary>A cursor before the first descriptor.</summary>
    public FipDescriptorReader Descriptors => new(DescriptorList);

    /// <summary>Reads the header and finds the end of the descriptor list; the descriptors themselves are not looked at.</summary>
    /// <param name="payload">The payload of an Ethernet frame of EtherType 8914h, padding included.</param>
    /// <param name="message">Empty unless the answer is <see cref="FipError.None"/>.</param>
    public static FipError TryRead(ReadOnlySpan<byte> payload, out FipMessage message)
    {
        message = default;
        if (!MemoryMarshal.TryRead(payload, out FipHeader header)) return FipError.TooShort;
        if (header.Version != Version) return FipError.BadVersion;

        int listLength = header.DescriptorListLength * FipDescriptorReader.BytesPerWord;
        if (listLength > payload.Length - HeaderLength) return FipError.BadLength;

        message = new FipMessage(header, payload.Slice(HeaderLength, listLength));
        return FipError.None;
    }
}
