// SPDX-License-Identifier: MIT

using System.Diagnostics;
using static FcTarget.Port.LoginAction;
using static FcTarget.Port.LoginEvent;
using static FcTarget.Port.LoginState;

namespace FcTarget.Port;

/// <summary>Where the login with one remote N_Port stands.</summary>
public enum LoginState : byte
{
    /// <summary>Not logged in, nothing under way.</summary>
    Idle,

    /// <summary>Our FLOGI to the peer is under way (VN2VN: FC-BB-6, a FLOGI between the peers before PLOGI).</summary>
    Flogi,

    /// <summary>FLOGI is done and the peer's N_Port_Name is higher: it sends PLOGI (FC-LS, point-to-point).</summary>
    PlogiWait,

    /// <summary>Our PLOGI is under way.</summary>
    Plogi,

    /// <summary>PLOGI is done.</summary>
    LoggedIn,

    /// <summary>Our PRLI is under way.</summary>
    Prli,

    /// <summary>PRLI is done: the FCP image pair is established.</summary>
    ImagePair,

    /// <summary>Our LOGO is under way.</summary>
    Logo,
}

/// <summary>What can happen to the login with one remote N_Port.</summary>
public enum LoginEvent : byte
{
    /// <summary>The peer is there and FLOGI comes first (VN2VN).</summary>
    BeginFlogi,

    /// <summary>The peer is there and we send PLOGI (point-to-point with the higher name; an initiator in a fabric).</summary>
    BeginPlogi,

    /// <summary>The peer is there and has the higher name: its PLOGI is awaited.</summary>
    BeginWait,

    RcvFlogiFromLower,
    RcvFlogiFromHigher,
    FlogiAcceptedByLower,
    FlogiAcceptedByHigher,
    FlogiFailed,
    RcvPlogiFromLower,
    RcvPlogiFromHigher,
    PlogiAccepted,
    PlogiFailed,
    PlogiWaitOver,

    /// <summary>An FC-4 of ours wants an image pair.</summary>
    BeginPrli,
    RcvPrli,
    PrliAccepted,
    PrliFailed,
    RcvPrlo,

    /// <summary>We end the image pair and stay logged in.</summary>
    LeaveImage,
    RcvLogo,

    /// <summary>The peer cannot be reached any more: link down, silent neighbour, address taken by another.</summary>
    Gone,

    /// <summary>We log out.</summary>
    Leave,

    /// <summary>Our LOGO is answered, or will not be.</summary>
    LogoOver,
}

/// <summary>What a transition asks of the remote port.</summary>
public enum LoginAction : byte
{
    Nothing,
    SendFlogi,
    SendPlogi,
    StartPlogiWait,
    AcceptFlogi,
    AcceptFlogiSendPlogi,
    EndSessionAcceptFlogi,
    EndSessionAcceptFlogiSendPlogi,
    RejectFlogiBusy,
    AcceptPlogi,
    EndSessionAcceptPlogi,
    RejectPlogiInProgress,
    RejectPlogiBusy,
    CompletePlogi,
    RetryLater,
    SendPrli,
    AcceptPrli,
    RejectPrliNoLogin,
    CompletePrli,
    RetryPrliLater,
    EndImageAcceptPrlo,
    SendPrlo,
    RejectPrloNoLogin,
    AcceptLogo,
    EndSessionAcceptLogo,
    EndSession,
    SendLogo,
}

/// <summary>
/// The login with one remote N_Port as a pure, total function: FC-LS login and FC-BB-6 VN2VN, where the port with the higher
/// N_Port_Name sends PLOGI. Labels are ours; docs/state-machines.md lists them with clauses, and a test walks every cell.
/// <code>
///            L1 begin          L5 FLOGI accepted, we are higher        L12 PLOGI accepted
///      Idle ---------> Flogi -----------------------------------> Plogi -------> LoggedIn
///       | ^              | L6 accepted, peer is higher              ^              |  ^
///       | |              v                                          |     L15 PRLI |  | L18 PRLO
///       | |          PlogiWait ----- L9 the peer's PLOGI ----------------> LoggedIn v  |
///       | |              ^                                                      ImagePair
///       | +-- L19 LOGO, L20 gone: from everywhere                                   |
///       +---- L4 the peer's FLOGI: to PlogiWait or Plogi, from everywhere           +-- L21 leave --> Logo -- L22 --> Idle
/// </code>
/// </summary>
public static class LoginStateMachine
{
    public static (LoginState Next, LoginAction Do) On(LoginState state, LoginEvent cause) => (state, cause) switch
    {
        (Idle, BeginFlogi) => (Flogi, SendFlogi),                                    // L1
        (Idle, BeginPlogi) => (Plogi, SendPlogi),                                    // L2
        (Idle, BeginWait) => (PlogiWait, StartPlogiWait),                            // L3
        (_, BeginFlogi or BeginPlogi or BeginWait) => (state, Nothing),              //     under way or done already

        (Logo, RcvFlogiFromLower or RcvFlogiFromHigher) => (Logo, RejectFlogiBusy),  // L4a we are leaving
        (LoggedIn or Prli or ImagePair, RcvFlogiFromLower) => (Plogi, EndSessionAcceptFlogiSendPlogi), // L4b the peer began anew
        (LoggedIn or Prli or ImagePair, RcvFlogiFromHigher) => (PlogiWait, EndSessionAcceptFlogi),     // L4c
        (_, RcvFlogiFromLower) => (Plogi, AcceptFlogiSendPlogi),                     // L4d
        (_, RcvFlogiFromHigher) => (PlogiWait, AcceptFlogi),                         // L4e

        (Flogi, FlogiAcceptedByLower) => (Plogi, SendPlogi),                         // L5
        (Flogi, FlogiAcceptedByHigher) => (PlogiWait, StartPlogiWait),               // L6
        (Flogi, FlogiFailed) => (Idle, RetryLater),                                  // L7
        (_, FlogiAcceptedByLower or FlogiAcceptedByHigher or FlogiFailed) => (state, Nothing), // an answer nobody waits for

        (Logo, RcvPlogiFromLower or RcvPlogiFromHigher) => (Logo, RejectPlogiBusy),  // L8
        (Plogi, RcvPlogiFromLower) => (Plogi, RejectPlogiInProgress),                // L9a ours goes first: the higher name wins
        (LoggedIn or Prli or ImagePair, RcvPlogiFromLower or RcvPlogiFromHigher) => (LoggedIn, EndSessionAcceptPlogi), // L9b a new PLOGI ends the old session
        (_, RcvPlogiFromLower or RcvPlogiFromHigher) => (LoggedIn, AcceptPlogi),     // L9c

        (PlogiWait, PlogiWaitOver) => (Idle, RetryLater),                            // L10
        (_, PlogiWaitOver) => (state, Nothing),
        (Plogi, PlogiFailed) => (Idle, RetryLater),                                  // L11
        (Plogi, PlogiAccepted) => (LoggedIn, CompletePlogi),                         // L12
        (_, PlogiFailed or PlogiAccepted) => (state, Nothing),

        (LoggedIn, BeginPrli) => (Prli, SendPrli),                                   // L13
        (_, BeginPrli) => (state, Nothing),
        (LoggedIn or Prli or ImagePair, RcvPrli) => (ImagePair, AcceptPrli),         // L15
        (_, RcvPrli) => (state, RejectPrliNoLogin),                                  // L14 unable to perform / N_Port login required
        (Prli, PrliAccepted) => (ImagePair, CompletePrli),                           // L16
        (Prli, PrliFailed) => (LoggedIn, RetryPrliLater),                            // L17
        (ImagePair, PrliAccepted) => (ImagePair, CompletePrli),                      //     the peer's PRLI came in between
        (_, PrliAccepted or PrliFailed) => (state, Nothing),

        (LoggedIn or Prli or ImagePair, RcvPrlo) => (LoggedIn, EndImageAcceptPrlo),  // L18
        (_, RcvPrlo) => (state, RejectPrloNoLogin),
        (ImagePair, LeaveImage) => (LoggedIn, SendPrlo),                             // L23
        (_, LeaveImage) => (state, Nothing),
        (Idle, RcvLogo) => (Idle, AcceptLogo),                                       // L19a always accepted
        (Logo, RcvLogo) => (Logo, AcceptLogo),                                       // L19b both leave at once
        (_, RcvLogo) => (Idle, EndSessionAcceptLogo),                                // L19c

        (Idle, Gone) => (Idle, Nothing),
        (_, Gone) => (Idle, EndSession),                                             // L20
        (LoggedIn or Prli or ImagePair, Leave) => (Logo, SendLogo),                  // L21
        (Idle, Leave) => (Idle, Nothing),
        (Logo, Leave) => (Logo, Nothing),
        (_, Leave) => (Idle, EndSession),
        (Logo, LogoOver) => (Idle, EndSession),                                      // L22
        (_, LogoOver) => (state, Nothing),

        _ => throw new UnreachableException(),
    };
}
