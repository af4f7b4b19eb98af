// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Wire.Capture;

namespace FcTarget.Decode;

/// <summary>
/// Frames of a Fibre Channel link, as analyzers and taps capture them, in the shape of FCoE: what is read from there on is one format. The MAC
/// addresses, which such a frame has not, are those of a fabric, FC-MAP and N_Port_ID.
/// </summary>
internal static class NativeFibreChannel
{
    //   FC-2                    FC header (24) | data field | CRC (4), which some leave out
    //   FC-2 with delimiters    SOF (4) | FC header (24) | data field | CRC (4) | EOF (4)
    //   A delimiter             K28.5 and three characters: BCh, and their values (FC-FS, frame delimiters). The third one tells them apart;
    //                           of an EOF the second, too: it is another one for an invalid frame, and for each running disparity.
    private const int DelimiterLength = 4, CrcLength = 4;
    private const byte K28Dot5 = 0xBC;

    /// <summary>Bytes that a frame becomes longer, at most.</summary>
    public const int Longer = EthernetFrame.HeaderLength + FcoeFrame.HeaderLength + FcoeFrame.TrailerLength;

    /// <summary>Writes the frame as FCoE. 0 when not even its FC header is there.</summary>
    /// <param name="captured">A frame of link type <see cref="LinkType.Fc2"/> or <see cref="LinkType.Fc2WithDelimiters"/>.</param>
    /// <param name="to">At least as long as the frame and <see cref="Longer"/>.</param>
    /// <returns>Bytes written; of a frame that is cut those before the end of its data field.</returns>
    public static int Write(in CapturedFrame captured, Span<byte> to)
    {
        bool hasDelimiters = captured.LinkType == LinkType.Fc2WithDelimiters;
        ReadOnlySpan<byte> fc = hasDelimiters ? captured.Data[Math.Min(captured.Data.Length, DelimiterLength)..] : captured.Data;
        if (fc.Length < FcHeader.WireSize) return 0;
        FcHeader header = MemoryMarshal.Read<FcHeader>(fc);
        Sof sof = hasDelimiters ? SofOf(captured.Data) : header.SeqCnt == 0 ? Sof.SOFi3 : Sof.SOFn3;
        Eof eof = (header.FCtl & FCtl.EndSequence) != 0 ? Eof.EOFt : Eof.EOFn;
        int at = EthernetFrame.WriteHeader(to, AddressOf(header.DId), AddressOf(header.SId), EtherType.Fcoe);
        FcoeFrame.WriteHeader(to[at..], sof);
        at += FcoeFrame.HeaderLength;
        if (captured.IsCut)
        {
            fc.CopyTo(to[at..]);
            return at + fc.Length;
        }
        if (hasDelimiters && fc.Length >= FcHeader.WireSize + CrcLength + DelimiterLength)
        {
            eof = EofOf(fc[^DelimiterLength..]);
            fc = fc[..^DelimiterLength];
        }
        uint crc;
        if (hasDelimiters ? fc.Length > CrcLength : EndsWithCrc(fc))
        {
            crc = CrcOf(fc[^CrcLength..]);
            fc = fc[..^CrcLength];
        }
        else
        {
            crc = FcCrc.Compute(fc);
        }
        fc.CopyTo(to[at..]);
        at += fc.Length;
        FcoeFrame.WriteTrailer(to[at..], crc, eof);
        return at + FcoeFrame.TrailerLength;
    }

    private static MacAddress AddressOf(FcId id) => MacAddress.Fpma(MacAddress.DefaultFcMap, id);

    private static uint CrcOf(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static bool EndsWithCrc(ReadOnlySpan<byte> fc) =>
        fc.Length >= FcHeader.WireSize + CrcLength && FcCrc.Compute(fc[..^CrcLength]) == CrcOf(fc[^CrcLength..]);

    /// <summary>What has no code in FCoE (class 1), or is no delimiter, becomes 0, which no FCoE frame has.</summary>
    private static Sof SofOf(ReadOnlySpan<byte> delimiter) => (delimiter[0], delimiter[1], delimiter[2]) switch
    {
        (K28Dot5, 0xB5, 0x55) => Sof.SOFi2,
        (K28Dot5, 0xB5, 0x35) => Sof.SOFn2,
        (K28Dot5, 0xB5, 0x56) => Sof.SOFi3,
        (K28Dot5, 0xB5, 0x36) => Sof.SOFn3,
        (K28Dot5, 0xB5, 0x19) => Sof.SOFc4,
        (K28Dot5, 0xB5, 0x59) => Sof.SOFi4,
        (K28Dot5, 0xB5, 0x39) => Sof.SOFn4,
        (K28Dot5, 0xB5, 0x58) => Sof.SOFf,
        _ => 0,
    };

    private static Eof EofOf(ReadOnlySpan<byte> delimiter) => (delimiter[0], delimiter[1], delimiter[2]) switch
    {
        (K28Dot5, 0x95 or 0xB5, 0xD5) => Eof.EOFn,
        (K28Dot5, 0x95 or 0xB5, 0x75) => Eof.EOFt,
        (K28Dot5, 0x95 or 0xB5, 0x95) => Eof.EOFdt,
        (K28Dot5, 0x95 or 0xB5, 0x99) => Eof.EOFrt,
        (K28Dot5, 0x95 or 0xB5, 0xF5) => Eof.EOFa,
        (K28Dot5, 0x8A or 0xAA, 0xD5) => Eof.EOFni,
        (K28Dot5, 0x8A or 0xAA, 0x95) => Eof.EOFdti,
        (K28Dot5, 0x8A or 0xAA, 0x99) => Eof.EOFrti,
        _ => 0,
    };
}
