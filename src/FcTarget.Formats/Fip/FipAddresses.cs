// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Fip;

/// <summary>The group addresses of FIP (FC-BB-6): 01-10-18-01-00-xx.</summary>
public static class FipAddresses
{
    /// <summary>All-FCoE-MACs: ENodes and FCFs; VLAN requests go here too.</summary>
    public static readonly MacAddress AllFcoe = new(0x01_10_18_01_00_00ul);

    /// <summary>All-ENode-MACs: multicast advertisements.</summary>
    public static readonly MacAddress AllENode = new(0x01_10_18_01_00_01ul);

    /// <summary>All-FCF-MACs: solicitations and VLAN requests.</summary>
    public static readonly MacAddress AllFcf = new(0x01_10_18_01_00_02ul);

    /// <summary>All-VN2VN-ENode-MACs: probes, claims and beacons.</summary>
    public static readonly MacAddress AllVn2VnENode = new(0x01_10_18_01_00_04ul);

    /// <summary>All-PT2PT-ENode-MACs: point-to-point mode.</summary>
    public static readonly MacAddress AllPt2PtENode = new(0x01_10_18_01_00_05ul);
}
