// SPDX-License-Identifier: MIT

namespace FcTarget.Wire;

/// <summary>Sizes of Ethernet frames (IEEE 802.3), in bytes, all without the FCS.</summary>
public static class FrameLimits
{
    /// <summary>The shortest frame a wire sends: 64 bytes less the 4 of the FCS. Shorter ones are padded with zeros.</summary>
    public const int MinimumFrame = 60;

    /// <summary>Two MAC addresses, a VLAN tag and the EtherType: what comes on top of <see cref="IFrameWire.Mtu"/>.</summary>
    public const int TaggedHeader = 18;

    /// <summary>
    /// The least MTU a wire accepts (RFC 791's 68 bytes) and the largest (an IPv4 datagram; jumbo Ethernet ends at 9000 or so).
    /// </summary>
    public const int MinimumMtu = 68, MaximumMtu = 65535;

    /// <summary>Zeroes the slot from <paramref name="length"/> up to Ethernet's minimum and returns the length to send.</summary>
    public static int Pad(Span<byte> slot, int length)
    {
        if (length >= MinimumFrame) return length;
        slot[length..MinimumFrame].Clear();
        return MinimumFrame;
    }
}
