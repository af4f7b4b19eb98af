// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Framing;

namespace FcTarget.Port;

// FABRIC TOPOLOGY - theory of operation
//   Job      An ENode on somebody else's fabric (FC-BB-6): finds the VLAN and the FCFs, chooses one, logs our VN_Ports in through it (the
//            first with FLOGI, the others with FDISC), keeps the virtual links alive and notices when the FCF has gone.
//   Owner    The port loop. One a wire.
//   States   ENodeStateMachine decides; Handle is the only writer of State. What a VN_Port does with the fabric is its FabricSession's.
//   Files    FabricTopology.cs: states, timers, who takes a frame.  FabricTopology.Fip.cs: FIP frames.  FabricLink.cs: a VN_Port.
//            KnownFcf.cs: an FCF.
//   Always   An FCF is logged in with only after an advertisement as long as our largest FCoE PDU. FCoE frames are taken from the FCF's MAC
//            address, in the VLAN, to the VN_Port's MAC address that its D_ID was granted with; others are counted.
//   Proof    StateMachineDocumentTests, FabricTopologyTests

/// <summary>The topology of <see cref="Topology.Fabric"/>.</summary>
internal sealed partial class FabricTopology : ITopology
{
    /// <summary>How long answers to a VLAN request, or to a first solicitation, are waited for.</summary>
    internal static readonly TimeSpan AnswerWait = TimeSpan.FromMilliseconds(500);

    /// <summary>VLAN requests, and solicitations in one VLAN, before something else is tried.</summary>
    internal const int Attempts = 3;

    private const int MaxFcfs = 64, MaxVlans = 64;

    /// <summary>Priority of FCoE in a VLAN tag (IEEE 802.1Qbb, as everybody configures it).</summary>
    private const byte FcoePriority = 3;

    private readonly FcPort _port;
    private readonly MacAddress _enode;
    private readonly VlanTag? _given;
    private readonly List<FabricLink> _links = [];
    private readonly List<KnownFcf> _fcfs = [];
    private readonly List<VlanTag?> _vlans = [];
    private readonly Dictionary<uint, FabricLink> _byId = [];
    private readonly Dictionary<ushort, FabricLink> _requests = []; // FLOGI, FDISC and LOGO by OX_ID: LS_RJT carries no address
    private readonly LoopTimer _discovery;
    private readonly LoopTimer _keepAlive;
    private readonly LoopTimer _ageing;
    private KnownFcf? _fcf;
    private FabricLink? _last;
    private int _attempts;
    private int _vlan;

    public FabricTopology(FcPort port, PortOptions options)
    {
        _port = port;
        _enode = port.Loop.Wire.Mac;
        _given = options.Vlan;
        _discovery = new LoopTimer(port.Loop.Timers, OnDiscoveryTimer);
        _keepAlive = new LoopTimer(port.Loop.Timers, KeepAlive);
        _ageing = new LoopTimer(port.Loop.Timers, Age);
    }

    public ENodeState State { get; private set; }

    /// <summary>The FCF we are logged in with or log in with; null when there is none.</summary>
    public KnownFcf? Fcf => _fcf;

    /// <summary>Its MAC address; None when there is none.</summary>
    public MacAddress FcfMac => _fcf?.Mac ?? MacAddress.None;

    /// <summary>The VLAN in use; null: untagged frames.</summary>
    public VlanTag? Tag { get; private set; }

    /// <summary>There are VN_Ports beside this one.</summary>
    public bool HasOthers(FabricLink link) => _links.Exists(other => other != link);

    private int Vid => Tag?.Vid ?? 0;

    private TimeSpan Now => _port.Loop.Timers.Now;

    // ---- ITopology ------------------------------------------------------------------------------------------------

    // VLAN notifications come untagged; what else does is counted by who takes it.
    public bool Serves(int vid) => vid == Vid || (vid == 0 && _given is null);

    public void OnLink(bool up) => Handle(!up ? ENodeEvent.LinkDown : _given is null ? ENodeEvent.LinkUp : ENodeEvent.LinkUpInVlan);

    public IVirtualLink Attach(LocalPort local)
    {
        FabricLink link = new(this, local, isFirst: _links.Count == 0);
        _links.Add(link);
        if (link.IsFirst ? _fcf is not null : _links[0].Session.HasAddress) link.Session.Begin();
        return link;
    }

    public void Detach(LocalPort local)
    {
        FabricLink link = (FabricLink)local.Link;
        link.Session.End();
        _links.Remove(link);
        foreach ((ushort oxId, FabricLink of) in _requests.ToList())
            if (of == link) _requests.Remove(oxId);
    }

    public void Leave() => Handle(ENodeEvent.LinkDown);

    public IFcoeReceiver? ReceiverOf(in EthernetFrame ethernet, in FcHeader header)
    {
        FabricLink? link = _last;
        if (link is null || link.Local.Id != header.DId)
        {
            if (!_byId.TryGetValue(header.DId.Value, out link)) return null;
            _last = link;
        }
        int vid = ethernet.HasVlan ? ethernet.Vlan!.Value.Vid : 0;
        if (ethernet.Destination == link.Mac && ethernet.Source == FcfMac && vid == Vid) return link;
        if (vid != Vid) _port.Counters.VlanWrong++;
        else if (ethernet.Destination == link.Mac) _port.Counters.FcfMacWrong++;
        else _port.Counters.VnPortMacWrong++;
        return null;
    }

    // ---- states ---------------------------------------------------------------------------------------------------

    private void Handle(ENodeEvent cause)
    {
        (State, ENodeAction action) = ENodeStateMachine.On(State, cause);
        switch (action)
        {
            case ENodeAction.RequestVlans:
                if (cause != ENodeEvent.Elapsed) BeginVlanDiscovery();
                _attempts++;
                SendVlanRequest();
                _discovery.Set(AnswerWait);
                break;
            case ENodeAction.Solicit:
                _attempts = 0;
                _vlan = 0;
                if (cause == ENodeEvent.LinkUpInVlan) Tag = _given;
                if (cause == ENodeEvent.VlansKnown) Tag = _vlans[0];
                goto case ENodeAction.SolicitAgain;
            case ENodeAction.SolicitAgain:
                if (_attempts == Attempts && _vlan + 1 < _vlans.Count)
                {
                    _attempts = 0;
                    UseVlan(_vlans[++_vlan]);
                }
                SendSolicitation(null);
                _discovery.Set(AnswerWait * (1 << Math.Min(_attempts, 4)));
                _attempts++;
                break;
            case ENodeAction.LogIn:
                _discovery.Cancel();
                _fcf = Best();
                if (_links.Count > 0) _links[0].Session.Begin(); // else our targets are offline
                break;
            case ENodeAction.EndLogins:
                _discovery.Cancel();
                _ageing.Cancel();
                _fcfs.Clear();
                EndLogins();
                break;
            case ENodeAction.EndLoginsSolicit:
                EndLogins();
                _attempts = 0;
                goto case ENodeAction.SolicitAgain;
        }
    }

    private void BeginVlanDiscovery()
    {
        _attempts = 0;
        _vlans.Clear();
        UseVlan(null);
    }

    private void UseVlan(VlanTag? tag)
    {
        Tag = tag;
        _fcfs.Clear();
        _ageing.Cancel();
    }

    /// <summary>The waiting for answers is over.</summary>
    private void OnDiscoveryTimer()
    {
        if (State == ENodeState.VlanDiscovery) Handle(_attempts < Attempts ? ENodeEvent.Elapsed : ENodeEvent.VlansUnknown);
        else if (Best() is not null) Handle(ENodeEvent.FcfFound);
        else if (_attempts < Attempts || _vlan + 1 < _vlans.Count || _given is not null) Handle(ENodeEvent.Elapsed);
        else Handle(ENodeEvent.Exhausted);
    }

    private KnownFcf? Best()
    {
        KnownFcf? best = null;
        foreach (KnownFcf fcf in _fcfs)
            if (fcf.IsUsable && (best is null || fcf.GoesBefore(best))) best = fcf;
        return best;
    }

    private void EndLogins()
    {
        _keepAlive.Cancel();
        foreach (FabricLink link in _links) link.Session.End();
        _requests.Clear();
        _fcf = null;
    }

    // ---- what the VN_Ports say ------------------------------------------------------------------------------------

    /// <summary>FC-BB-6: a fabric that provides MAC addresses makes them of FC-MAP and N_Port_ID; else it is the one we proposed.</summary>
    public bool IsGrantOf(FcId id, MacAddress mac) =>
        _fcf is { } fcf && mac == (fcf.WantsServerMac ? _enode : MacAddress.Fpma(fcf.FcMap, id));

    public void OnLoggedIn(FabricLink link, FcId id)
    {
        _byId[id.Value] = link;
        if (!link.IsFirst) return;
        _fcf!.Refusals = 0;
        if (!_fcf.KeepAlivesUnwanted) _keepAlive.Set(_fcf.FkaAdvPeriod);
        foreach (FabricLink other in _links)
            if (!other.IsFirst) other.Session.Begin();
    }

    public void OnLoggedOut(FabricLink link)
    {
        _byId.Remove(link.Local.Id.Value);
        if (_last == link) _last = null;
        if (!link.IsFirst) return;
        _keepAlive.Cancel();
        foreach (FabricLink other in _links)
            if (!other.IsFirst) other.Session.End(); // FDISC logins hang on the FLOGI
    }

    /// <summary>The FCF does not let the first VN_Port in. With another one to go to, that is tried.</summary>
    public void OnRefused()
    {
        if (_fcf is not { } fcf) return;
        fcf.Refusals++;
        if (Best() is { } best && best != fcf) Handle(ENodeEvent.FcfLost);
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    private void KeepAlive()
    {
        _keepAlive.Set(_fcf!.FkaAdvPeriod);
        SendKeepAlive(null);
    }

    /// <summary>FCFs that have been silent for too long are gone.</summary>
    private void Age()
    {
        bool lost = false;
        for (int i = _fcfs.Count - 1; i >= 0; i--)
        {
            if (_fcfs[i].Expires > Now) continue;
            lost |= _fcfs[i] == _fcf;
            _port.Counters.FcfsLost++;
            _fcfs.RemoveAt(i);
        }
        SetAgeing();
        if (lost) Handle(ENodeEvent.FcfLost);
    }

    private void SetAgeing()
    {
        TimeSpan next = TimeSpan.MaxValue;
        foreach (KnownFcf fcf in _fcfs)
            if (fcf.Expires < next) next = fcf.Expires;
        if (next == TimeSpan.MaxValue) _ageing.Cancel();
        else _ageing.Set(next - Now);
    }
}
