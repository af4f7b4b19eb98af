// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;

namespace FcTarget.Port;

/// <summary>The Ethernet side of a virtual link: where FCoE frames to a peer go and where they say they come from.</summary>
public readonly record struct LinkAddress(MacAddress Destination, MacAddress Source, VlanTag? Vlan = null);
