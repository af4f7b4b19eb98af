// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Port;

namespace FcTarget.Fabric;

/// <summary>An ENode that has a VN_Port logged in with the fabric.</summary>
internal sealed class ENode(MacAddress mac, VlanTag? tag, bool speaksFip)
{
    public MacAddress Mac { get; } = mac;

    /// <summary>The tag on frames to it; null in an untagged network.</summary>
    public VlanTag? Tag { get; } = tag;

    public int Vid => Tag?.Vid ?? 0;

    /// <summary>It logged in by FIP, and so it keeps alive; false: by a plain FLOGI in FCoE.</summary>
    public bool SpeaksFip { get; } = speaksFip;

    /// <summary>Its virtual links, that of the FLOGI first; those of FDISCs hang on it.</summary>
    public List<VirtualLink> Links { get; } = [];

    public TimeSpan LastKeepAlive { get; set; }

    public override string ToString() => $"ENode {Mac} VLAN {Vid}";
}

/// <summary>The virtual link between a VN_Port and the FCF: what its FCoE frames must look like, and where frames to it go.</summary>
internal sealed class VirtualLink(ENode enode, FabricPort port, MacAddress mac, MacAddress fcf)
{
    public ENode ENode { get; } = enode;

    public FabricPort Port { get; } = port;

    /// <summary>VN_Port MAC address.</summary>
    public MacAddress Mac { get; } = mac;

    /// <summary>Of FCoE frames to the VN_Port.</summary>
    public LinkAddress Address { get; } = new(mac, fcf, enode.Tag);

    public VirtualLinkState State { get; set; } = VirtualLinkState.Up;

    public TimeSpan LastKeepAlive { get; set; }

    /// <summary>The port as Clear Virtual Links and keep alives name it.</summary>
    public FipVxPortIdentificationDescriptor Identification =>
        new() { MacAddress = Mac, AddressIdentifier = Port.Id, PortName = Port.PortName };
}

/// <summary>A virtual link as an operator sees it.</summary>
/// <param name="ENode">ENode MAC address.</param>
/// <param name="Mac">VN_Port MAC address.</param>
/// <param name="Vid">VLAN; 0: untagged.</param>
/// <param name="Id">N_Port_ID.</param>
/// <param name="PortName">N_Port_Name.</param>
/// <param name="NodeName">Node_Name.</param>
/// <param name="IsNpiv">It came by FDISC.</param>
/// <param name="SpeaksFip">It logged in by FIP, not by a plain FLOGI in FCoE.</param>
/// <param name="Since">When it logged in, in loop time.</param>
public sealed record VirtualLinkStatus(
    MacAddress ENode, MacAddress Mac, int Vid, FcId Id, Wwn PortName, Wwn NodeName, bool IsNpiv, bool SpeaksFip, TimeSpan Since);

/// <summary>An FCF as an operator sees it.</summary>
public sealed record FcfStatus(
    FcfState State, MacAddress Mac, Wwn SwitchName, Wwn FabricName, uint FcMap, byte Priority, TimeSpan FkaAdvPeriod, IReadOnlyList<int> Vlans,
    int ENodes, int VirtualLinks);
