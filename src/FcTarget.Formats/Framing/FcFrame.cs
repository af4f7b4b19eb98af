// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Framing;

/// <summary>
/// A frame without SOF, CRC and EOF (FC-FS-3, frame formats): the header as a copy, the payload as a span over the receive buffer. It
/// lives no longer than that buffer.
/// </summary>
public readonly ref struct FcFrame
{
    /// <summary>The largest data field, in bytes (FC-FS-3, Frame_Header).</summary>
    public const int MaxPayloadLength = 2112;

    /// <summary>The smallest receive data field size a port may announce, in bytes (FC-LS-3, login parameters).</summary>
    public const int MinReceiveDataFieldSize = 256;

    public readonly FcHeader Header;

    /// <summary>The payload without optional headers and fill bytes.</summary>
    public readonly ReadOnlySpan<byte> Payload;

    private FcFrame(scoped in FcHeader header, ReadOnlySpan<byte> payload)
    {
        Header = header;
        Payload = payload;
    }

    /// <summary>Fill bytes that bring a payload of that length to a whole number of words: 0 to 3.</summary>
    public static int FillBytesFor(int payloadLength) => -payloadLength & 3;

    /// <summary>Reads what lies between SOF and CRC, or behind the descriptor header of a FIP encapsulated frame.</summary>
    public static FcFrameError TryRead(ReadOnlySpan<byte> headerAndPayload, out FcFrame frame)
    {
        frame = default;
        if (!MemoryMarshal.TryRead(headerAndPayload, out FcHeader header)) return FcFrameError.TooShort;
        if (header.RCtl.IsExtendedHeader()) return FcFrameError.ExtendedHeader;
        if (headerAndPayload.Length > FcHeader.WireSize + MaxPayloadLength) return FcFrameError.TooLong;
        if ((headerAndPayload.Length & 3) != 0) return FcFrameError.NotWholeWords;

        ReadOnlySpan<byte> dataField = headerAndPayload[FcHeader.WireSize..];
        if (header.DfCtl != DfCtl.None)
        {
            if ((header.DfCtl & DfCtl.EspHeader) != 0) return FcFrameError.Encrypted;
            int optional = header.DfCtl.OptionalHeadersLength();
            if (optional > dataField.Length) return FcFrameError.OptionalHeadersTooLong;
            dataField = dataField[optional..];
        }

        // FC-FS-3, F_CTL, Fill Data Bytes: only the last frame of a sequence has fill bytes; in the others the two bits mean nothing to us.
        int fill = header.FCtl.Has(FCtl.EndSequence) ? header.FCtl.FillBytes() : 0;
        if (fill > dataField.Length) return FcFrameError.BadFillBytes;

        frame = new FcFrame(header, dataField[..^fill]);
        return FcFrameError.None;
    }

    /// <summary>
    /// Writes header, payload and zeroed fill bytes. For a frame that ends a sequence, Fill Data Bytes is set to match. Returns the
    /// length, a multiple of four, or 0 when <paramref name="to"/> is too small.
    /// </summary>
    public static int Write(Span<byte> to, FcHeader header, ReadOnlySpan<byte> payload)
    {
        int fill = FillBytesFor(payload.Length);
        int length = FcHeader.WireSize + payload.Length + fill;
        if (length > to.Length) return 0;
        if (header.FCtl.Has(FCtl.EndSequence)) header.FCtl = header.FCtl.WithFillFor(payload.Length);
        MemoryMarshal.Write(to, in header);
        payload.CopyTo(to[FcHeader.WireSize..]);
        to.Slice(length - fill, fill).Clear();
        return length;
    }
}
