// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Builds the Third-Party Copy VPD page, 8Fh (SPC-4 7.8.17): add descriptors, then <see cref="End"/>.</summary>
public ref struct ThirdPartyCopyPage(Span<byte> to)
{
    private readonly Span<byte> _to = to;
    private int _at = VpdPage.HeaderLength;

    /// <summary>Block Device ROD Token Limits (SBC-3 6.5.7.3). Times in seconds, sizes in blocks.</summary>
    public void AddRodTokenLimits(ushort ranges, uint maximumTimeout, uint defaultTimeout, ulong maximumTransfer)
    {
        Span<byte> descriptor = Descriptor(0x0000, 32);
        WriteUInt16BigEndian(descriptor[6..], ranges);
        WriteUInt32BigEndian(descriptor[8..], maximumTimeout);
        WriteUInt32BigEndian(descriptor[12..], defaultTimeout);
        WriteUInt64BigEndian(descriptor[16..], maximumTransfer);
        WriteUInt64BigEndian(descriptor[24..], maximumTransfer); // OPTIMAL TRANSFER COUNT
    }

    /// <summary>Supported Commands: operation codes with their service actions.</summary>
    public void AddCommands(byte outCode, ReadOnlySpan<byte> outActions, byte inCode, ReadOnlySpan<byte> inActions)
    {
        int length = 1 + 2 + outActions.Length + 2 + inActions.Length;
        Span<byte> descriptor = Descriptor(0x0001, length);
        descriptor[0] = (byte)(length - 1);
        descriptor[1] = outCode;
        descriptor[2] = (byte)outActions.Length;
        outActions.CopyTo(descriptor[3..]);
        Span<byte> second = descriptor[(3 + outActions.Length)..];
        second[0] = inCode;
        second[1] = (byte)inActions.Length;
        inActions.CopyTo(second[2..]);
    }

    /// <summary>Parameter Data.</summary>
    public void AddParameterData(ushort cscds, ushort segments, uint descriptorListLength)
    {
        Span<byte> descriptor = Descriptor(0x0004, 28);
        WriteUInt16BigEndian(descriptor[4..], cscds);
        WriteUInt16BigEndian(descriptor[6..], segments);
        WriteUInt32BigEndian(descriptor[8..], descriptorListLength);
    }

    /// <summary>Supported Descriptors: type codes.</summary>
    public void AddDescriptorTypes(ReadOnlySpan<byte> types)
    {
        Span<byte> descriptor = Descriptor(0x0008, 1 + types.Length);
        descriptor[0] = (byte)types.Length;
        types.CopyTo(descriptor[1..]);
    }

    /// <summary>General Copy Operations.</summary>
    public void AddGeneralCopyOperations(uint concurrentCopies, uint maximumSegmentLength)
    {
        Span<byte> descriptor = Descriptor(0x8001, 32);
        WriteUInt32BigEndian(descriptor, concurrentCopies);      // TOTAL CONCURRENT COPIES
        WriteUInt32BigEndian(descriptor[4..], concurrentCopies); // MAXIMUM IDENTIFIED CONCURRENT COPIES
        WriteUInt32BigEndian(descriptor[8..], maximumSegmentLength);
        descriptor[12] = 9;                                      // DATA SEGMENT GRANULARITY: 512 bytes
    }

    /// <summary>Writes the page header. Returns the length of the page in bytes.</summary>
    public readonly int End(PeripheralDevice device) => VpdPage.Header(_to, device, VpdPageCode.ThirdPartyCopy, _at - VpdPage.HeaderLength);

    /// <summary>A descriptor's own bytes, cleared; padded to a multiple of four.</summary>
    private Span<byte> Descriptor(ushort type, int length)
    {
        int padded = (length + 3) & ~3;
        Span<byte> descriptor = _to.Slice(_at, 4 + padded);
        descriptor.Clear();
        WriteUInt16BigEndian(descriptor, type);
        WriteUInt16BigEndian(descriptor[2..], (ushort)padded);
        _at += descriptor.Length;
        return descriptor[4..];
    }
}
