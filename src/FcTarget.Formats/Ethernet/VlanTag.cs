// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Ethernet;

/// <summary>
/// TCI, Tag Control Information of a VLAN tag (IEEE 802.1Q): PCP in bits 15-13, DEI in bit 12, VID in bits 11-0.
/// The struct is the wire form, 2 bytes.
/// </summary>
public readonly record struct VlanTag(UInt16BE Wire) : IWirePayload
{
    /// <summary>The greatest VID that names a VLAN; 0 means a priority tag and FFFh is reserved.</summary>
    public const ushort MaxVid = 0xFFE;

    /// <param name="vid">VLAN identifier, 12 bits; higher bits are ignored.</param>
    /// <param name="pcp">Priority code point, 3 bits; higher bits are ignored. FCoE's usual value is 3.</param>
    /// <param name="dei">Drop eligible indicator.</param>
    public VlanTag(ushort vid, byte pcp = 0, bool dei = false)
        : this((UInt16BE)(ushort)(((pcp & 7) << 13) | (dei ? 0x1000 : 0) | (vid & 0xFFF))) { }

    public static int WireSize => 2;

    /// <summary>The 16 bits of the tag as a number.</summary>
    public ushort Tci => Wire;

    /// <summary>PCP, priority code point: 0 to 7.</summary>
    public byte Pcp => (byte)(Tci >> 13);

    /// <summary>DEI, drop eligible indicator.</summary>
    public bool Dei => (Tci & 0x1000) != 0;

    /// <summary>VID, VLAN identifier: 0 (priority tag) to FFFh (reserved).</summary>
    public ushort Vid => (ushort)(Tci & 0xFFF);

    public override string ToString() => $"vlan {Vid} pcp {Pcp}";
}
