// SPDX-License-Identifier: MIT

using System.Diagnostics;
using static FcTarget.Port.FabricAction;
using static FcTarget.Port.FabricEvent;
using static FcTarget.Port.FabricState;

namespace FcTarget.Port;

/// <summary>Where the login of one N_Port of ours with the fabric stands.</summary>
public enum FabricState : byte
{
    /// <summary>There is no virtual link to an F_Port, or we have left it.</summary>
    Offline,

    /// <summary>FLOGI or FDISC is under way, or waits to be sent again.</summary>
    Login,

    /// <summary>The port has its N_Port_ID; PLOGI to the name server is under way.</summary>
    NameServer,

    /// <summary>The name server is told what the port is, one object after the other.</summary>
    Registration,

    /// <summary>SCR to the fabric controller is under way.</summary>
    StateChange,

    /// <summary>All of it is done.</summary>
    Online,

    /// <summary>LOGO to the F_Port is under way.</summary>
    Logout,
}

/// <summary>What can happen to the login with the fabric.</summary>
public enum FabricEvent : byte
{
    /// <summary>There is a virtual link.</summary>
    Begin,

    /// <summary>The virtual link is gone.</summary>
    End,

    LoginAccepted,
    LoginFailed,
    PlogiAccepted,
    PlogiFailed,

    /// <summary>The name server has taken an object, or never will; there are more.</summary>
    StepDone,

    /// <summary>That was the last one.</summary>
    StepsDone,

    /// <summary>The name server is busy, or silent.</summary>
    StepFailed,
    ScrDone,
    ScrFailed,

    /// <summary>Time to try again.</summary>
    Retry,

    /// <summary>The fabric logs us out.</summary>
    RcvLogo,

    /// <summary>We log out.</summary>
    Leave,

    /// <summary>Our LOGO is answered, or will not be.</summary>
    LogoOver,
}

/// <summary>What a transition asks of the session.</summary>
public enum FabricAction : byte
{
    Nothing,
    SendLogin,
    GoOnlineSendPlogi,
    SendPlogi,
    SendFirstStep,
    SendNextStep,
    SendStep,
    SendScr,
    Discover,
    RetryLater,
    GoOffline,
    GoOfflineSendLogin,
    SendLogo,
}

/// <summary>
/// The login of an N_Port with a fabric as a pure, total function (FC-LS fabric login, FC-GS registration). Labels are ours;
/// docs/state-machines.md lists them, and a test walks every cell.
/// <code>
///            N1 begin       N2 FLOGI accepted     N4 PLOGI accepted       N6 registered         N8 SCR done
///   Offline ---------> Login ------------> NameServer ---------> Registration -------> StateChange -------> Online
///      ^                 ^                                       N5 one by one
///      |                 +-- N11 LOGO from the fabric: from everywhere right of it
///      +-- N10 end: from everywhere      N12 leave --> Logout -- N13 --> Offline      what fails is tried again: N3, N7, N9
/// </code>
/// </summary>
public static class FabricStateMachine
{
    public static (FabricState Next, FabricAction Do) On(FabricState state, FabricEvent cause) => (state, cause) switch
    {
        (Offline, Begin) => (Login, SendLogin),                                  // N1
        (_, Begin) => (state, Nothing),
        (Offline, End) => (Offline, Nothing),
        (_, End) => (Offline, GoOffline),                                        // N10

        (Login, LoginAccepted) => (NameServer, GoOnlineSendPlogi),               // N2  hosts may log in from now on
        (Login, LoginFailed) => (Login, RetryLater),                             // N3
        (NameServer, PlogiAccepted) => (Registration, SendFirstStep),            // N4
        (NameServer, PlogiFailed) => (NameServer, RetryLater),                   // N3
        (Registration, StepDone) => (Registration, SendNextStep),                // N5
        (Registration, StepsDone) => (StateChange, SendScr),                     // N6
        (Registration, StepFailed) => (Registration, RetryLater),                // N7
        (StateChange, ScrDone) => (Online, Discover),                            // N8
        (StateChange, ScrFailed) => (StateChange, RetryLater),                   // N7
        (_, LoginAccepted or LoginFailed or PlogiAccepted or PlogiFailed or StepDone or StepsDone or StepFailed or ScrDone or ScrFailed)
            => (state, Nothing),                                                 //     an answer nobody waits for any more

        (Login, Retry) => (Login, SendLogin),                                    // N9
        (NameServer, Retry) => (NameServer, SendPlogi),
        (Registration, Retry) => (Registration, SendStep),
        (StateChange, Retry) => (StateChange, SendScr),
        (_, Retry) => (state, Nothing),

        (NameServer or Registration or StateChange or Online, RcvLogo) => (Login, GoOfflineSendLogin), // N11
        (_, RcvLogo) => (state, Nothing),
        (NameServer or Registration or StateChange or Online, Leave) => (Logout, SendLogo),            // N12
        (Login, Leave) => (Offline, GoOffline),
        (_, Leave) => (state, Nothing),
        (Logout, LogoOver) => (Offline, GoOffline),                              // N13
        (_, LogoOver) => (state, Nothing),

        _ => throw new UnreachableException(),
    };
}
