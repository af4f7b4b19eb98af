// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;

namespace FcTarget.Port;

// POINT-TO-POINT LINK - theory of operation
//   Job      Two N_Ports and no FIP: each sends FLOGI to the F_Port Controller in FCoE frames; who finds that the other is an N_Port
//            knows both names. The higher name sends PLOGI and so assigns the addresses (FC-LS, point-to-point); we take 010101h
//            for the lower and 010102h for the higher name.
//   MAC      FLOGI goes to 0E-FC-00-FF-FF-FE, where FCoE before FIP had it. The peer is reached at the address it sends from.
//   Owner    The port loop.
//   Always   One peer: another one's FLOGI takes the place of the first.
//   Proof    PointToPointConversationTests

/// <summary>The point-to-point topology.</summary>
internal sealed class PointToPointLink : IENodeLink
{
    private static readonly FcId Lower = new(0x010101u);
    private static readonly FcId Higher = new(0x010102u);
    private static readonly MacAddress FPortMac = MacAddress.Fpma(MacAddress.DefaultFcMap, FcId.FPortController);

    private readonly LocalPort _local;
    private readonly MacAddress _enode;
    private readonly LoopTimer _flogi;
    private MacAddress _peerMac = FPortMac;
    private bool _up;
    private bool _loginProbe;

    public PointToPointLink(LocalPort local)
    {
        _local = local;
        _enode = local.Loop.Wire.Mac;
        _flogi = new LoopTimer(local.Loop.Timers, SendFlogi);
    }

    private MacAddress OurMac => _local.Id == FcId.None ? _enode : MacAddress.Fpma(MacAddress.DefaultFcMap, _local.Id);

    public void OnLink(bool up)
    {
        _up = up;
        if (up)
        {
            _flogi.Set(TimeSpan.Zero);
            return;
        }
        _flogi.Cancel();
        EndLoginProbe(FcLoginStatus.LinkLost);
        _peerMac = FPortMac;
        _local.GoOffline();
    }

    public void OnFip(in EthernetFrame frame, in FipMessage message) => _local.Counters.FipUnknown++;

    public bool IsForUs(in EthernetFrame ethernet, FcId destination)
    {
        MacAddress to = ethernet.Destination;
        bool mac = to == _enode || to == OurMac || to == FPortMac || to == FipAddresses.AllFcf
            || (_local.Id != FcId.None && to == MacAddress.Fpma(MacAddress.DefaultFcMap, destination));
        // The higher name may assign us another address with its PLOGI, and answers to FLOGI carry the address they assign.
        return _up && mac && (destination == _local.Id || destination == FcId.FPortController || destination == Lower || destination == Higher
            || destination == FcId.None);
    }

    public void OnFrame(in EthernetFrame ethernet, in FcoeFrame fcoe, in FcFrame frame)
    {
        LearnPeer(ethernet.Source);
        _local.OnFrame(frame, fcoe.Sof.InitiatesSequence(), ethernet.Source, fip: null);
    }

    public LinkAddress AddressOf(FcId peer) => new(peer == FcId.FPortController ? FPortMac : _peerMac, OurMac, _local.Options.Vlan);

    public bool TryCarry(FcHeader header, ReadOnlySpan<byte> payload, FipDescriptorType? answers, MacAddress answerTo) => false;

    public void Leave()
    {
        // The LOGO that ended the session was all there is to say.
    }

    public void BeginLogin(RemotePort remote)
    {
        if (!_up || _local.IsLeaving) return;
        // With the lower name we cannot send PLOGI, and the peer has no reason to: FLOGI tells it that we begin anew.
        if (remote.PortName.Value < _local.PortName.Value) remote.Handle(LoginEvent.BeginPlogi);
        else SendFlogi();
    }

    private void SendFlogi()
    {
        if (_local.HasSessions || _local.IsLeaving) return;
        _flogi.Set(_local.ElsTimeout);
        if (!_loginProbe)
        {
            _loginProbe = true;
            if (_local.Probes.IsEnabled(FcProbe.FabricLoginStart)) _local.Probes.FabricLoginStart(_local.Connection, _local.ProbeInfo);
        }
        LoginPayload flogi = _local.Login(ElsCommand.Flogi);
        _local.Els.Cancel(FcId.FPortController);
        _local.Els.Send(FcId.FPortController, WireBytes.Of(flogi), OnFlogiReply);
    }

    private void OnFlogiReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        if (outcome != ElsOutcome.Accepted || !ElsPayload.TryRead(reply, out LoginPayload peer)) return; // the timer sends it anew
        if ((peer.Common.NPortFeatures & NPortFeatures.FPort) != 0)
        {
            _local.Counters.FrameUnexpected++; // a fabric: that is topology "fabric"
            return;
        }
        Meet(peer, ourId: header.DId);
    }

    public void OnFlogi(in ElsRequest request)
    {
        if (!ElsPayload.TryRead(request.Payload, out LoginPayload peer))
        {
            _local.Reject(request, ElsReject.InvalidPayloadLength);
            return;
        }
        if (peer.PortName == _local.PortName || peer.PortName.IsNone)
        {
            _local.Reject(request, ElsReject.InvalidPortName);
            return;
        }
        _peerMac = request.SourceMac;
        // The peer begins anew: whatever was, is over.
        foreach (RemotePort remote in _local.RemotePorts.ToList()) remote.Handle(LoginEvent.Gone);
        bool weAreHigher = peer.PortName.Value < _local.PortName.Value;
        FcId ours = weAreHigher ? Higher : Lower, theirs = weAreHigher ? Lower : Higher;
        LoginPayload accept = _local.Login(ElsCommand.LsAcc, toFlogi: true);
        _local.SendEls(new FcHeader
        {
            RCtl = RCtl.ElsReply,
            DId = theirs,
            SId = ours,
            Type = FcType.Els,
            FCtl = FCtlValues.ElsReply,
            OxId = request.Header.OxId,
            RxId = request.Header.RxId,
        }, WireBytes.Of(accept), answers: null, default);
        Meet(peer, ours);
    }

    /// <summary>Both names are known: both addresses are.</summary>
    private void Meet(in LoginPayload peer, FcId ourId)
    {
        _flogi.Cancel();
        _local.Els.Cancel(FcId.FPortController);
        bool weAreHigher = peer.PortName.Value < _local.PortName.Value;
        if (ourId != Lower && ourId != Higher) ourId = weAreHigher ? Higher : Lower;
        if (_local.Id != ourId)
        {
            if (_local.Id != FcId.None) _local.GoOffline();
            _local.GoOnline(ourId);
        }
        EndLoginProbe(FcLoginStatus.Success);
        FcId theirId = ourId == Higher ? Lower : Higher;
        if (_local.IsLeaving || _local.Meet(theirId, peer.PortName, peer.NodeName) is not { } remote) return;
        remote.Link = AddressOf(remote.Id);
        remote.Handle(weAreHigher ? LoginEvent.BeginPlogi : LoginEvent.BeginWait);
    }

    /// <summary>The peer's frames come from here now: it uses the MAC address of its N_Port_ID once it has one.</summary>
    private void LearnPeer(MacAddress source)
    {
        if (source == _peerMac || source.IsGroup) return;
        _peerMac = source;
        foreach (RemotePort remote in _local.RemotePorts) remote.Link = AddressOf(remote.Id);
    }

    private void EndLoginProbe(int status)
    {
        if (!_loginProbe) return;
        _loginProbe = false;
        if (_local.Probes.IsEnabled(FcProbe.FabricLoginEnd)) _local.Probes.FabricLoginEnd(_local.Connection, _local.ProbeInfo, status);
    }
}
