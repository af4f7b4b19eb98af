// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace FcTarget.Wire.Capture;

/// <summary>
/// Writes a classic pcap file of Ethernet frames, little-endian, with micro- or nanoseconds. Allocates nothing per frame.
/// </summary>
public sealed class PcapWriter : IDisposable
{
    private const uint SnapLength = CaptureStream.MaximumRecord;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly Stream _stream;
    private readonly bool _nanoseconds;

    /// <summary>Writes the file's header. The writer owns the stream.</summary>
    public PcapWriter(Stream stream, bool nanoseconds = true)
    {
        _stream = stream;
        _nanoseconds = nanoseconds;
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);    // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], SnapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], (uint)LinkType.Ethernet);
        stream.Write(header);
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static PcapWriter Create(string path, bool nanoseconds = true) => new(File.Create(path, 1 << 16), nanoseconds);

    /// <param name="unixNanoseconds">Nanoseconds since 1970; the format holds 0 to 2106-02-07, and anything outside becomes its nearest
    /// end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame is longer than the 256 KiB readers take.</exception>
    public void Write(ReadOnlySpan<byte> frame, long unixNanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)frame.Length, SnapLength, nameof(frame));
        long time = Math.Clamp(unixNanoseconds, 0, (uint.MaxValue * NanosecondsPerSecond) + NanosecondsPerSecond - 1);
        (long seconds, long fraction) = Math.DivRem(time, NanosecondsPerSecond);
        Span<byte> header = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(_nanoseconds ? fraction : fraction / 1000));
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], frame.Length);
        _stream.Write(header);
        _stream.Write(frame);
    }

    public void Flush() => _stream.Flush();

    public void Dispose() => _stream.Dispose();
}
