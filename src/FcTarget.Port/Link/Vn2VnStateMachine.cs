// SPDX-License-Identifier: MIT

using System.Diagnostics;
using static FcTarget.Port.Vn2VnAction;
using static FcTarget.Port.Vn2VnEvent;
using static FcTarget.Port.Vn2VnState;

namespace FcTarget.Port;

/// <summary>How a VN2VN_Port comes by its N_Port_ID (FC-BB-6, VN2VN).</summary>
public enum Vn2VnState : byte
{
    Down,

    /// <summary>Waiting a random part of PROBE_WAIT, so that ports switched on together do not probe together.</summary>
    Start,

    /// <summary>The first Probe Request is out.</summary>
    Probe1,

    /// <summary>The second Probe Request is out.</summary>
    Probe2,

    /// <summary>The Claim Notification is out; the N_Port_ID may be used after ANNOUNCE_WAIT.</summary>
    Claim,

    /// <summary>The N_Port_ID is ours; beacons go out.</summary>
    Up,
}

/// <summary>What can happen to a VN2VN_Port.</summary>
public enum Vn2VnEvent : byte
{
    LinkUp,
    LinkDown,

    /// <summary>The timer of the state is over.</summary>
    Elapsed,

    /// <summary>Another port probes for the N_Port_ID we want or have, and the decision falls to us (ours recorded, or our name higher).</summary>
    ProbeRequestWeWin,

    /// <summary>Another port probes for it, and the decision falls to the other.</summary>
    ProbeRequestWeYield,

    /// <summary>Somebody has the N_Port_ID we probed for.</summary>
    ProbeReply,

    /// <summary>A port with the higher name claims, or beacons with, our N_Port_ID.</summary>
    ClaimedByHigher,

    /// <summary>A port with the lower name claims it.</summary>
    ClaimedByLower,
}

/// <summary>What a transition asks of the VN2VN controller.</summary>
public enum Vn2VnAction : byte
{
    Nothing,
    WaitToProbe,
    SendProbe,
    SendClaim,
    GoOnline,
    SendBeacon,
    SendProbeReply,
    ReassertClaim,

    /// <summary>Take another N_Port_ID and begin again.</summary>
    Restart,

    /// <summary>As <see cref="Restart"/>, and everybody logged in is gone.</summary>
    GoOfflineAndRestart,
    GoOffline,
}

/// <summary>
/// Probe, claim, beacon (FC-BB-6, VN2VN) as a pure, total function. Labels are ours; docs/state-machines.md lists them.
/// <code>
///           V1 link up        V2          V3           V4           V5
///     Down -----------> Start ---> Probe1 ---> Probe2 ---> Claim ---> Up --+ V6 beacon
///       ^                 ^           |           |          |        ^  |  |
///       +-- V7 link down  +-----------+-----------+----------+--------+  +--+
///           (from all)          V9..V12 somebody else has the N_Port_ID
/// </code>
/// </summary>
public static class Vn2VnStateMachine
{
    public static (Vn2VnState Next, Vn2VnAction Do) On(Vn2VnState state, Vn2VnEvent cause) => (state, cause) switch
    {
        (Down, LinkUp) => (Start, WaitToProbe),                          // V1
        (Start, Elapsed) => (Probe1, SendProbe),                         // V2
        (Probe1, Elapsed) => (Probe2, SendProbe),                        // V3
        (Probe2, Elapsed) => (Claim, SendClaim),                         // V4
        (Claim, Elapsed) => (Up, GoOnline),                              // V5
        (Up, Elapsed) => (Up, SendBeacon),                               // V6
        (Up, LinkDown) => (Down, GoOffline),                             // V7
        (_, LinkDown) => (Down, Nothing),
        (_, LinkUp) => (state, Nothing),
        (Down, _) => (Down, Nothing),                                    // late frames of a link that is down

        (Probe1 or Probe2 or Claim or Up, ProbeRequestWeWin) => (state, SendProbeReply),   // V8
        (Start, ProbeRequestWeWin) => (Start, Restart),                                    // V9  not probed yet: leave it to the other
        (Start or Probe1 or Probe2, ProbeRequestWeYield) => (Start, Restart),              // V10
        (Claim or Up, ProbeRequestWeYield) => (state, SendProbeReply),                     // V8  claimed already
        (Start or Probe1 or Probe2, ProbeReply or ClaimedByHigher or ClaimedByLower) => (Start, Restart), // V11
        (Claim, ProbeReply) => (Start, Restart),                                           // V11 a late reply
        (Up, ProbeReply) => (Up, ReassertClaim),
        (Claim, ClaimedByHigher) => (Start, Restart),                                      // V12
        (Up, ClaimedByHigher) => (Start, GoOfflineAndRestart),                             // V12
        (Claim or Up, ClaimedByLower) => (state, ReassertClaim),                           // V13

        _ => throw new UnreachableException(),
    };
}
