// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;

namespace FcTarget.Port;

// VN2VN LINK - theory of operation
//   Job      FC-BB-6 VN2VN mode: find a free N_Port_ID (probe, claim), tell others it is ours (beacon), know the neighbours, and
//            log in with those that have something for us. FLOGI and LOGO travel in FIP frames between ENode MAC addresses,
//            everything else in FCoE frames between the VN_Port MAC addresses 0E-FD-00 + N_Port_ID.
//   Owner    The port loop.
//   States   Vn2VnStateMachine decides about the address; Neighbor entries age by BEACON_PERIOD.
//   Files    Vn2VnLink.cs: states and timers.  Vn2VnLink.Fip.cs: the frames.
//   Always   A neighbour silent for 2.5 beacon periods is gone, and so is the login with it.
//   Proof    StateMachineDocumentTests, Vn2VnConversationTests, the lab tests

/// <summary>The VN2VN topology (FC-BB-6).</summary>
internal sealed partial class Vn2VnLink : IENodeLink
{
    /// <summary>PROBE_WAIT: between two probes, and the most a start is delayed.</summary>
    internal static readonly TimeSpan ProbeWait = TimeSpan.FromMilliseconds(100);

    /// <summary>ANNOUNCE_WAIT: after the last probe, and after the claim.</summary>
    internal static readonly TimeSpan AnnounceWait = TimeSpan.FromMilliseconds(400);

    /// <summary>BEACON_PERIOD; a random part of <see cref="BeaconFuzz"/> comes on top.</summary>
    internal static readonly TimeSpan BeaconPeriod = TimeSpan.FromSeconds(8);

    internal static readonly TimeSpan BeaconFuzz = TimeSpan.FromMilliseconds(100);

    /// <summary>A neighbour that was silent for so long is gone.</summary>
    internal static readonly TimeSpan NeighborTimeout = BeaconPeriod * 2.5;

    /// <summary>After so many conflicts in a row a port tries only every <see cref="RateLimit"/>.</summary>
    private const int ConflictLimit = 10;

    private static readonly TimeSpan RateLimit = TimeSpan.FromSeconds(10);

    private readonly LocalPort _local;
    private readonly MacAddress _enode;
    private readonly Random _random;
    private readonly LoopTimer _timer;
    private readonly LoopTimer _ageing;
    private readonly Dictionary<uint, Neighbor> _neighbors = [];
    private readonly Dictionary<uint, Wwn> _heard = []; // beacons of ports we have not met yet
    private FcId _id;         // wanted, or ours
    private FcId _recorded;   // the last that was ours (FC-BB-6: a recorded N_Port_ID takes precedence)
    private int _conflicts;
    private TimeSpan _lastClaim = TimeSpan.MinValue;
    private bool _loginProbe;

    public Vn2VnLink(LocalPort local)
    {
        _local = local;
        _enode = local.Loop.Wire.Mac;
        _random = new Random(local.Options.Seed);
        _timer = new LoopTimer(local.Loop.Timers, () => Handle(Vn2VnEvent.Elapsed));
        _ageing = new LoopTimer(local.Loop.Timers, Age);
        _id = PreferredId();
    }

    public Vn2VnState State { get; private set; }

    /// <summary>VN_Ports heard of and not silent since.</summary>
    public int NeighborCount => _neighbors.Count;

    private TimeSpan Now => _local.Loop.Timers.Now;

    private MacAddress VnPortMac => MacAddress.Fpma(MacAddress.Vn2VnFcMap, _id);

    public void OnLink(bool up)
    {
        Handle(up ? Vn2VnEvent.LinkUp : Vn2VnEvent.LinkDown);
        if (up)
        {
            _ageing.Set(BeaconPeriod / 4);
            return;
        }
        _ageing.Cancel();
        _timer.Cancel();
        _neighbors.Clear();
        _heard.Clear();
        EndLoginProbe(FcLoginStatus.LinkLost);
        _local.GoOffline();
    }

    // FCoE to a VN_Port goes to its VN_Port MAC address and nowhere else.
    public bool IsForUs(in EthernetFrame ethernet, FcId destination) =>
        State == Vn2VnState.Up && destination == _id && ethernet.Destination == VnPortMac;

    // The VN_Port MAC address follows from the N_Port_ID (FC-BB-6): with another one a port would speak in the name of its neighbour.
    public void OnFrame(in EthernetFrame ethernet, in FcoeFrame fcoe, in FcFrame frame)
    {
        if (IsFrom(frame.Header.SId, ethernet)) _local.OnFrame(frame, fcoe.Sof.InitiatesSequence(), ethernet.Source, fip: null);
    }

    public LinkReject? RejectionOf(in EthernetFrame ethernet, in FcHeader header) =>
        IsFrom(header.SId, ethernet) ? LinkReject.ByNPort : null;

    private bool IsFrom(FcId source, in EthernetFrame ethernet)
    {
        if (ethernet.Source == MacAddress.Fpma(MacAddress.Vn2VnFcMap, source)) return true;
        _local.Counters.SourceMacWrong++;
        return false;
    }

    public LinkAddress AddressOf(FcId peer) => new(MacAddress.Fpma(MacAddress.Vn2VnFcMap, peer), VnPortMac, _local.Options.Vlan);

    public Wwn NameOf(FcId peer) => _neighbors.TryGetValue(peer.Value, out Neighbor? neighbor) ? neighbor.PortName : Wwn.None;

    public void Leave()
    {
        // FC-BB-6 knows no goodbye in VN2VN: the beacons end.
    }

    public void BeginLogin(RemotePort remote)
    {
        if (!_local.IsLeaving && State == Vn2VnState.Up && _neighbors.ContainsKey(remote.Id.Value)) remote.Handle(LoginEvent.BeginFlogi);
    }

    public void OnFlogi(in ElsRequest request)
    {
        if (!ElsPayload.TryRead(request.Payload, out LoginPayload flogi))
        {
            _local.Reject(request, ElsReject.InvalidPayloadLength);
        }
        else if (!_neighbors.TryGetValue(request.Header.SId.Value, out Neighbor? neighbor) || neighbor.PortName != flogi.PortName)
        {
            _local.Reject(request, ElsReject.NotInNeighborSet);
        }
        else if (_local.Meet(request.Header.SId, flogi.PortName, flogi.NodeName) is not { } remote)
        {
            _local.Reject(request, ElsReject.InsufficientResources);
        }
        else
        {
            remote.Link = AddressOf(remote.Id);
            remote.Handle(flogi.PortName.Value < _local.PortName.Value ? LoginEvent.RcvFlogiFromLower : LoginEvent.RcvFlogiFromHigher, request);
        }
    }

    // ---- states ---------------------------------------------------------------------------------------------------

    private void Handle(Vn2VnEvent cause)
    {
        (State, Vn2VnAction action) = Vn2VnStateMachine.On(State, cause);
        switch (action)
        {
            case Vn2VnAction.WaitToProbe:
                _conflicts = 0;
                StartLoginProbe();
                _timer.Set(Part(ProbeWait));
                break;
            case Vn2VnAction.SendProbe:
                Send(FipVn2VnSubcode.ProbeRequest, FipAddresses.AllVn2VnENode);
                _timer.Set(State == Vn2VnState.Probe1 ? ProbeWait : AnnounceWait);
                break;
            case Vn2VnAction.SendClaim:
                Claim();
                _timer.Set(AnnounceWait);
                break;
            case Vn2VnAction.GoOnline:
                GoOnline();
                break;
            case Vn2VnAction.SendBeacon:
                Beacon();
                break;
            case Vn2VnAction.SendProbeReply:
                Send(FipVn2VnSubcode.ProbeReply, _sender);
                break;
            case Vn2VnAction.ReassertClaim:
                Claim();
                break;
            case Vn2VnAction.GoOfflineAndRestart:
                _recorded = FcId.None;
                _local.GoOffline();
                StartLoginProbe();
                goto case Vn2VnAction.Restart;
            case Vn2VnAction.Restart:
                TakeAnotherId();
                _timer.Set(++_conflicts < ConflictLimit ? Part(ProbeWait) : RateLimit);
                break;
        }
    }

    private void GoOnline()
    {
        _conflicts = 0;
        _recorded = _id;
        _local.GoOnline(_id);
        EndLoginProbe(FcLoginStatus.Success);
        Beacon();
        foreach (Neighbor neighbor in _neighbors.Values.ToList()) LogIn(neighbor);
    }

    private void Beacon()
    {
        Send(FipVn2VnSubcode.Beacon, FipAddresses.AllVn2VnENode);
        _timer.Set(BeaconPeriod + Part(BeaconFuzz));
    }

    private void Claim()
    {
        _lastClaim = Now;
        Send(FipVn2VnSubcode.ClaimNotification, FipAddresses.AllVn2VnENode);
    }

    private TimeSpan Part(TimeSpan whole) => TimeSpan.FromMilliseconds(_random.Next((int)whole.TotalMilliseconds));

    /// <summary>The low bits of the N_Port_Name: the same port tries the same address first, wherever it is plugged in.</summary>
    private FcId PreferredId()
    {
        uint id = (uint)(_local.PortName.Value & 0xFFFF);
        return id is 0 or 0xFFFF ? new FcId((uint)_random.Next(1, 0xFFFF)) : new FcId(id);
    }

    private void TakeAnotherId()
    {
        FcId old = _id;
        do _id = new FcId((uint)_random.Next(1, 0xFFFF));
        while (_id == old || _neighbors.ContainsKey(_id.Value));
    }

    private void StartLoginProbe()
    {
        _loginProbe = true;
        if (_local.Probes.IsEnabled(FcProbe.FabricLoginStart)) _local.Probes.FabricLoginStart(_local.Connection, _local.ProbeInfo);
    }

    private void EndLoginProbe(int status)
    {
        if (!_loginProbe) return;
        _loginProbe = false;
        if (_local.Probes.IsEnabled(FcProbe.FabricLoginEnd)) _local.Probes.FabricLoginEnd(_local.Connection, _local.ProbeInfo, status);
    }

    // ---- neighbours -----------------------------------------------------------------------------------------------

    /// <summary>
    /// Begins the login with a neighbour that has sent a beacon. Before it has, it may have claimed its address but not use it yet:
    /// Linux then takes our PLOGI and loses its own PRLI.
    /// </summary>
    private void LogIn(Neighbor neighbor)
    {
        // Two targets have nothing for each other; a port that does not say what it is gets the benefit of the doubt.
        bool interesting = !neighbor.SaysItsFeatures || _local.PairsWith(neighbor.Parameters);
        if (!interesting || !neighbor.IsUp || _local.IsLeaving || State != Vn2VnState.Up) return;
        if (_local.Meet(neighbor.Id, neighbor.PortName, neighbor.NodeName) is not { } remote) return;
        remote.Link = AddressOf(remote.Id);
        if (remote.IsResting) remote.Handle(LoginEvent.BeginFlogi);
    }

    private void Age()
    {
        _ageing.Set(BeaconPeriod / 4);
        foreach (Neighbor neighbor in _neighbors.Values.ToList())
        {
            if (Now - neighbor.LastSeen < NeighborTimeout) continue;
            Remove(neighbor);
        }
    }

    private void Remove(Neighbor neighbor)
    {
        _neighbors.Remove(neighbor.Id.Value);
        _local.Find(neighbor.Id)?.Handle(LoginEvent.Gone);
    }

    /// <summary>A VN_Port on this Ethernet.</summary>
    private sealed class Neighbor
    {
        public FcId Id;
        public Wwn PortName;
        public Wwn NodeName;
        public MacAddress ENode;
        public int MaxFcoeSize;
        public bool SaysItsFeatures;
        public FcpServiceParameters Parameters;
        public TimeSpan LastSeen;

        /// <summary>It has sent a beacon since its last claim.</summary>
        public bool IsUp;
    }
}
