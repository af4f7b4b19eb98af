// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Port;

namespace FcTarget.Fabric;

// FCF - theory of operation
//   Job      The FCoE forwarder's side of FIP (FC-BB-6): tells ENodes of VLANs and of itself, makes a virtual link of every FLOGI and FDISC
//            that the fabric accepts, watches the keep alives, clears virtual links. FC frames are SwitchTopology's.
//   Owner    The port loop.
//   States   FcfStateMachine: does it advertise.  VirtualLinkStateMachine: is there a virtual link. Nothing is kept of links that are gone.
//   Files    Fcf.cs: states, timers, what an operator may ask.  Fcf.Receive.cs: FIP frames to us.  Fcf.Login.cs: FLOGI, FDISC, LOGO.
//            Fcf.Send.cs: FIP frames of ours.
//   Always   A virtual link that is Up is in its ENode's list, the ENode in _enodes, and its port in the fabric; none of the three
//            outlives the others. The links of FDISCs go before that of the FLOGI.
//   Restart  Hosts do not notice that we were away for less than 2.5 FKA_ADV_PERIOD. A keep alive of one that we do not know is answered
//            with Clear Virtual Links, a frame with LOGO: it logs in again at once.
//   Missing  VE_Ports: a switch of one.
//   Proof    StateMachineDocumentTests, FcfDiscoveryTests, FcfLoginTests, FcfKeepAliveTests, FcfBadInputTests

/// <summary>The FCoE forwarder of a switch topology. All members on the port loop.</summary>
public sealed partial class Fcf
{
    /// <summary>How often a VN_Port keeps alive (FC-BB-6).</summary>
    internal static readonly TimeSpan VnPortKeepAlivePeriod = TimeSpan.FromSeconds(90);

    /// <summary>So many periods without a keep alive end a virtual link (FC-BB-6).</summary>
    internal const double PeriodsToLose = 2.5;

    /// <summary>PCP of tagged frames of ours: the priority that FCoE has where traffic classes are in use.</summary>
    private const byte FcoePcp = 3;

    private readonly Dictionary<(MacAddress Mac, int Vid), ENode> _enodes = [];
    private readonly Dictionary<(MacAddress VnPort, int Vid), ENode> _byVnPort = [];
    private readonly List<FipVxPortIdentificationDescriptor> _cleared = []; // what the next Clear Virtual Links names
    private readonly HashSet<(MacAddress Mac, int Vid)> _selecting = []; // have solicited, and not sent FLOGI yet
    private readonly List<ENode> _walk = []; // of Ageing and Clear, which change _enodes
    private readonly TimeSpan[] _strangerTold = new TimeSpan[256];
    private readonly FcPort _port;
    private readonly FrameTransmitter _transmitter;
    private readonly FcFabric _fabric;
    private readonly IFabricCarrier _carrier;
    private readonly FcfOptions _options;
    private readonly MacAddress _mac;
    private readonly LoopTimer _period;
    private readonly LoopTimer _ageing;
    private readonly int[] _vids;

    /// <param name="port">The port whose wire it is on.</param>
    /// <param name="fabric">Where ports log in.</param>
    /// <param name="carrier">How the fabric reaches ports on the wire.</param>
    /// <param name="options">What it tells.</param>
    /// <exception cref="ArgumentException">The options make no FCF.</exception>
    internal Fcf(FcPort port, FcFabric fabric, IFabricCarrier carrier, FcfOptions options)
    {
        options.Validate();
        _port = port;
        _transmitter = port.Transmitter;
        _fabric = fabric;
        _carrier = carrier;
        _options = options;
        _mac = port.Loop.Wire.Mac;
        _vids = options.Vlans.Count == 0 ? [0] : [.. options.Vlans.Distinct()];
        _period = new LoopTimer(port.Loop.Timers, () => Handle(FcfEvent.PeriodOver));
        _ageing = new LoopTimer(port.Loop.Timers, Age);
        Array.Fill(_strangerTold, TimeSpan.MinValue);
    }

    public FcfState State { get; private set; }

    public FcfCounters Counters { get; } = new();

    private TimeSpan Now => _port.Loop.Timers.Now;

    private bool IsUp => State is FcfState.Advertising or FcfState.Silent;

    /// <summary>What an operator sees.</summary>
    public FcfStatus Status => new(
        State, _mac, _fabric.Options.SwitchName, _fabric.FabricName, _options.FcMap, _options.Priority, _options.FkaAdvPeriod, _vids,
        _enodes.Count, _enodes.Values.Sum(static e => e.Links.Count));

    /// <summary>Every virtual link there is now.</summary>
    public IReadOnlyList<VirtualLinkStatus> VirtualLinks() =>
    [
        .. _enodes.Values.SelectMany(static e => e.Links, static (e, link) => new VirtualLinkStatus(
            e.Mac, link.Mac, e.Vid, link.Port.Id, link.Port.PortName, link.Port.NodeName, link != e.Links[0], e.SpeaksFip, link.Port.LoggedInAt)),
    ];

    /// <summary>Ends the advertisements, and the answers to solicitations: ENodes lose the FCF within 2.5 FKA_ADV_PERIOD.</summary>
    public void SuspendAdvertisements() => Handle(FcfEvent.Suspend);

    /// <summary>Begins them again.</summary>
    public void ResumeAdvertisements() => Handle(FcfEvent.Resume);

    /// <summary>Clears the virtual link of a VN_Port, so that it logs in again. False when there is none.</summary>
    public bool Clear(FcId id)
    {
        if (LinkOf(id) is not { } link) return false;
        Clear(link, VirtualLinkEvent.Clear);
        return true;
    }

    /// <summary>Clears every virtual link.</summary>
    public void ClearAll()
    {
        foreach (ENode enode in _enodes.Values.ToList()) Clear(enode.Links[0], VirtualLinkEvent.Clear);
    }

    /// <summary>Whether FCoE is carried in this VLAN; 0: untagged.</summary>
    internal bool Serves(int vid) => _vids.AsSpan().Contains(vid);

    internal void OnLink(bool up) => Handle(up ? FcfEvent.LinkUp : FcfEvent.LinkDown);

    internal void Leave() => Handle(FcfEvent.Leave);

    internal static int VidOf(in EthernetFrame frame) => frame.HasVlan ? frame.Vlan!.Value.Vid : 0;

    private static VlanTag? TagOf(int vid) => vid == 0 ? null : new VlanTag((ushort)vid, FcoePcp);

    private VirtualLink? LinkOf(FcId id) => _fabric.Find(id)?.Attachment as VirtualLink;

    // ---- states ---------------------------------------------------------------------------------------------------

    private void Handle(FcfEvent cause, in Solicitation asker = default)
    {
        (State, FcfAction action) = FcfStateMachine.On(State, cause);
        switch (action)
        {
            case FcfAction.Advertise:
                foreach (int vid in _vids) SendAdvertisement(FipAddresses.AllENode, TagOf(vid), FipFlags.None, padTo: 0);
                _period.Set(_options.FkaAdvPeriod);
                _ageing.SetIfIdle(_options.FkaAdvPeriod / 4);
                break;
            case FcfAction.AnswerSolicitation:
                SendAdvertisement(asker.ENode, asker.Tag, FipFlags.Solicited, asker.MaxFcoeSize);
                break;
            case FcfAction.StopAdvertising:
                _period.Cancel();
                break;
            case FcfAction.EndAll:
                _period.Cancel();
                _ageing.Cancel();
                ForEachLink(VirtualLinkEvent.Lost);
                break;
            case FcfAction.ClearAll:
                _period.Cancel();
                _ageing.Cancel();
                ClearAll();
                break;
        }
    }

    /// <summary>The next state of a virtual link; null: of one that is gone, and so of somebody we do not know.</summary>
    private void Handle(VirtualLink? link, VirtualLinkEvent cause, in Stranger stranger = default)
    {
        (VirtualLinkState next, VirtualLinkAction action) = VirtualLinkStateMachine.On(link?.State ?? VirtualLinkState.Gone, cause);
        if (link is not null) link.State = next;
        switch (action)
        {
            case VirtualLinkAction.Establish:
                link!.ENode.Links.Add(link);
                _enodes[(link.ENode.Mac, link.ENode.Vid)] = link.ENode;
                _byVnPort[(link.Mac, link.ENode.Vid)] = link.ENode;
                goto case VirtualLinkAction.Refresh;
            case VirtualLinkAction.Refresh:
                link!.LastKeepAlive = Now;
                break;
            case VirtualLinkAction.End:
                End(link!);
                break;
            case VirtualLinkAction.EndAndClear:
                if (link!.ENode.SpeaksFip) _cleared.Add(link.Identification);
                else SendLogo(link.Mac, link.ENode.Tag, link.Port.Id, link.Port.PortName);
                End(link);
                break;
            case VirtualLinkAction.SendClear when MayTell(stranger.Mac):
                if (stranger.VnPort is { } named) _cleared.Add(named);
                SendClearVirtualLinks(stranger.Mac, stranger.Tag);
                break;
            case VirtualLinkAction.SendLogo when MayTell(stranger.Mac):
                SendLogo(stranger.Mac, stranger.Tag, stranger.Id, Wwn.None);
                break;
        }
    }

    private void End(VirtualLink link)
    {
        ENode enode = link.ENode;
        if (enode.Links[0] == link)
            while (enode.Links.Count > 1) Handle(enode.Links[^1], VirtualLinkEvent.Lost);
        enode.Links.Remove(link);
        if (!enode.Links.Exists(other => other.Mac == link.Mac)) _byVnPort.Remove((link.Mac, enode.Vid));
        if (enode.Links.Count == 0) _enodes.Remove((enode.Mac, enode.Vid));
        _fabric.Logout(link.Port);
    }

    private void ForEachLink(VirtualLinkEvent cause)
    {
        foreach (ENode enode in _enodes.Values.ToList()) ForEachLink(enode, cause);
    }

    private void ForEachLink(ENode enode, VirtualLinkEvent cause)
    {
        for (int i = enode.Links.Count; i-- > 0;) Handle(enode.Links[i], cause);
    }

    /// <summary>
    /// Ends a virtual link and tells its ENode. With the FLOGI's go those of its FDISCs; one Clear Virtual Links names them all, the FLOGI's
    /// first (FC-BB-6).
    /// </summary>
    private void Clear(VirtualLink link, VirtualLinkEvent cause)
    {
        ENode enode = link.ENode;
        if (enode.Links[0] == link) ForEachLink(enode, cause);
        else Handle(link, cause);
        _cleared.Reverse();
        if (_cleared.Count > 0) SendClearVirtualLinks(enode.Mac, enode.Tag);
    }

    // ---- keep alives ----------------------------------------------------------------------------------------------

    private void Age()
    {
        if (!IsUp) return;
        _ageing.Set(_options.FkaAdvPeriod / 4);
        if (_options.KeepAlivesUnwanted) return;
        _walk.AddRange(_enodes.Values);
        foreach (ENode enode in _walk)
        {
            if (!enode.SpeaksFip) continue;
            if (Now - enode.LastKeepAlive >= _options.FkaAdvPeriod * PeriodsToLose)
            {
                Counters.ENodesLost++;
                Clear(enode.Links[0], VirtualLinkEvent.Silence);
                continue;
            }
            for (int i = enode.Links.Count; i-- > 0;)
            {
                // The FLOGI's link takes the others with it.
                if (i >= enode.Links.Count || Now - enode.Links[i].LastKeepAlive < VnPortKeepAlivePeriod * PeriodsToLose) continue;
                Counters.VnPortsLost++;
                Clear(enode.Links[i], VirtualLinkEvent.Silence);
            }
        }
        _walk.Clear();
    }

    /// <summary>Strangers are told once a second: they may send frames at line rate.</summary>
    private bool MayTell(MacAddress stranger)
    {
        ref TimeSpan told = ref _strangerTold[stranger.Value % (uint)_strangerTold.Length];
        if (told != TimeSpan.MinValue && Now - told < TimeSpan.FromSeconds(1)) return false;
        told = Now;
        return true;
    }

    /// <summary>An ENode that asks who is there.</summary>
    private readonly record struct Solicitation(MacAddress ENode, VlanTag? Tag, int MaxFcoeSize);

    /// <summary>Somebody who believes to be logged in.</summary>
    private readonly record struct Stranger(MacAddress Mac, VlanTag? Tag, FipVxPortIdentificationDescriptor? VnPort, FcId Id);
}
