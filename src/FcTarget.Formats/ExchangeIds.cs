// SPDX-License-Identifier: MIT

namespace FcTarget.Formats;

/// <summary>OX_ID, Originator Exchange_ID (FC-FS). FFFFh means unassigned.</summary>
public readonly record struct OxId(UInt16BE Wire)
{
    public static readonly OxId Unassigned = new((ushort)0xFFFF);
    public OxId(ushort value) : this((UInt16BE)value) { }
    public ushort Value => Wire;
    public override string ToString() => Value.ToString("x4");
}

/// <summary>RX_ID, Responder Exchange_ID (FC-FS). FFFFh means unassigned.</summary>
public readonly record struct RxId(UInt16BE Wire)
{
    public static readonly RxId Unassigned = new((ushort)0xFFFF);
    public RxId(ushort value) : this((UInt16BE)value) { }
    public ushort Value => Wire;
    public override string ToString() => Value.ToString("x4");
}
