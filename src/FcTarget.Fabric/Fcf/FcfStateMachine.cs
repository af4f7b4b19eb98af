// SPDX-License-Identifier: MIT

using static FcTarget.Fabric.FcfAction;
using static FcTarget.Fabric.FcfEvent;
using static FcTarget.Fabric.FcfState;

namespace FcTarget.Fabric;

/// <summary>Whether an FCF offers itself to ENodes.</summary>
public enum FcfState : byte
{
    /// <summary>The Ethernet link is down.</summary>
    Down,

    /// <summary>It is down, and the operator has suspended the advertisements.</summary>
    DownSilent,

    /// <summary>Advertisements go out every FKA_ADV_PERIOD, solicitations are answered.</summary>
    Advertising,

    /// <summary>The operator has suspended the advertisements: ENodes lose the FCF after 2.5 FKA_ADV_PERIOD.</summary>
    Silent,
}

/// <summary>What can happen to an FCF as a whole.</summary>
public enum FcfEvent : byte
{
    LinkUp,
    LinkDown,

    /// <summary>FKA_ADV_PERIOD is over.</summary>
    PeriodOver,

    /// <summary>An ENode asks who is there.</summary>
    Solicited,

    /// <summary>The operator wants no more advertisements.</summary>
    Suspend,

    /// <summary>The operator wants them again.</summary>
    Resume,

    /// <summary>The FCF is about to go.</summary>
    Leave,
}

/// <summary>What a transition asks of the FCF.</summary>
public enum FcfAction : byte
{
    Nothing,

    /// <summary>A multicast advertisement on every VLAN, and the next after FKA_ADV_PERIOD.</summary>
    Advertise,

    /// <summary>A unicast advertisement, as long as the ENode's largest FCoE PDU.</summary>
    AnswerSolicitation,
    StopAdvertising,

    /// <summary>Every virtual link is gone; nobody can be told.</summary>
    EndAll,

    /// <summary>Every virtual link is cleared, with Clear Virtual Links to each ENode.</summary>
    ClearAll,
}

/// <summary>Discovery of an FCF (FC-BB-6, FIP discovery) as a pure, total function. Labels are ours; docs/state-machines.md lists them.</summary>
public static class FcfStateMachine
{
    public static (FcfState Next, FcfAction Do) On(FcfState state, FcfEvent cause) => (state, cause) switch
    {
        (Down, LinkUp) => (Advertising, Advertise),                  // F1
        (DownSilent, LinkUp) => (Silent, Nothing),                   // F2
        (Advertising, LinkDown) => (Down, EndAll),                   // F3
        (Silent, LinkDown) => (DownSilent, EndAll),                  // F3
        (Advertising, PeriodOver) => (Advertising, Advertise),       // F4
        (Advertising, Solicited) => (Advertising, AnswerSolicitation), // F5
        (Advertising, Suspend) => (Silent, StopAdvertising),         // F6
        (Down, Suspend) => (DownSilent, Nothing),                    // F6
        (Silent, Resume) => (Advertising, Advertise),                // F7
        (DownSilent, Resume) => (Down, Nothing),                     // F7
        (Advertising or Silent, Leave) => (Down, ClearAll),          // F8
        _ => (state, Nothing),
    };
}
