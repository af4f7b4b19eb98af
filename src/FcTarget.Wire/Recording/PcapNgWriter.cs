// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

/// <summary>
/// Writes a pcapng section with one Ethernet interface: Section Header, Interface Description with nanoseconds, Enhanced Packet Blocks with
/// direction, drops and comment, Interface Statistics at the end. Little-endian; allocates nothing per frame, one write to the stream each.
/// </summary>
public sealed class PcapNgWriter : IDisposable
{
    private readonly Stream _stream;
    private byte[] _block = new byte[4096];

    /// <summary>Writes the beginning of the section. The writer owns the stream.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="interfaceName">if_name.</param>
    /// <param name="application">shb_userappl.</param>
    public PcapNgWriter(Stream stream, string interfaceName, string application)
    {
        _stream = stream;
        Put(PcapNgEncoder.WriteSection(_block, interfaceName, application));
    }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    /// <param name="frame">A whole Ethernet frame.</param>
    /// <param name="unixNanoseconds">When it was received or sent.</param>
    /// <param name="direction">Which way it went.</param>
    /// <param name="dropped">Frames lost between the one before and this one.</param>
    /// <param name="comment">UTF-8, 65535 bytes at most; empty for none.</param>
    public void Write(ReadOnlySpan<byte> frame, long unixNanoseconds, FrameDirection direction, ulong dropped, ReadOnlySpan<byte> comment)
    {
        int most = PcapNgEncoder.PacketLength(frame.Length, comment.Length);
        if (most > _block.Length) _block = new byte[2 * most];
        frame.CopyTo(_block.AsSpan(PcapNgEncoder.PacketHeader));
        Put(PcapNgEncoder.CompletePacket(_block, frame.Length, unixNanoseconds, direction, dropped, comment));
    }

    /// <summary>Ends the section with what was lost in all.</summary>
    public void WriteStatistics(long unixNanoseconds, ulong dropped) => Put(PcapNgEncoder.WriteStatistics(_block, unixNanoseconds, dropped));

    public void Flush() => _stream.Flush();

    public void Dispose() => _stream.Dispose();

    private void Put(int length)
    {
        _stream.Write(_block, 0, length);
        Length += length;
    }
}
