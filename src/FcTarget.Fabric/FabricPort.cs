// SPDX-License-Identifier: MIT

using FcTarget.Fabric.Services;
using FcTarget.Formats;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Fabric;

/// <summary>
/// An N_Port that is logged in with the fabric, and what the services know of it. Made by <see cref="FcFabric.TryLogin"/>, over with
/// <see cref="FcFabric.Logout"/>. On the loop only.
/// </summary>
public sealed class FabricPort
{
    private readonly List<FabricPort> _children = [];

    internal FabricPort(FcId id, in LoginPayload flogi, FabricPort? parent, IFabricCarrier carrier, TimeSpan now)
    {
        Id = id;
        Flogi = flogi;
        PortName = flogi.PortName;
        NodeName = flogi.NodeName;
        Parent = parent;
        Carrier = carrier;
        LoggedInAt = now;
        Classes = ClassesOf(flogi);
        parent?._children.Add(this);
    }

    public FcId Id { get; }

    public Wwn PortName { get; }

    /// <summary>Clean Address: no other port has had the N_Port_ID as far as anybody remembers.</summary>
    public bool HasCleanAddress { get; internal init; }

    /// <summary>As the login said, or as RNN_ID did later.</summary>
    public Wwn NodeName { get; internal set; }

    /// <summary>FLOGI or FDISC, as it came.</summary>
    public LoginPayload Flogi { get; }

    /// <summary>The FLOGI login that an FDISC hangs on; null for a FLOGI.</summary>
    public FabricPort? Parent { get; }

    /// <summary>The FLOGI login of the link.</summary>
    public FabricPort Root => Parent ?? this;

    /// <summary>The FDISC logins that hang on this FLOGI.</summary>
    public IReadOnlyList<FabricPort> Children => _children;

    /// <summary>In the time of the loop.</summary>
    public TimeSpan LoggedInAt { get; }

    /// <summary>False from <see cref="FcFabric.Logout"/> on.</summary>
    public bool IsLoggedIn { get; internal set; } = true;

    /// <summary>How the services' frames reach the port.</summary>
    public IFabricCarrier Carrier { get; }

    /// <summary>Whatever the topology wants to remember with the port. The fabric never looks.</summary>
    public object? Attachment { get; set; }

    // ---- what the name server has of it ---------------------------------------------------------------------------

    /// <summary>Symbolic Port_Name; null until RSPN_ID.</summary>
    public string? SymbolicPortName { get; internal set; }

    /// <summary>Symbolic Node_Name; null until RSNN_NN.</summary>
    public string? SymbolicNodeName { get; internal set; }

    /// <summary>FC-4 TYPEs; null until RFT_ID.</summary>
    public Fc4Types? Types { get; internal set; }

    /// <summary>FC-4 Features; null until RFF_ID.</summary>
    public Fc4Features? Features { get; internal set; }

    public NsClasses Classes { get; internal set; }

    public NsPortType PortType { get; internal set; } = NsPortType.NPort;

    /// <summary>Forgets what was registered; what the login said stays (DA_ID).</summary>
    internal void Deregister()
    {
        SymbolicPortName = null;
        SymbolicNodeName = null;
        Types = null;
        Features = null;
        NodeName = Flogi.NodeName;
        PortType = NsPortType.NPort;
        Classes = ClassesOf(Flogi);
    }

    // ---- the services' notes --------------------------------------------------------------------------------------

    /// <summary>Well-known addresses the port has done PLOGI with.</summary>
    internal ServiceLogins ServiceLogins { get; set; }

    internal RscnSubscription? Rscn { get; set; }

    /// <summary>Made with the first request of more than a frame.</summary>
    internal SequenceAssembler? Assembler { get; set; }

    /// <summary>Which zones of the active set the port is in, a bit a zone; empty: none, the default zone.</summary>
    internal ulong[] Zones { get; set; } = [];

    internal void RemoveFromParent() => Parent?._children.Remove(this);

    private static NsClasses ClassesOf(in LoginPayload login) =>
        (login.Class2.IsValid ? NsClasses.Class2 : 0) | (login.Class3.IsValid ? NsClasses.Class3 : 0);

    public override string ToString() => $"{PortName.ToColonString()} {Id}";
}
