// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Wire;

namespace FcTarget.Benchmarks.Live;

/// <summary>
/// The frames of a 4 KiB FCP read in number and size, with nothing in them: one request, two data frames, one response. They are
/// no valid FCoE; the byte where FCoE has its version tells which is which.
/// </summary>
internal static class NullFrames
{
    public const byte Request = 0, Data = 1, Response = 2;

    private const int KindAt = EthernetFrame.HeaderLength;

    /// <summary>Bytes of a frame, Ethernet header included: 92, 2148 or 84.</summary>
    public static byte[] Make(byte kind)
    {
        byte[] frame = new byte[kind switch { Request => 92, Data => 2148, _ => 84 }];
        int at = EthernetFrame.WriteHeader(frame, new MacAddress(0x0EFC00_000001ul), new MacAddress(0x0EFC00_000002ul), EtherType.Fcoe);
        frame[at] = kind;
        return frame;
    }

    public static byte KindOf(ReadOnlySpan<byte> frame) => frame.Length > KindAt ? frame[KindAt] : byte.MaxValue;

    /// <summary>Puts a frame into a transmit slot; flushes when there is none. A frame the wire does not take is lost.</summary>
    public static void Put(IFrameWire wire, byte[] frame)
    {
        if (!wire.TryGetTransmitSlot(out Span<byte> slot))
        {
            wire.Flush();
            if (!wire.TryGetTransmitSlot(out slot)) return;
        }
        frame.CopyTo(slot);
        wire.Commit(frame.Length);
    }
}
