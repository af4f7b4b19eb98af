// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fcoe;

/// <summary>
/// An FCoE PDU (FC-BB-6, FCoE frame format) as a view of the buffer it was received in.
/// </summary>
/// <remarks>
/// <code>
/// | Ethernet header 14 / 18 | FCoE header 14 | FC header 24 | data field 0..2112 | CRC 4, EOF 1, reserved 3 |
/// </code>
/// No field gives the length: the FC frame is what is left between header and trailer. Ethernet's padding cannot confuse
/// that, because the shortest PDU, 46 bytes, with its Ethernet header is already Ethernet's minimum of 60.
/// </remarks>
public readonly ref struct FcoeFrame
{
    /// <summary>The version this standard sends and accepts.</summary>
    public const int Version = 0;

    /// <summary>Bytes before the FC frame.</summary>
    public const int HeaderLength = 14;

    /// <summary>Bytes behind the FC frame.</summary>
    public const int TrailerLength = 8;

    /// <summary>The shortest FC frame, in bytes without delimiters and CRC: a frame header alone.</summary>
    public const int MinFcFrameLength = 24;

    /// <summary>The longest FC frame, in bytes without delimiters and CRC (FC-FS): frame header 24 and data field 2112.</summary>
    public const int MaxFcFrameLength = 24 + 2112;

    private FcoeFrame(Sof sof, FcoeTrailer trailer, ReadOnlySpan<byte> frame)
    {
        Sof = sof;
        Eof = trailer.Eof;
        Crc = trailer.Crc;
        Frame = frame;
    }

    public Sof Sof { get; }

    public Eof Eof { get; }

    /// <summary>The CRC as received; for a caller that computes it while it copies the frame.</summary>
    public uint Crc { get; }

    /// <summary>The FC frame: header and data field with its fill bytes. 24 to 2136 bytes, whole words.</summary>
    public ReadOnlySpan<byte> Frame { get; }

    /// <summary>
    /// Reads an FCoE PDU. An <see cref="Fcoe.Eof"/> that marks the frame invalid is returned as a value, not as an error.
    /// </summary>
    /// <param name="payload">The payload of an Ethernet frame of EtherType 8906h.</param>
    /// <param name="verifyCrc">False when the caller checks <see cref="Crc"/> itself.</param>
    /// <param name="frame">Empty unless the answer is <see cref="FcoeError.None"/>.</param>
    public static FcoeError TryRead(ReadOnlySpan<byte> payload, bool verifyCrc, out FcoeFrame frame)
    {
        frame = default;
        int length = payload.Length - HeaderLength - TrailerLength;
        if (length < MinFcFrameLength) return FcoeError.TooShort;

        FcoeHeader header = MemoryMarshal.Read<FcoeHeader>(payload);
        if (header.Version != Version) return FcoeError.BadVersion;
        if (!header.Sof.IsDefined()) return FcoeError.BadSof;
        // The trailer is found from the length, so a wrong length is reported before the EOF it would misplace.
        if (length > MaxFcFrameLength || (length & 3) != 0) return FcoeError.BadLength;

        FcoeTrailer trailer = MemoryMarshal.Read<FcoeTrailer>(payload[(HeaderLength + length)..]);
        if (!trailer.Eof.IsDefined()) return FcoeError.BadEof;
        ReadOnlySpan<byte> fc = payload.Slice(HeaderLength, length);
        if (verifyCrc && FcCrc.Compute(fc) != trailer.Crc) return FcoeError.BadCrc;

        frame = new FcoeFrame(header.Sof, trailer, fc);
        return FcoeError.None;
    }

    /// <summary>Writes the 14 bytes before the FC frame, reserved bits zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteHeader(Span<byte> to, Sof sof)
    {
        FcoeHeader header = new() { VersionReserved = Version << 4, Sof = sof };
        MemoryMarshal.Write(to, in header);
    }

    /// <summary>Writes the 8 bytes behind the FC frame, reserved bits zero.</summary>
    /// <param name="to">At least 8 bytes.</param>
    /// <param name="crc">The CRC of the FC frame from its header to the last fill byte (<see cref="FcCrc"/>).</param>
    /// <param name="eof">The delimiter.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteTrailer(Span<byte> to, uint crc, Eof eof)
    {
        FcoeTrailer trailer = new(crc, eof);
        MemoryMarshal.Write(to, in trailer);
    }
}
