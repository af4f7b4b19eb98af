// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Wire;

namespace FcTarget.Initiator.Tests;

/// <summary>Changes a frame; the CRC is made right again.</summary>
internal delegate void FrameEdit(ref FcHeader header, Span<byte> payload);

/// <summary>Picks FCP frames out of what is on the segment, and says what becomes of them.</summary>
internal static class WireFaults
{
    private const int EthernetHeaderLength = 14; // untagged

    /// <summary>The FC header of an FCoE frame; null for any other frame.</summary>
    public static FcHeader? HeaderOf(ReadOnlySpan<byte> frame)
    {
        if (!EthernetFrame.TryRead(frame, out EthernetFrame ethernet) || ethernet.EtherType != EtherType.Fcoe) return null;
        if (ethernet.Payload.Length < FcoeFrame.HeaderLength + FcHeader.WireSize) return null;
        return MemoryMarshal.Read<FcHeader>(ethernet.Payload[FcoeFrame.HeaderLength..]);
    }

    /// <summary>The n-th frame of a kind, from 1, has this fate; all others are delivered.</summary>
    public static FrameFilter Nth(RCtl kind, int n, FrameVerdict verdict) => Each(kind, seen => seen == n ? verdict : FrameVerdict.Deliver);

    /// <summary>The n-th frame of a kind, from 1, is changed on its way.</summary>
    public static FrameFilter Edit(RCtl kind, int n, FrameEdit edit)
    {
        const int Start = EthernetHeaderLength + FcoeFrame.HeaderLength;
        FrameFilter pick = Nth(kind, n, FrameVerdict.Drop);
        return (sender, frame) =>
        {
            if (pick(sender, frame) == FrameVerdict.Deliver) return FrameVerdict.Deliver;
            Span<byte> fc = frame[Start..^FcoeFrame.TrailerLength];
            FcHeader header = MemoryMarshal.Read<FcHeader>(fc);
            edit(ref header, fc[FcHeader.WireSize..]);
            MemoryMarshal.Write(fc, in header);
            Span<byte> trailer = frame[^FcoeFrame.TrailerLength..];
            FcoeFrame.WriteTrailer(trailer, FcCrc.End(FcCrc.Append(FcCrc.Begin(), fc)), (Eof)trailer[4]);
            return FrameVerdict.Deliver;
        };
    }

    /// <summary>Frames of a kind have the fate that their number, from 1, gives them.</summary>
    public static FrameFilter Each(RCtl kind, Func<int, FrameVerdict> verdict)
    {
        int seen = 0;
        return (_, frame) => HeaderOf(frame) is { } header && header.RCtl == kind ? verdict(++seen) : FrameVerdict.Deliver;
    }
}
