// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Ethernet;

/// <summary>The EtherType values this project reads and writes (IEEE 802.3, FC-BB-6).</summary>
public static class EtherType
{
    /// <summary>8906h: an FCoE frame (FC-BB-6).</summary>
    public const ushort Fcoe = 0x8906;

    /// <summary>8914h: a FIP frame (FC-BB-6).</summary>
    public const ushort Fip = 0x8914;

    /// <summary>8100h: TPID of a customer VLAN tag (IEEE 802.1Q C-tag).</summary>
    public const ushort VlanTag = 0x8100;

    /// <summary>88A8h: TPID of a service VLAN tag (IEEE 802.1Q S-tag). FCoE is never carried under one; such a frame is not ours.</summary>
    public const ushort ServiceTag = 0x88A8;
}
