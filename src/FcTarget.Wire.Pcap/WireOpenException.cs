// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Pcap;

/// <summary>An interface cannot be opened; the message says why and what to do.</summary>
public sealed class WireOpenException : Exception
{
    internal WireOpenException(string message) : base(message) { }

    internal static WireOpenException Unknown(string name) =>
        new($"There is no interface '{name}'. Interfaces here: {InterfaceList.Describe()}");

    internal static WireOpenException NotEthernet(string name) =>
        new($"Interface '{name}' is not Ethernet. Interfaces here: {InterfaceList.Describe()}");

    internal static WireOpenException NoPermission(string name) =>
        new($"No permission to use interface '{name}': raw sockets need CAP_NET_RAW, promiscuous mode CAP_NET_ADMIN. "
            + "Remedy: run with sudo, or setcap cap_net_raw,cap_net_admin+ep on the executable.");
}
