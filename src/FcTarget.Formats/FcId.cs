// SPDX-License-Identifier: MIT

namespace FcTarget.Formats;

/// <summary>N_Port_ID (FC-FS, address identifier): 24 bits. The struct is the wire form and can stand in a payload.</summary>
public readonly record struct FcId(UInt24BE Wire)
{
    /// <summary>000000h: a port that has no address yet; S_ID of FLOGI.</summary>
    public static readonly FcId None = new(0u);

    /// <summary>FFFFFEh, F_Port Controller: FLOGI goes here.</summary>
    public static readonly FcId FPortController = new(0xFFFFFEu);

    /// <summary>FFFFFDh, Fabric Controller: SCR goes here, RSCN comes from here.</summary>
    public static readonly FcId FabricController = new(0xFFFFFDu);

    /// <summary>FFFFFCh, Directory Server (name server).</summary>
    public static readonly FcId DirectoryServer = new(0xFFFFFCu);

    /// <summary>FFFFFAh, Management Server (FDMI).</summary>
    public static readonly FcId ManagementServer = new(0xFFFFFAu);

    public FcId(uint value) : this((UInt24BE)value) { }

    /// <summary>The address as a number, 0 to FFFFFFh.</summary>
    public uint Value => Wire;

    /// <summary>Well-known addresses are FFFFF0h to FFFFFFh (FC-FS).</summary>
    public bool IsWellKnown => Value >= 0xFFFFF0;

    public override string ToString() => Value.ToString("x6");
}
