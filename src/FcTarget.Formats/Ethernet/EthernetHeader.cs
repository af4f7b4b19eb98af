// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Ethernet;

/// <summary>The header of an Ethernet frame without a tag (IEEE 802.3): 14 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EthernetHeader : IWirePayload
{                                       // byte
    public MacAddress Destination;      //  0-5
    public MacAddress Source;           //  6-11
    public UInt16BE EtherType;          // 12-13
    public static int WireSize => 14;
}

/// <summary>The header of an Ethernet frame with one VLAN tag (IEEE 802.1Q): 18 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct TaggedEthernetHeader : IWirePayload
{                                       // byte
    public MacAddress Destination;      //  0-5
    public MacAddress Source;           //  6-11
    public UInt16BE Tpid;               // 12-13  8100h
    public VlanTag Tag;                 // 14-15
    public UInt16BE EtherType;          // 16-17
    public static int WireSize => 18;
}
