// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.Wire;

namespace FcTarget.TestKit;

// PORT RIG - theory of operation
//   Job      A target port and its scripted peers on one memory segment, in virtual time, on the test's thread.
//   LUNs     0: a memory disk of 512-byte blocks.  1: a HeldUnit.
//   Time     Moves in Advance only, from one timer of the port to the next, so that every timer runs at its own instant. Peers
//            that keep beaconing do so by themselves.
//   Always   Dispose pulls the cable and fails the test when the port faulted, a probe's start has no end, or an exchange is open.

/// <summary>A target port, its disk, and the peers a test talks through.</summary>
public sealed class PortRig : IDisposable, IPortObserver
{
    /// <summary>MAC address of the port under test. Its names and, in VN2VN, its N_Port_ID 000010 follow from it.</summary>
    public static readonly MacAddress PortMac = new(0x02_00_00_00_00_10ul);

    public static readonly FcId PortId = new(0x000010u);

    private static readonly TimeSpan Beacon = TimeSpan.FromSeconds(8);

    private readonly List<RawPeer> _peers = [];
    private readonly List<Exception> _faults = [];
    private readonly MemoryStore _store;
    private readonly Simulation _simulation;
    private readonly bool _comstarExact;

    /// <param name="options">Of the port; names and probes are set here when it leaves them open.</param>
    /// <param name="mtu">Of every wire.</param>
    /// <param name="blocks">Size of the disk in blocks of 512 bytes.</param>
    /// <param name="segment">Ring sizes.</param>
    /// <param name="comstarExact">Of the provider: starts without ends are right then.</param>
    public PortRig(PortOptions? options = null, int mtu = 2500, long blocks = 16384, MemorySegmentOptions? segment = null, bool comstarExact = false)
    {
        _simulation = new Simulation(segment);
        Wire = Segment.Attach("port", PortMac, mtu);
        _comstarExact = comstarExact;
        FcProvider provider = new(comstarExact);
        provider.Attach(Probes);
        Provider = provider;
        Port = new FcPort(Wire, options ?? new PortOptions(), Clock, provider, this);
        _store = new MemoryStore(blocks * 512);
        Disk = new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("disk", 1, "disk") }, _store);
        Router.Luns.Add(0, Disk);
        Router.Luns.Add(1, Held);
        Port.AddTarget(Router);
        _simulation.Add(Port.Loop);
        _simulation.Every(Beacon, () =>
        {
            foreach (RawPeer peer in _peers)
                if (peer.KeepsBeaconing) peer.SendsVn2Vn(FipVn2VnSubcode.Beacon);
        });
    }

    public SimulatedClock Clock => _simulation.Clock;

    public MemorySegment Segment => _simulation.Segment;

    public MemoryWire Wire { get; }

    public FcPort Port { get; }

    public FcProvider Provider { get; }

    public RecordingSink Probes { get; } = new();

    public TaskRouter Router { get; } = new();

    public BlockDevice Disk { get; }

    public HeldUnit Held { get; } = new();

    /// <summary>The first peer.</summary>
    public RawPeer Peer => _peers[0];

    /// <summary>FCP exchanges that are open.</summary>
    public int OpenExchanges => Port.Local.OpenExchanges;

    /// <summary>The login with a peer, as the port sees it.</summary>
    public LoginState? StateOf(RawPeer peer) => Port.Local.Find(peer.Id)?.State;

    /// <summary>Every change of a login, as "old - cause - new".</summary>
    public List<string> Logins { get; } = [];

    /// <summary>The N_Port_IDs the port had, in order; 000000 when it lost one.</summary>
    public List<FcId> Addresses { get; } = [];

    // ---- ready-made beginnings ------------------------------------------------------------------------------------

    /// <summary>The port has its N_Port_ID; one peer that nobody knows yet.</summary>
    public static PortRig Online(bool peerHasHigherName = false, PortOptions? options = null, int mtu = 2500, bool comstarExact = false)
    {
        PortRig rig = new(options, mtu, comstarExact: comstarExact);
        rig.AddPeer(peerHasHigherName);
        rig.ComesOnline();
        return rig;
    }

    /// <summary>As <see cref="Online"/>, and PLOGI is done.</summary>
    public static PortRig LoggedIn(bool peerHasHigherName = false, PortOptions? options = null)
    {
        PortRig rig = Online(peerHasHigherName, options);
        rig.Peer.LogsIn();
        return rig;
    }

    /// <summary>
    /// As <see cref="LoggedIn"/>, PRLI is done, and the unit attentions of both LUNs are taken. Probes so far are forgotten.
    /// </summary>
    public static PortRig WithImagePair(bool peerHasHigherName = false, PortOptions? options = null, int mtu = 2500, bool comstarExact = false)
    {
        PortRig rig = Online(peerHasHigherName, options, mtu, comstarExact);
        rig.EstablishesImagePair(rig.Peer);
        rig.Probes.Clear();
        return rig;
    }

    /// <summary>A peer logs in, establishes its image pair and takes the unit attentions.</summary>
    public void EstablishesImagePair(RawPeer peer)
    {
        peer.EstablishesImagePair();
        TakesUnitAttentions(peer);
    }

    public static void TakesUnitAttentions(RawPeer peer)
    {
        for (int lun = 0; lun <= 1; lun++) peer.ExpectsRsp(peer.SendsCommand(Cdbs.TestUnitReady, lun: lun));
    }

    /// <summary>Adds a peer; its name is lower than the port's, or higher.</summary>
    public RawPeer AddPeer(bool higherName = false, int number = 1)
    {
        MacAddress mac = new(0x02_00_00_00_00_00ul | (uint)(higherName ? 0x20 + number : number));
        MemoryWire wire = Segment.Attach("peer", mac, Wire.Mtu);
        RawPeer peer = new(wire, _ => Pump(), Port.Local.Options.Topology == Topology.PointToPoint)
        {
            Target = PortId,
            TargetENode = PortMac,
            TargetPortName = Port.Local.PortName,
        };
        _peers.Add(peer);
        _simulation.Add(peer.Works);
        return peer;
    }

    /// <summary>VN2VN: lets the port probe and claim until it has its N_Port_ID.</summary>
    public void ComesOnline()
    {
        Advance(TimeSpan.FromSeconds(1.1));
        foreach (RawPeer peer in _peers) peer.Ignores();
        if (Port.Local.Id == FcId.None) throw new ConversationException("the port has no N_Port_ID");
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /// <summary>Runs the port and the peers' ears until nothing moves. Always true.</summary>
    public bool Pump() => _simulation.Pump();

    /// <summary>Lets time pass, stopping at every timer of the port.</summary>
    public void Advance(TimeSpan by) => _simulation.Advance(by);

    public void Advance(int milliseconds) => Advance(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Pulls the port's cable, or plugs it in.</summary>
    public void SetLink(bool up)
    {
        Wire.SetLink(up);
        Pump();
    }

    // ---- IPortObserver --------------------------------------------------------------------------------------------

    void IPortObserver.OnLink(bool up) { }

    void IPortObserver.OnAddress(FcId id) => Addresses.Add(id);

    void IPortObserver.OnLogin(RemotePort remote, LoginState from, LoginState to, LoginEvent cause) =>
        Logins.Add($"{from} - {cause} - {to}");

    void IPortObserver.OnFault(Exception fault) => _faults.Add(fault);

    // ---- the end --------------------------------------------------------------------------------------------------

    /// <summary>See the theory of operation: what must hold at the end of every conversation.</summary>
    public void Dispose()
    {
        SetLink(false);
        foreach (ScsiTask task in Held.Tasks.ToList()) Held.Completes(task);
        Pump();
        StringBuilder wrong = new();
        foreach (Exception fault in _faults) wrong.AppendLine($"the port faulted: {fault}");
        foreach (string probe in _comstarExact ? [] : Probes.Unpaired()) wrong.AppendLine(probe);
        if (OpenExchanges != 0) wrong.AppendLine($"{OpenExchanges} exchanges are open after the link went down");
        foreach (RawPeer peer in _peers) peer.Wire.Dispose();
        Wire.Dispose();
        _store.Dispose();
        if (wrong.Length > 0) throw new ConversationException(wrong.ToString());
    }
}
