// SPDX-License-Identifier: MIT

using FcTarget.Wire.Recording;

namespace FcTarget.Wire.Capture;

/// <summary>The blocks of a pcapng file (IETF draft "PCAP Now Generic"), as far as they carry frames.</summary>
internal sealed class PcapNgBlocks
{
    //   block   type (4) | total length (4) | body, padded to 4 | total length again (4)
    public const uint SectionHeader = 0x0A0D0D0A;   // reads the same in both byte orders

    private const uint InterfaceDescription = 1, PacketObsolete = 2, SimplePacket = 3, EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D, ByteOrderMagicSwapped = 0x4D3C2B1A;
    private const ushort OptionEnd = 0, OptionComment = 1, OptionFlags = 2, OptionDropCount = 4, OptionTsResol = 9, OptionFcsLength = 13, OptionTsOffset = 14;
    private const int Frame = 12;                   // bytes of a block that are not body
    private const int MaximumInterfaces = 4096;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>In the year 2116; times beyond it, or as far before 1970, become it, so that any two of them have a difference.</summary>
    private const long LatestTime = long.MaxValue / 2;

    private readonly CaptureStream _stream;
    private readonly List<Interface> _interfaces = [];

    /// <summary>What an Interface Description Block says; TicksPerSecond is the resolution of its timestamps.</summary>
    private readonly record struct Interface(LinkType LinkType, uint SnapLength, ulong TicksPerSecond, long OffsetSeconds, byte FcsLength);

    /// <summary>The type of the first block has been read already.</summary>
    public PcapNgBlocks(CaptureStream stream)
    {
        _stream = stream;
        ReadSection();
    }

    /// <summary>The next frame of any interface; false at the end of the file.</summary>
    public bool TryRead(out CapturedFrame frame)
    {
        frame = default;
        while (_stream.TryRead(4, atBoundary: true, out ReadOnlySpan<byte> head))
        {
            uint type = _stream.UInt32(head);
            if (type == SectionHeader)
            {
                ReadSection();
                continue;
            }
            if (!_stream.TryRead(4, atBoundary: false, out head)) return false;
            long length = CheckedBody(_stream.UInt32(head));
            if (type is not (InterfaceDescription or PacketObsolete or SimplePacket or EnhancedPacket))
            {
                if (!_stream.TrySkip(length + 4)) return false;
                continue;
            }
            if (length > CaptureStream.MaximumRecord) _stream.Throw($"a block of {length} bytes");
            if (!_stream.TryRead((int)length + 4, atBoundary: false, out ReadOnlySpan<byte> block)) return false;
            ReadOnlySpan<byte> body = block[..(int)length];
            if (_stream.UInt32(block[(int)length..]) != length + Frame) _stream.Throw("a block whose two lengths differ");
            if (type == InterfaceDescription)
                AddInterface(body);
            else
            {
                frame = type == SimplePacket ? Simple(body) : Enhanced(body, isObsolete: type == PacketObsolete);
                return true;
            }
        }
        return false;
    }

    private void ReadSection()
    {
        if (!_stream.TryRead(8, atBoundary: false, out ReadOnlySpan<byte> head)) _stream.Throw("a section header cut short");
        _stream.IsBigEndian = false;
        uint magic = _stream.UInt32(head[4..]);
        if (magic is not (ByteOrderMagic or ByteOrderMagicSwapped)) _stream.Throw("a section without byte-order magic");
        _stream.IsBigEndian = magic == ByteOrderMagicSwapped;
        long rest = CheckedBody(_stream.UInt32(head)) - 4;
        if (rest < 12) _stream.Throw("a section header too short");
        _interfaces.Clear();
        _ = _stream.TrySkip(rest + 4);
    }

    private long CheckedBody(uint total)
    {
        if (total < Frame || total % 4 != 0) _stream.Throw($"a block length of {total}");
        return total - Frame;
    }

    // LinkType (2) | reserved (2) | SnapLen (4) | options
    private void AddInterface(ReadOnlySpan<byte> body)
    {
        if (body.Length < 8) _stream.Throw("an interface description too short");
        if (_interfaces.Count == MaximumInterfaces) _stream.Throw("too many interfaces");
        ulong ticksPerSecond = 1_000_000;
        long offset = 0;
        byte fcsLength = 0;
        ReadOnlySpan<byte> options = body[8..];
        while (options.Length >= 4)
        {
            ushort code = _stream.UInt16(options), length = _stream.UInt16(options[2..]);
            if (code == OptionEnd || length > options.Length - 4) break;
            if (code == OptionTsResol && length >= 1) ticksPerSecond = TicksPerSecond(options[4]);
            if (code == OptionTsOffset && length >= 8) offset = _stream.Int64(options[4..]);
            if (code == OptionFcsLength && length >= 1) fcsLength = options[4];
            options = options[Math.Min(options.Length, 4 + ((length + 3) & ~3))..];
        }
        _interfaces.Add(new Interface((LinkType)_stream.UInt16(body), _stream.UInt32(body[4..]), ticksPerSecond, offset, fcsLength));
    }

    /// <summary>if_tsresol: a negative power of 2 when the upper bit is set, of 10 otherwise.</summary>
    private ulong TicksPerSecond(byte resolution)
    {
        int exponent = resolution & 0x7F;
        bool isBinary = resolution >= 0x80;
        if (exponent > (isBinary ? 63 : 19)) _stream.Throw("a timestamp resolution beyond 64 bits");
        ulong ticks = 1;
        for (; exponent > 0; exponent--) ticks *= isBinary ? 2ul : 10ul;
        return ticks;
    }

    // Enhanced: interface (4)             | time, upper and lower half (8) | captured (4) | original (4) | frame | options
    // Obsolete: interface (2) | drops (2) | the same
    private CapturedFrame Enhanced(ReadOnlySpan<byte> body, bool isObsolete)
    {
        if (body.Length < 20) _stream.Throw("a packet block too short");
        Interface from = InterfaceAt(isObsolete ? _stream.UInt16(body) : _stream.UInt32(body));
        ulong ticks = ((ulong)_stream.UInt32(body[4..]) << 32) | _stream.UInt32(body[8..]);
        uint captured = _stream.UInt32(body[12..]);
        if (captured > body.Length - 20) _stream.Throw("a frame longer than its block");
        ReadOnlySpan<byte> options = body[Math.Min(body.Length, 20 + (((int)captured + 3) & ~3))..];
        // epb_flags: 0-1 direction | 2-4 how it was received | 5-8 bytes of FCS, 0 for what the interface says | errors
        uint flags = OptionIn(options, OptionFlags) is { Length: >= 4 } value ? _stream.UInt32(value) : 0;
        CapturedFrame frame = new(body.Slice(20, (int)captured), _stream.UInt32(body[16..]), ToUnixNanoseconds(ticks, from), from.LinkType)
        {
            Comment = OptionIn(options, OptionComment),
            Direction = (FrameDirection)(flags & 3),
            DroppedBefore = isObsolete ? DropsOf(_stream.UInt16(body[2..])) : OptionIn(options, OptionDropCount) is { Length: >= 8 } drops ? (ulong)_stream.Int64(drops) : 0,
        };
        return frame.WithoutFcs((flags >> 5 & 0xF) is > 0 and uint fcs ? (int)fcs : from.FcsLength);
    }

    private static ulong DropsOf(ushort obsolete) => obsolete == ushort.MaxValue ? 0u : obsolete; // FFFFh: not known

    private ReadOnlySpan<byte> OptionIn(ReadOnlySpan<byte> options, ushort wanted)
    {
        while (options.Length >= 4)
        {
            ushort code = _stream.UInt16(options), length = _stream.UInt16(options[2..]);
            if (code == OptionEnd || length > options.Length - 4) break;
            if (code == wanted) return options.Slice(4, length);
            options = options[Math.Min(options.Length, 4 + ((length + 3) & ~3))..];
        }
        return default;
    }

    // original (4) | frame; of the first interface, cut to its SnapLen
    private CapturedFrame Simple(ReadOnlySpan<byte> body)
    {
        if (body.Length < 4) _stream.Throw("a packet block too short");
        Interface from = InterfaceAt(0);
        uint original = _stream.UInt32(body);
        uint captured = from.SnapLength == 0 ? original : Math.Min(original, from.SnapLength);
        if (captured > body.Length - 4) _stream.Throw("a frame longer than its block");
        return new CapturedFrame(body.Slice(4, (int)captured), original, unixNanoseconds: 0, from.LinkType).WithoutFcs(from.FcsLength);
    }

    private Interface InterfaceAt(uint index)
    {
        if (index >= _interfaces.Count) _stream.Throw($"a frame of interface {index}, which is not described");
        return _interfaces[(int)index];
    }

    private static long ToUnixNanoseconds(ulong ticks, in Interface from)
    {
        UInt128 sinceOffset = (UInt128)ticks * NanosecondsPerSecond / from.TicksPerSecond;
        Int128 nanoseconds = (Int128)sinceOffset + ((Int128)from.OffsetSeconds * NanosecondsPerSecond);
        return (long)Int128.Clamp(nanoseconds, -LatestTime, LatestTime);
    }
}
