// SPDX-License-Identifier: MIT

using System.Diagnostics;
using static FcTarget.Port.ENodeAction;
using static FcTarget.Port.ENodeEvent;
using static FcTarget.Port.ENodeState;

namespace FcTarget.Port;

/// <summary>How far an ENode has come in finding an FCF (FC-BB-6, FIP discovery).</summary>
public enum ENodeState : byte
{
    /// <summary>The Ethernet link is down.</summary>
    Down,

    /// <summary>Asking which VLANs carry FCoE.</summary>
    VlanDiscovery,

    /// <summary>Soliciting in one VLAN.</summary>
    Discovery,

    /// <summary>An FCF is chosen: the VN_Ports log in, and are logged in, through it.</summary>
    Selected,
}

/// <summary>What can happen to it.</summary>
public enum ENodeEvent : byte
{
    LinkUp,

    /// <summary>The link is up and the VLAN is given.</summary>
    LinkUpInVlan,
    LinkDown,

    /// <summary>A VLAN notification has come.</summary>
    VlansKnown,

    /// <summary>None has come, however often it was asked for.</summary>
    VlansUnknown,

    /// <summary>The time to wait for answers is over, and there was none that will do.</summary>
    Elapsed,

    /// <summary>Likewise, and this was the last attempt in the last VLAN.</summary>
    Exhausted,

    /// <summary>The time to wait for answers is over, and there is an FCF that will do.</summary>
    FcfFound,

    /// <summary>The FCF is silent, has gone, has cleared the virtual links, or refuses to let us in.</summary>
    FcfLost,
}

/// <summary>What a transition asks of the ENode.</summary>
public enum ENodeAction : byte
{
    Nothing,
    RequestVlans,
    Solicit,
    SolicitAgain,
    LogIn,
    EndLogins,
    EndLoginsSolicit,
}

/// <summary>
/// The discovery of an ENode as a pure, total function (FC-BB-6, FIP). Labels are ours; docs/state-machines.md lists them, and a test walks
/// every cell.
/// <code>
///          E1 link up               E4 VLANs known, or nobody says           E7 FCF found
///    Down -----------> VlanDiscovery -----------------------> Discovery ----------------> Selected
///                            ^                                  |   ^                        |
///                            +------- E6 nobody in any VLAN ----+   +--- E8 FCF lost --------+      E9 link down: from everywhere
/// </code>
/// </summary>
public static class ENodeStateMachine
{
    public static (ENodeState Next, ENodeAction Do) On(ENodeState state, ENodeEvent cause) => (state, cause) switch
    {
        (Down, LinkUp) => (VlanDiscovery, RequestVlans),                              // E1
        (Down, LinkUpInVlan) => (Discovery, Solicit),                                 // E2
        (_, LinkUp or LinkUpInVlan) => (state, Nothing),
        (VlanDiscovery, Elapsed) => (VlanDiscovery, RequestVlans),                    // E3
        (VlanDiscovery, VlansKnown or VlansUnknown) => (Discovery, Solicit),          // E4
        (_, VlansKnown or VlansUnknown) => (state, Nothing),                          //     one VLAN is in use already
        (Discovery, Elapsed) => (Discovery, SolicitAgain),                            // E5  there, or in the next VLAN
        (Discovery, Exhausted) => (VlanDiscovery, RequestVlans),                      // E6
        (Discovery, FcfFound) => (Selected, LogIn),                                   // E7
        (_, Elapsed or Exhausted or FcfFound) => (state, Nothing),
        (Selected, FcfLost) => (Discovery, EndLoginsSolicit),                         // E8  another FCF, or the same again
        (_, FcfLost) => (state, Nothing),
        (Down, LinkDown) => (Down, Nothing),
        (_, LinkDown) => (Down, EndLogins),                                           // E9

        _ => throw new UnreachableException(),
    };
}
