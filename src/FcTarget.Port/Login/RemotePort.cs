// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;

namespace FcTarget.Port;

// REMOTE PORT - theory of operation
//   Job      One N_Port as our local port sees it: address, names, how far the login has come, what it told of itself.
//   Owner    The port loop.
//   States   LoginStateMachine decides; Handle looks up the row, Enter is the only writer of State, Run does the action.
//   Session  What PRLI establishes belongs to the FC-4s; they are told of every begin (OnImagePair) and end (OnImageEnd).
//   Files    RemotePort.cs: the login.  .ProcessLogin.cs: PRLI and PRLO.  .Requests.cs: what we ask of a port that is logged in.
//            .Probes.cs: what its probes tell.
//   Always   rport-login-start is followed by one -end, rport-logout-start by one -end; no image pair outlives its PLOGI.
//   Proof    StateMachineDocumentTests, LoginConversationTests

/// <summary>A remote N_Port.</summary>
public sealed partial class RemotePort
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly LoopTimer _retry;
    private readonly LoopTimer _plogiWait;
    private int _failures;
    private int _lastFailure = FcLoginStatus.TimedOut;

    internal RemotePort(LocalPort local, FcId id, Wwn portName, Wwn nodeName)
    {
        Local = local;
        Id = id;
        ProbeInfo = new PortProbeInfo(hardAddress: id.Value);
        Connection = new ConnProbeInfo(local.ProbeInfo, ProbeInfo);
        _retry = new LoopTimer(local.Loop.Timers, Retry);
        _plogiWait = new LoopTimer(local.Loop.Timers, () => Handle(LoginEvent.PlogiWaitOver));
        Rename(portName, nodeName);
    }

    public LocalPort Local { get; }

    /// <summary>N_Port_ID.</summary>
    public FcId Id { get; }

    public Wwn PortName { get; private set; }

    public Wwn NodeName { get; private set; }

    public LoginState State { get; private set; }

    /// <summary>Largest payload of a frame to this port, bytes: the least of what it receives, what we send and what the MTU carries.</summary>
    public int MaxPayload { get; private set; } = FcFrame.MinReceiveDataFieldSize;

    /// <summary>Ethernet addresses of FCoE frames to this port.</summary>
    public LinkAddress Link { get; internal set; }

    /// <summary>PLOGI is done.</summary>
    public bool IsLoggedIn => State is LoginState.LoggedIn or LoginState.Prli or LoginState.ImagePair;

    /// <summary>The FCP image pair in which we are the target; null without PRLI.</summary>
    internal FcpSession? TargetSession { get; set; }

    /// <summary>What the FCP initiator function keeps for this port.</summary>
    public object? InitiatorSession { get; set; }

    /// <summary>FCP exchanges with this port that are open, also those of sessions that ended.</summary>
    internal int OpenExchanges { get; set; }

    /// <summary>When the login was last completed, in loop time.</summary>
    public TimeSpan LoggedInAt { get; private set; }

    internal PortProbeInfo ProbeInfo { get; }

    internal ConnProbeInfo Connection { get; }

    public override string ToString() => $"{Id} {PortName.ToColonString()}";

    /// <summary>Learns the names of the port; what the probes show follows.</summary>
    internal void Rename(Wwn portName, Wwn nodeName)
    {
        if (portName != PortName || nodeName != NodeName)
            ProbeInfo.Update(portWwn: portName.IsNone ? "" : portName.ToString(), nodeWwn: nodeName.IsNone ? "" : nodeName.ToString());
        PortName = portName;
        NodeName = nodeName;
    }

    /// <summary>Nothing is under way and no retry is due: a sign of life of the peer may begin a login.</summary>
    internal bool IsResting => State == LoginState.Idle && !_retry.IsSet;

    /// <summary>The port is forgotten: its timers stop and its native memory is freed.</summary>
    internal void Discard()
    {
        _retry.Cancel();
        _plogiWait.Cancel();
        Connection.Dispose();
        ProbeInfo.Dispose();
    }

    /// <summary>The login's next step.</summary>
    internal void Handle(LoginEvent cause) => Handle(cause, default, default);

    /// <summary>The login's next step, caused by a request that is answered here.</summary>
    internal void Handle(LoginEvent cause, scoped in ElsRequest request) => Handle(cause, request, default);

    /// <summary>The login's next step, caused by the answer to a request of ours.</summary>
    internal void HandleReply(LoginEvent cause, ReadOnlySpan<byte> reply) => Handle(cause, default, reply);

    private void Retry()
    {
        if (State == LoginState.LoggedIn) Handle(LoginEvent.BeginPrli);
        else Local.Link.BeginLogin(this);
    }

    private void Handle(LoginEvent cause, scoped in ElsRequest request, scoped ReadOnlySpan<byte> reply)
    {
        (LoginState next, LoginAction action) = LoginStateMachine.On(State, cause);
        LoginState before = State;
        if (action is LoginAction.AcceptPlogi or LoginAction.EndSessionAcceptPlogi && !IsAcceptable(request)) return;
        if (action == LoginAction.AcceptPrli && !AnswerPrli(request)) return;
        if (action == LoginAction.EndImageAcceptPrlo && !AnswerPrlo(request)) return;
        Enter(next, cause);
        Run(action, before, request, reply);
    }

    /// <summary>The only place that writes State.</summary>
    private void Enter(LoginState next, LoginEvent cause)
    {
        LoginState before = State;
        State = next;
        if (next != LoginState.PlogiWait) _plogiWait.Cancel();
        if (next != LoginState.Idle) _retry.Cancel();
        if (before != next) Local.Observer?.OnLogin(this, before, next, cause);
    }

    private void Run(LoginAction action, LoginState before, scoped in ElsRequest request, scoped ReadOnlySpan<byte> reply)
    {
        switch (action)
        {
            case LoginAction.SendFlogi:
                Send(Local.Login(ElsCommand.Flogi), OnFlogiReply);
                break;
            case LoginAction.AcceptFlogi:
                Local.Accept(request, Local.Login(ElsCommand.LsAcc, toFlogi: true));
                _plogiWait.Set(Local.ElsTimeout);
                break;
            case LoginAction.EndSessionAcceptFlogi:
                EndSession();
                goto case LoginAction.AcceptFlogi;
            case LoginAction.AcceptFlogiSendPlogi:
                Local.Accept(request, Local.Login(ElsCommand.LsAcc, toFlogi: true));
                goto case LoginAction.SendPlogi;
            case LoginAction.EndSessionAcceptFlogiSendPlogi:
                EndSession();
                goto case LoginAction.AcceptFlogiSendPlogi;
            case LoginAction.SendPlogi:
                EndLoginProbe(FcLoginStatus.Superseded);
                Local.Els.Cancel(Id);
                StartLoginProbe(solicited: true);
                Send(Local.Login(ElsCommand.Plogi), OnPlogiReply);
                break;
            case LoginAction.StartPlogiWait:
                _plogiWait.Set(Local.ElsTimeout);
                break;
            case LoginAction.AcceptPlogi:
                EndLoginProbe(FcLoginStatus.Superseded); // of our own PLOGI, which the peer's replaces
                Local.Els.Cancel(Id);
                Adopt(request.Payload);
                StartLoginProbe(solicited: false);
                Local.Accept(request, Local.Login(ElsCommand.LsAcc));
                CompleteLogin();
                break;
            case LoginAction.EndSessionAcceptPlogi:
                EndSession();
                goto case LoginAction.AcceptPlogi;
            case LoginAction.CompletePlogi:
                Adopt(reply);
                CompleteLogin();
                break;
            case LoginAction.RetryLater:
                EndLoginProbe(_lastFailure);
                _retry.Set(RetryDelay * Math.Min(1 << Math.Min(_failures++, 3), 8));
                break;
            case LoginAction.RetryPrliLater:
                _retry.Set(RetryDelay);
                break;
            case LoginAction.SendPrli:
                SendPrli();
                break;
            case LoginAction.AcceptPrli:
                BeginImage(_theirs);
                break;
            case LoginAction.CompletePrli:
                BeginImage(ReadFcpPage(reply)?.FcpParameters ?? FcpServiceParameters.None);
                break;
            case LoginAction.EndImageAcceptPrlo:
                break; // done by AnswerPrlo
            case LoginAction.SendPrlo:
                EndImage();
                SendPrlo();
                break;
            case LoginAction.AcceptLogo:
                Local.Accept(request, LsAccPayload.Accept);
                break;
            case LoginAction.EndSessionAcceptLogo:
                Logout(before, solicited: false, request, accept: true);
                break;
            case LoginAction.EndSession:
                Logout(before, solicited: true, default, accept: false);
                break;
            case LoginAction.SendLogo:
                StartLogoutProbe(solicited: true);
                EndImage();
                Send(new LogoPayload { Command = ElsCommand.Logo, NPortId = Local.Id, NPortName = Local.PortName }, OnLogoReply);
                break;
            case LoginAction.RejectPrliNoLogin or LoginAction.RejectPrloNoLogin:
                Local.Reject(request, ElsReject.PlogiRequired);
                break;
            case LoginAction.RejectPlogiInProgress:
                RefusePlogi(request, ElsReject.CommandInProgress);
                break;
            case LoginAction.RejectPlogiBusy:
                RefusePlogi(request, ElsReject.LogicalBusy);
                break;
            case LoginAction.RejectFlogiBusy:
                Local.Reject(request, ElsReject.LogicalBusy);
                break;
        }
    }

    // ---- answers to our requests ----------------------------------------------------------------------------------

    private void Send<T>(in T payload, ElsReplyHandler onReply) where T : struct, IWirePayload =>
        Local.Els.Send(Id, WireBytes.Of(payload), onReply);

    private void OnFlogiReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        bool accepted = outcome == ElsOutcome.Accepted && ElsPayload.TryRead(reply, out LoginPayload _);
        if (!accepted) NoteFailure(outcome, reply);
        HandleReply(
            !accepted ? LoginEvent.FlogiFailed : PortName.Value < Local.PortName.Value ? LoginEvent.FlogiAcceptedByLower : LoginEvent.FlogiAcceptedByHigher, reply);
    }

    private void OnPlogiReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        bool accepted = outcome == ElsOutcome.Accepted && ElsPayload.TryRead(reply, out LoginPayload login) && LocalPort.Refusal(login) is null;
        if (!accepted) NoteFailure(outcome, reply);
        HandleReply(accepted ? LoginEvent.PlogiAccepted : LoginEvent.PlogiFailed, reply);
    }

    private void OnPrliReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        bool accepted = outcome == ElsOutcome.Accepted && ReadFcpPage(reply) is { ResponseCode: ProcessResponseCode.RequestExecuted };
        HandleReply(accepted ? LoginEvent.PrliAccepted : LoginEvent.PrliFailed, reply);
    }

    private void OnLogoReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply) => HandleReply(LoginEvent.LogoOver, reply);

    private void NoteFailure(ElsOutcome outcome, ReadOnlySpan<byte> reply) => _lastFailure = outcome switch
    {
        ElsOutcome.Rejected when ElsPayload.TryRead(reply, out LsRjtPayload reject) => FcLoginStatus.LsRjt((byte)reject.Reason, (byte)reject.Explanation),
        ElsOutcome.TimedOut => FcLoginStatus.TimedOut,
        _ => FcLoginStatus.ProtocolError,
    };

    // ---- PLOGI ----------------------------------------------------------------------------------------------------

    private bool IsAcceptable(scoped in ElsRequest request)
    {
        ElsReject? refusal = !ElsPayload.TryRead(request.Payload, out LoginPayload login) ? ElsReject.InvalidPayloadLength
            : login.PortName == Local.PortName ? ElsReject.InvalidPortName
            : LocalPort.Refusal(login);
        if (refusal is not { } reason) return true;
        RefusePlogi(request, reason);
        return false;
    }

    private void RefusePlogi(scoped in ElsRequest request, ElsReject reason)
    {
        if (Local.Probes.IsEnabled(FcProbe.RportLoginStart)) Local.Probes.RportLoginStart(Connection, Local.ProbeInfo, ProbeInfo, solicited: false);
        Local.Reject(request, reason);
        if (Local.Probes.IsEnabled(FcProbe.RportLoginEnd))
            Local.Probes.RportLoginEnd(Connection, Local.ProbeInfo, ProbeInfo, solicited: false, FcLoginStatus.LsRjt((byte)reason.Reason, (byte)reason.Explanation));
    }

    private void Adopt(ReadOnlySpan<byte> payload)
    {
        ElsPayload.TryRead(payload, out LoginPayload login); // checked before
        Rename(login.PortName, login.NodeName);
        Link = Local.Link.AddressOf(Id);
        MaxPayload = Math.Min(LocalPort.ReceiveSizeOf(login), Local.MaxSentPayload) & ~3;
    }

    private void CompleteLogin()
    {
        _failures = 0;
        LoggedInAt = Local.Loop.Timers.Now;
        EndLoginProbe(FcLoginStatus.Success);
        Local.OnLoggedIn(this);
    }

    // ---- the end of a session -------------------------------------------------------------------------------------

    /// <summary>
    /// The session is over because the peer begins a new one: the logout that its FLOGI or PLOGI implies (FC-LS). The peer did not
    /// ask for it with LOGO, so the probes call it solicited (docs/probes.md).
    /// </summary>
    private void EndSession()
    {
        StartLogoutProbe(solicited: true, replaced: true);
        EndImage();
        Local.Els.Cancel(Id);
        EndLogoutProbe(solicited: true, replaced: true);
    }

    private void Logout(LoginState before, bool solicited, scoped in ElsRequest request, bool accept)
    {
        EndLoginProbe(FcLoginStatus.LinkLost);
        bool hadSession = before is LoginState.LoggedIn or LoginState.Prli or LoginState.ImagePair;
        if (hadSession) StartLogoutProbe(solicited);
        EndImage();
        Local.Els.Cancel(Id);
        if (accept) Local.Accept(request, LsAccPayload.Accept);
        if (hadSession || before == LoginState.Logo) EndLogoutProbe(solicited);
    }
}
