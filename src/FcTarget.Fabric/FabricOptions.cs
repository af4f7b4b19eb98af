// SPDX-License-Identifier: MIT

using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Formats.Framing;

namespace FcTarget.Fabric;

/// <summary>Who keeps an N_Port_Name that comes from two ENodes: a name given twice by mistake, or a host that has moved.</summary>
public enum DuplicateName : byte
{
    /// <summary>The first, for as long as its login lives: the second is answered LS_RJT.</summary>
    Refuse,

    /// <summary>The second: the first is logged out, and told by Clear Virtual Links. Never the name of an N_Port of ours.</summary>
    Move,
}

/// <summary>What a fabric is told when it is made.</summary>
public sealed record FabricOptions
{
    /// <summary>Lowest and highest Domain_ID of a switch (FC-SW).</summary>
    public const byte MinDomainId = 1, MaxDomainId = 239;

    /// <summary>Switch_Name: the Node_Name of the well-known addresses, and what the names of the F_Ports are made of.</summary>
    public required Wwn SwitchName { get; init; }

    /// <summary>Fabric_Name. None: the Switch_Name, as in every fabric of one switch.</summary>
    public Wwn FabricName { get; init; }

    /// <summary>Domain_ID: the high 8 bits of every N_Port_ID. 1 to 239.</summary>
    public byte DomainId { get; init; } = 1;

    /// <summary>What comes of a login with an N_Port_Name that is logged in from another ENode.</summary>
    public DuplicateName DuplicateName { get; init; } = DuplicateName.Refuse;

    /// <summary>Where N_Port_IDs and zoning survive a restart; null: nowhere. Its directory is made if need be.</summary>
    public string? StateFile { get; init; }

    /// <summary>Zoning to begin with when the state file has none.</summary>
    public ZoningConfiguration Zoning { get; init; } = ZoningConfiguration.Open;

    /// <summary>E_D_TOV (FC-FS): 2 s.</summary>
    public TimeSpan EDTov { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>R_A_TOV (FC-FS): 10 s.</summary>
    public TimeSpan RATov { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Receive Data Field Size of the well-known addresses and, in the LS_ACC to FLOGI, of the fabric: 256 to 2112 bytes.</summary>
    public int ReceiveDataFieldSize { get; init; } = FcFrame.MaxPayloadLength;

    /// <summary>Ports logged in at once; one more is answered LS_RJT, insufficient resources.</summary>
    public int MaxPorts { get; init; } = 4096;

    /// <summary>Ports behind one FLOGI (NPIV), itself included.</summary>
    public int MaxPortsPerLink { get; init; } = 256;

    /// <summary>N_Port_IDs kept for the ports that are or were logged in; when they are used up, the one unused for longest goes. To 65535.</summary>
    public int MaxAddresses { get; init; } = 16 * 1024;

    /// <summary>How long a change waits for others before its RSCN goes out, so that a login and its registrations are one RSCN.</summary>
    public TimeSpan RscnHold { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often an RSCN is sent when no answer comes, each time after twice E_D_TOV.</summary>
    public int RscnAttempts { get; init; } = 3;
}
