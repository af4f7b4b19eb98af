// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Wire;

namespace FcTarget.Initiator.Tests;

/// <summary>Picks FCP frames out of what is on the segment, and says what becomes of them.</summary>
internal static class WireFaults
{
    /// <summary>The FC header of an FCoE frame; null for any other frame.</summary>
    public static FcHeader? HeaderOf(ReadOnlySpan<byte> frame)
    {
        if (!EthernetFrame.TryRead(frame, out EthernetFrame ethernet) || ethernet.EtherType != EtherType.Fcoe) return null;
        if (ethernet.Payload.Length < FcoeFrame.HeaderLength + FcHeader.WireSize) return null;
        return MemoryMarshal.Read<FcHeader>(ethernet.Payload[FcoeFrame.HeaderLength..]);
    }

    /// <summary>The n-th frame of a kind, from 1, has this fate; all others are delivered.</summary>
    public static FrameFilter Nth(RCtl kind, int n, FrameVerdict verdict) => Each(kind, seen => seen == n ? verdict : FrameVerdict.Deliver);

    /// <summary>Frames of a kind have the fate that their number, from 1, gives them.</summary>
    public static FrameFilter Each(RCtl kind, Func<int, FrameVerdict> verdict)
    {
        int seen = 0;
        return (_, frame) => HeaderOf(frame) is { } header && header.RCtl == kind ? verdict(++seen) : FrameVerdict.Deliver;
    }
}
