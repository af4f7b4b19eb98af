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
/// Writes a pcapng section with one Ethernet interface: Section Header, Interface Description with nanoseconds, Enhanced Packet Blocks with
/// direction, drops and comment, Interface Statistics at the end. Little-endian; allocates nothing per frame.
/// </summary>
public sealed class PcapNgWriter : IDisposable
{
    private const uint SectionHeader = 0x0A0D0D0A, ByteOrderMagic = 0x1A2B3C4D;
    private const uint InterfaceDescription = 1, InterfaceStatistics = 5, EnhancedPacket = 6;
    private const ushort EndOfOptions = 0, Comment = 1, UserApplication = 4, InterfaceName = 2, TimeResolution = 9, InterfaceDrops = 5;
    private const ushort PacketFlags = 2, PacketDropCount = 4;
    private const byte Nanoseconds = 9;

    private readonly Stream _stream;
    private readonly MemoryStream _block = new(4096);

    /// <summary>Writes the beginning of the section. The writer owns the stream.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="interfaceName">if_name.</param>
    /// <param name="application">shb_userappl.</param>
    public PcapNgWriter(Stream stream, string interfaceName, string application)
    {
        _stream = stream;
        U32(ByteOrderMagic);
        U16(1);
        U16(0);
        U64(ulong.MaxValue); // section length unknown
        Option(UserApplication, Encoding.UTF8.GetBytes(application));
        Option(EndOfOptions, default);
        EndBlock(SectionHeader);
        U16((ushort)Capture.LinkType.Ethernet);
        U16(0);
        U32(0); // no snap length
        Option(InterfaceName, Encoding.UTF8.GetBytes(interfaceName));
        Option(TimeResolution, [Nanoseconds]);
        Option(EndOfOptions, default);
        EndBlock(InterfaceDescription);
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <param name="frame">A whole Ethernet frame.</param>
    /// <param name="unixNanoseconds">When it was received or sent.</param>
    /// <param name="direction">Which way it went.</param>
    /// <param name="dropped">Frames lost between the one before and this one.</param>
    /// <param name="comment">UTF-8; empty for none.</param>
    public void Write(ReadOnlySpan<byte> frame, long unixNanoseconds, FrameDirection direction, ulong dropped, ReadOnlySpan<byte> comment)
    {
        U32(0); // the interface
        U32((uint)((ulong)unixNanoseconds >> 32));
        U32((uint)unixNanoseconds);
        U32((uint)frame.Length);
        U32((uint)frame.Length);
        Padded(frame);
        Span<byte> value = stackalloc byte[8];
        if (direction != FrameDirection.Unknown)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(value, (uint)direction);
            Option(PacketFlags, value[..4]);
        }
        if (dropped != 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(value, dropped);
            Option(PacketDropCount, value);
        }
        if (!comment.IsEmpty) Option(Comment, comment);
        Option(EndOfOptions, default);
        EndBlock(EnhancedPacket);
    }

    /// <summary>Ends the section with what was lost in all.</summary>
    public void WriteStatistics(long unixNanoseconds, ulong dropped)
    {
        U32(0);
        U32((uint)((ulong)unixNanoseconds >> 32));
        U32((uint)unixNanoseconds);
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, dropped);
        Option(InterfaceDrops, value);
        Option(EndOfOptions, default);
        EndBlock(InterfaceStatistics);
    }

    public void Flush() => _stream.Flush();

    public void Dispose() => _stream.Dispose();

    private void EndBlock(uint type)
    {
        uint length = (uint)_block.Length + 12;
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(word, type);
        BinaryPrimitives.WriteUInt32LittleEndian(word[4..], length);
        _stream.Write(word);
        _stream.Write(_block.GetBuffer().AsSpan(0, (int)_block.Length));
        _stream.Write(word[4..]);
        Length += length;
        _block.SetLength(0);
    }

    private void Option(ushort code, ReadOnlySpan<byte> value)
    {
        U16(code);
        U16((ushort)value.Length);
        Padded(value);
    }

    private void Padded(ReadOnlySpan<byte> bytes)
    {
        _block.Write(bytes);
        for (int pad = -bytes.Length & 3; pad > 0; pad--) _block.WriteByte(0);
    }

    private void U16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        _block.Write(bytes);
    }

    private void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _block.Write(bytes);
    }

    private void U64(ulong value)
    {
        U32((uint)value);
        U32((uint)(value >> 32));
    }
}
