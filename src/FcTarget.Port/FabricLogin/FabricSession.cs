// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;

namespace FcTarget.Port;

// FABRIC SESSION - theory of operation
//   Job      The N_Port's side of a fabric: FLOGI or FDISC, PLOGI to the name server, registration there, SCR; then whom to log in with
//            and who has gone (FabricDiscovery), and what management software wants to know (FdmiRegistration).
//   Owner    The port loop. One for each N_Port of ours, made by its link: across a wire (ENodeLink) or in the process (SwitchLink).
//   States   FabricStateMachine decides; Enter is the only writer of State.
//   Always   fabric-login-start is followed by one -end, for each FLOGI or FDISC that is sent. The N_Port_ID is in use from LS_ACC to End:
//            hosts may log in before registration is done. A registration that the name server refuses is counted and left out; one that
//            it is too busy for is sent again.
//   Files    ServicePort: PLOGI to a well-known address.  NameServerRegistration: the CT_IUs.
//   Proof    StateMachineDocumentTests, FabricSessionTests

/// <summary>The login of one N_Port of ours with a fabric.</summary>
internal sealed class FabricSession : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    /// <summary>Time-outs outside of this range are a fabric's mistake, and ours stay in force.</summary>
    private static readonly TimeSpan ShortestTov = TimeSpan.FromMilliseconds(10), LongestTov = TimeSpan.FromMinutes(2);

    private readonly LocalPort _local;
    private readonly IFabricLink _link;
    private readonly LoopTimer _retry;
    private readonly FabricDiscovery _discovery;
    private readonly FdmiRegistration _fdmi;
    private int _failures;
    private int _step;
    private bool _loginProbe;

    public FabricSession(LocalPort local, IFabricLink link)
    {
        _local = local;
        _link = link;
        _retry = new LoopTimer(local.Loop.Timers, () => Handle(FabricEvent.Retry));
        NameServer = new ServicePort(local, FcId.DirectoryServer);
        _discovery = new FabricDiscovery(local, this);
        _fdmi = new FdmiRegistration(local, this);
        local.Fabric = this;
        local.Link = link; // a link that is up begins at once, before the topology has handed it over
    }

    public FabricState State { get; private set; }

    /// <summary>Fabric_Name, of the LS_ACC to FLOGI; None while there is none.</summary>
    public Wwn FabricName { get; private set; }

    /// <summary>F_Port_Name, likewise.</summary>
    public Wwn FPortName { get; private set; }

    /// <summary>FLOGI, or FDISC for a further N_Port on a link that has logged in.</summary>
    public ElsCommand LogsInWith => _link.LoginCommand;

    /// <summary>The port has its N_Port_ID, and frames may be sent.</summary>
    public bool HasAddress => State is FabricState.NameServer or FabricState.Registration or FabricState.StateChange or FabricState.Online;

    /// <summary>Nothing is left to say to the fabric.</summary>
    public bool HasLeft => State == FabricState.Offline;

    public ServicePort NameServer { get; }

    // ---- what the link says ---------------------------------------------------------------------------------------

    /// <summary>There is a virtual link: the login begins.</summary>
    public void Begin()
    {
        if (!_local.IsLeaving) Handle(FabricEvent.Begin);
    }

    /// <summary>The virtual link is gone, and with it everybody we were logged in with.</summary>
    public void End() => Handle(FabricEvent.End);

    /// <summary>Logs out of the fabric; <see cref="HasLeft"/> when that is done. The remote ports have been logged out of before.</summary>
    public void Leave() => Handle(FabricEvent.Leave);

    public void Dispose()
    {
        _retry.Cancel();
        _fdmi.Dispose();
        _discovery.Stop();
        NameServer.Dispose();
    }

    // ---- what the local port says ---------------------------------------------------------------------------------

    /// <summary>LOGO from the F_Port controller: the login is to begin anew.</summary>
    public void OnLogo() => Handle(FabricEvent.RcvLogo);

    /// <summary>A page of an RSCN from the fabric controller.</summary>
    public void OnRscn(in RscnPage page)
    {
        if (State is FabricState.StateChange or FabricState.Online) _discovery.OnRscn(page);
    }

    /// <summary>PLOGI with a remote port is done.</summary>
    public void OnLoggedIn(RemotePort remote)
    {
        if (NameServer.IsLoggedIn) _discovery.LearnNames(remote);
    }

    /// <summary>Begins, or begins again, the login with a target.</summary>
    public void BeginLogin(RemotePort remote)
    {
        // An initiator comes by itself.
        if (HasAddress && !_local.IsLeaving && _local.IsInitiator) remote.Handle(LoginEvent.BeginPlogi);
    }

    // ---- states ---------------------------------------------------------------------------------------------------

    private void Handle(FabricEvent cause, FcId id = default, ReadOnlySpan<byte> reply = default)
    {
        (FabricState next, FabricAction action) = FabricStateMachine.On(State, cause);
        Enter(next);
        switch (action)
        {
            case FabricAction.SendLogin:
                SendLogin();
                break;
            case FabricAction.GoOnlineSendPlogi:
                GoOnline(id, reply);
                goto case FabricAction.SendPlogi;
            case FabricAction.SendPlogi:
                NameServer.LogIn(OnPlogiReply);
                break;
            case FabricAction.SendFirstStep:
                _step = 0;
                goto case FabricAction.SendStep;
            case FabricAction.SendNextStep:
                _step++;
                goto case FabricAction.SendStep;
            case FabricAction.SendStep:
                SendStep();
                break;
            case FabricAction.SendScr:
                ScrPayload scr = new() { Command = ElsCommand.Scr, Function = ScrFunction.Full };
                _local.Els.Send(FcId.FabricController, WireBytes.Of(scr), OnScrReply);
                break;
            case FabricAction.Discover:
                _discovery.Start();
                _fdmi.Start();
                break;
            case FabricAction.RetryLater:
                _retry.Set(FirstRetry * (1 << Math.Min(_failures - 1, 3)));
                break;
            case FabricAction.GoOffline:
                GoOffline();
                break;
            case FabricAction.GoOfflineSendLogin:
                GoOffline();
                goto case FabricAction.SendLogin;
            case FabricAction.SendLogo:
                LogoPayload logo = new() { Command = ElsCommand.Logo, NPortId = _local.Id, NPortName = _local.PortName };
                _local.Els.Send(FcId.FPortController, WireBytes.Of(logo), OnLogoReply);
                break;
        }
    }

    /// <summary>The only place that writes State.</summary>
    private void Enter(FabricState next)
    {
        if (next != State) _failures = 0;
        _retry.Cancel();
        State = next;
    }

    private void GoOnline(FcId id, ReadOnlySpan<byte> reply)
    {
        ElsPayload.TryRead(reply, out LoginPayload login); // checked before
        FabricName = login.NodeName;
        FPortName = login.PortName;
        bool nanoseconds = (login.Common.FPortFeatures & FPortFeatures.EDTovInNanoseconds) != 0;
        _local.TakeTimeouts(
            Usable(nanoseconds
                ? TimeSpan.FromTicks((uint)login.Common.EDTov / TimeSpan.NanosecondsPerTick)
                : TimeSpan.FromMilliseconds((uint)login.Common.EDTov)),
            Usable(TimeSpan.FromMilliseconds(login.Common.RATov)));
        _local.LimitPayload(login.Common.ReceiveDataFieldSize);
        _local.GoOnline(id);
        EndLoginProbe(FcLoginStatus.Success);

        static TimeSpan? Usable(TimeSpan tov) => tov >= ShortestTov && tov <= LongestTov ? tov : null;
    }

    private void GoOffline()
    {
        EndLoginProbe(FcLoginStatus.LinkLost);
        _discovery.Stop();
        _fdmi.Stop();
        NameServer.End();
        _link.OnOffline();
        _local.GoOffline();
        FabricName = Wwn.None;
        FPortName = Wwn.None;
    }

    // ---- FLOGI and FDISC ------------------------------------------------------------------------------------------

    private void SendLogin()
    {
        _loginProbe = true;
        if (_local.Probes.IsEnabled(FcProbe.FabricLoginStart)) _local.Probes.FabricLoginStart(_local.Connection, _local.ProbeInfo);
        LoginPayload login = _local.Login(_link.LoginCommand);
        login.Common.FlogiFeatures |= FlogiFeatures.MultipleNPortId;
        _local.Els.Send(FcId.FPortController, WireBytes.Of(login), OnLoginReply);
    }

    private void OnLoginReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        FcId id = header.DId;
        bool accepted = outcome == ElsOutcome.Accepted && ElsPayload.TryRead(reply, out LoginPayload login)
            && (login.Common.FPortFeatures & FPortFeatures.FPort) != 0 && login.Common.HasValidReceiveDataFieldSize // else an N_Port
            && id != FcId.None && !id.IsWellKnown && _link.OnLoginAccepted(id);
        if (accepted)
        {
            Handle(FabricEvent.LoginAccepted, id, reply);
            return;
        }
        EndLoginProbe(StatusOf(outcome, reply));
        Fail(FabricEvent.LoginFailed);
        if (State == FabricState.Login) _link.OnLoginFailed(_failures);
    }

    private void OnLogoReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply) => Handle(FabricEvent.LogoOver);

    // ---- name server and fabric controller ------------------------------------------------------------------------

    private void OnPlogiReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        if (outcome == ElsOutcome.Accepted) Handle(FabricEvent.PlogiAccepted);
        else Fail(FabricEvent.PlogiFailed);
    }

    private void SendStep()
    {
        Span<byte> iu = stackalloc byte[NameServerRegistration.MaxLength];
        ReadOnlySpan<NameServerCommand> steps = NameServerRegistration.Steps;
        while (_step < steps.Length)
        {
            int length = NameServerRegistration.Write(iu, steps[_step], _local);
            if (length > 0)
            {
                _local.Els.SendCt(FcId.DirectoryServer, iu[..length], OnStepReply);
                return;
            }
            _step++; // nothing to tell
        }
        Handle(FabricEvent.StepsDone);
    }

    private void OnStepReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        if (IsTransient(outcome, reply))
        {
            Fail(FabricEvent.StepFailed);
            return;
        }
        if (outcome == ElsOutcome.Rejected) _local.Counters.RegistrationsRefused++;
        _failures = 0;
        Handle(FabricEvent.StepDone);
    }

    private void OnScrReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        if (outcome == ElsOutcome.Accepted) Handle(FabricEvent.ScrDone);
        else Fail(FabricEvent.ScrFailed);
    }

    private void Fail(FabricEvent cause)
    {
        _failures++;
        Handle(cause);
    }

    /// <summary>Whether a CT request that ended so may succeed when it is sent again.</summary>
    internal static bool IsTransient(ElsOutcome outcome, ReadOnlySpan<byte> reply) => outcome switch
    {
        ElsOutcome.TimedOut => true,
        ElsOutcome.Rejected => CtIu.TryRead(reply, out CtPreamble preamble, out _) && preamble.Reason == CtRejectReason.LogicalBusy,
        _ => false,
    };

    // ---- probes ---------------------------------------------------------------------------------------------------

    internal static int StatusOf(ElsOutcome outcome, ReadOnlySpan<byte> reply) => outcome switch
    {
        ElsOutcome.Rejected when ElsPayload.TryRead(reply, out LsRjtPayload reject) =>
            FcLoginStatus.LsRjt((byte)reject.Reason, (byte)reject.Explanation),
        ElsOutcome.TimedOut => FcLoginStatus.TimedOut,
        _ => FcLoginStatus.ProtocolError,
    };

    private void EndLoginProbe(int status)
    {
        if (!_loginProbe) return;
        _loginProbe = false;
        if (_local.Probes.IsEnabled(FcProbe.FabricLoginEnd)) _local.Probes.FabricLoginEnd(_local.Connection, _local.ProbeInfo, status);
    }
}
