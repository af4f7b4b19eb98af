// SPDX-License-Identifier: MIT

using System.Diagnostics;
using static FcTarget.Fabric.VirtualLinkAction;
using static FcTarget.Fabric.VirtualLinkEvent;
using static FcTarget.Fabric.VirtualLinkState;

namespace FcTarget.Fabric;

/// <summary>Whether there is a virtual link to a VN_Port.</summary>
public enum VirtualLinkState : byte
{
    /// <summary>None, or none any more: the FCF keeps nothing of it.</summary>
    Gone,

    /// <summary>The VN_Port is logged in with the fabric.</summary>
    Up,
}

/// <summary>What can happen to a virtual link.</summary>
public enum VirtualLinkEvent : byte
{
    /// <summary>The fabric has accepted the FLOGI or FDISC of the VN_Port.</summary>
    LoginAccepted,

    /// <summary>A FIP keep alive, of the VN_Port or of its ENode.</summary>
    KeepAlive,

    /// <summary>An FCoE frame.</summary>
    Frame,

    /// <summary>LOGO to the F_Port controller, or Clear Virtual Links from the ENode.</summary>
    Logo,

    /// <summary>2.5 keep alive periods without a keep alive.</summary>
    Silence,

    /// <summary>The operator wants the link cleared, or the FCF goes.</summary>
    Clear,

    /// <summary>The Ethernet link is down, or the port's ENode logs in anew.</summary>
    Lost,
}

/// <summary>What a transition asks of the FCF.</summary>
public enum VirtualLinkAction : byte
{
    Nothing,
    Establish,

    /// <summary>Note when the keep alive came.</summary>
    Refresh,

    /// <summary>Hand the frame on.</summary>
    Route,

    /// <summary>The fabric logs the port out.</summary>
    End,

    /// <summary>As <see cref="End"/>, and the ENode is told by Clear Virtual Links.</summary>
    EndAndClear,

    /// <summary>Clear Virtual Links to an ENode that believes it is logged in.</summary>
    SendClear,

    /// <summary>LOGO of the F_Port controller to a port that believes it is logged in.</summary>
    SendLogo,
}

/// <summary>
/// A virtual link as its FCF sees it (FC-BB-6, virtual links) as a pure, total function. Labels are ours; docs/state-machines.md lists them.
/// </summary>
public static class VirtualLinkStateMachine
{
    public static (VirtualLinkState Next, VirtualLinkAction Do) On(VirtualLinkState state, VirtualLinkEvent cause) => (state, cause) switch
    {
        (_, LoginAccepted) => (Up, Establish),        // K1
        (Up, KeepAlive) => (Up, Refresh),             // K2
        (Gone, KeepAlive) => (Gone, SendClear),       // K3  a login of our life before a restart: it is to log in again
        (Up, Frame) => (Up, Route),                   // K4
        (Gone, Frame) => (Gone, SendLogo),            // K5  likewise
        (Up, Logo) => (Gone, End),                    // K6
        (Up, Silence) => (Gone, EndAndClear),         // K7
        (Up, Clear) => (Gone, EndAndClear),           // K8
        (Up, Lost) => (Gone, End),                    // K9
        (Gone, Logo or Silence or Clear or Lost) => (Gone, Nothing),
        _ => throw new UnreachableException(),
    };
}
