// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;

namespace FcTarget.TestKit;

/// <summary>FC frames in FCoE, made of the wire formats alone.</summary>
internal static class FrameWriter
{
    /// <summary>A whole Ethernet frame with its CRC; EOFt where the header ends the sequence.</summary>
    public static byte[] Encapsulate(
        MacAddress to, MacAddress from, in FcHeader header, ReadOnlySpan<byte> payload, Sof sof = Sof.SOFi3, VlanTag? vlan = null)
    {
        byte[] frame = new byte[EthernetFrame.TaggedHeaderLength + FcoeSize.PduForDataField(payload.Length + 3)];
        int at = EthernetFrame.WriteHeader(frame, to, from, EtherType.Fcoe, vlan);
        FcoeFrame.WriteHeader(frame.AsSpan(at), sof);
        at += FcoeFrame.HeaderLength;
        int length = FcFrame.Write(frame.AsSpan(at), header, payload);
        uint crc = FcCrc.Compute(frame.AsSpan(at, length));
        at += length;
        FcoeFrame.WriteTrailer(frame.AsSpan(at), crc, header.FCtl.Has(FCtl.EndSequence) ? Eof.EOFt : Eof.EOFn);
        return frame[..(at + FcoeFrame.TrailerLength)];
    }
}
