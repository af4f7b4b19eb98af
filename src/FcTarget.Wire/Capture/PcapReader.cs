// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace FcTarget.Wire.Capture;

/// <summary>
/// Reads capture files frame by frame: classic pcap in both byte orders with micro- or nanoseconds, and pcapng (sections,
/// interfaces, enhanced, simple and obsolete packet blocks). Memory is bounded whatever the file says; a file cut short ends early.
/// </summary>
public sealed class PcapReader : IDisposable
{
    private const uint Microseconds = 0xA1B2C3D4, Nanoseconds = 0xA1B23C4D;
    private const uint FcsIsKnown = 1u << 26; // of the field with the link type; the upper four bits are then 16-bit words of FCS
    private const int FileHeader = 24, RecordHeader = 16;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly CaptureStream _stream;
    private readonly PcapNgBlocks? _blocks;
    private readonly LinkType _linkType;
    private readonly int _fractionScale, _fcsLength;

    /// <summary>Reads the file's header. The reader owns the stream.</summary>
    /// <exception cref="CaptureFormatException">Neither pcap nor pcapng.</exception>
    public PcapReader(Stream stream)
    {
        _stream = new CaptureStream(stream);
        if (!_stream.TryRead(4, atBoundary: false, out ReadOnlySpan<byte> magic)) _stream.Throw("too short");
        uint number = BinaryPrimitives.ReadUInt32LittleEndian(magic);
        if (number == PcapNgBlocks.SectionHeader)
        {
            _blocks = new PcapNgBlocks(_stream);
            return;
        }
        _stream.IsBigEndian = BinaryPrimitives.ReverseEndianness(number) is Microseconds or Nanoseconds;
        if (_stream.IsBigEndian) number = BinaryPrimitives.ReverseEndianness(number);
        if (number is not (Microseconds or Nanoseconds)) _stream.Throw("unknown magic number");
        _fractionScale = number == Nanoseconds ? 1 : 1000;
        if (!_stream.TryRead(FileHeader - 4, atBoundary: false, out ReadOnlySpan<byte> header)) _stream.Throw("too short");
        uint network = _stream.UInt32(header[16..]);
        _linkType = (LinkType)(network & 0xFFFF);
        if ((network & FcsIsKnown) != 0) _fcsLength = (int)(network >> 28) * 2;
    }

    /// <summary>The file ended in the middle of a record.</summary>
    public bool EndedEarly => _stream.EndedEarly;

    /// <exception cref="CaptureFormatException">Neither pcap nor pcapng.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PcapReader Open(string path)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            return new PcapReader(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The next frame; false at the end of the file.</summary>
    /// <exception cref="CaptureFormatException">The file is damaged here; what follows cannot be found.</exception>
    public bool TryRead(out CapturedFrame frame)
    {
        if (_blocks is not null) return _blocks.TryRead(out frame);
        frame = default;
        if (!_stream.TryRead(RecordHeader, atBoundary: true, out ReadOnlySpan<byte> header)) return false;
        long time = (_stream.UInt32(header) * NanosecondsPerSecond) + (_stream.UInt32(header[4..]) * (long)_fractionScale);
        uint captured = _stream.UInt32(header[8..]), original = _stream.UInt32(header[12..]);
        if (captured > CaptureStream.MaximumRecord) _stream.Throw($"a record of {captured} bytes");
        if (!_stream.TryRead((int)captured, atBoundary: false, out ReadOnlySpan<byte> data)) return false;
        frame = new CapturedFrame(data, original, time, _linkType).WithoutFcs(_fcsLength);
        return true;
    }

    public void Dispose() => _stream.Dispose();
}
