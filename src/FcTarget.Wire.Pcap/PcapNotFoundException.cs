// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Pcap;

/// <summary>There is no libpcap on this machine.</summary>
public sealed class PcapNotFoundException : Exception
{
    internal PcapNotFoundException(IEnumerable<string> tried)
        : base($"libpcap is not installed (looked for {string.Join(", ", tried)}). "
               + "Remedy: apt install libpcap0.8, or your distribution's libpcap package.")
    {
    }
}
