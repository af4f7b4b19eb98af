// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;

namespace FcTarget.Port;

/// <summary>Who is on the wire, and what the port plays.</summary>
public enum Topology : byte
{
    /// <summary>An FCF with its fabric, and our N_Ports behind it (FC-BB-6, FC-SW): hosts log in as to a switch.</summary>
    Switch,

    /// <summary>An ENode in somebody else's fabric (FC-BB-6).</summary>
    Fabric,

    /// <summary>A VN2VN node among others: probe, claim, beacon (FC-BB-6).</summary>
    Vn2Vn,

    /// <summary>One peer, no FIP: N_Ports log in to each other with FLOGI in FCoE (FC-LS, point-to-point).</summary>
    PointToPoint,
}

/// <summary>What a port is told when it is made.</summary>
public sealed record PortOptions
{
    public Topology Topology { get; init; } = Topology.Vn2Vn;

    /// <summary>N_Port_Name. None: made of the wire's MAC address.</summary>
    public Wwn PortName { get; init; }

    /// <summary>Node_Name. None: made of the wire's MAC address.</summary>
    public Wwn NodeName { get; init; }

    /// <summary>The VLAN that FCoE and FIP use on this wire; null: untagged frames.</summary>
    public VlanTag? Vlan { get; init; }

    /// <summary>Seed of everything random in the port; the same seed gives the same frames.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>FCP exchanges open at once; one more is answered TASK SET FULL. 1 to 4096.</summary>
    public int MaxExchanges { get; init; } = 4096;

    /// <summary>Remote ports known at once; logins beyond it are refused.</summary>
    public int MaxRemotePorts { get; init; } = 2048;

    /// <summary>E_D_TOV (FC-FS): 2 s.</summary>
    public TimeSpan EDTov { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>R_A_TOV (FC-FS): 10 s.</summary>
    public TimeSpan RATov { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Node name that the <c>fc</c> probes show as fcp_sym_node_name.</summary>
    public string SymbolicNodeName { get; init; } = "";

    /// <summary>Port name that the <c>fc</c> probes show as fcp_sym_port_name.</summary>
    public string SymbolicPortName { get; init; } = "";
}
