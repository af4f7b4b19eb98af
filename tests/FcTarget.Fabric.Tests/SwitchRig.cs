// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Fabric.Tests;

// SWITCH RIG - theory of operation
//   Job      An FCF with its fabric and a target behind it, and ENodes that a test speaks for, on one memory segment, in virtual time.
//   Time     Moves in Advance only, from one timer of the port to the next. Peers that keep alive do so by themselves.
//   Always   Dispose fails the test when the port faulted, a probe's start has no end, or an exchange is open.

/// <summary>A switch and the ENodes a test talks through.</summary>
internal sealed class SwitchRig : IDisposable, IPortObserver
{
    public static readonly MacAddress FcfMac = new(0x02_00_00_00_00_F0ul);

    private readonly List<RawPeer> _peers = [];
    private readonly List<Exception> _faults = [];
    private readonly MemoryStore _store = new(16384 * 512);
    private readonly Simulation _simulation;

    public SwitchRig(FcfOptions? fcf = null, FabricOptions? fabric = null, bool up = true, int mtu = 2500, MemorySegmentOptions? segment = null)
    {
        _simulation = new Simulation(segment);
        Wire = Segment.Attach("fcf", FcfMac, mtu);
        FcProvider provider = new();
        provider.Attach(Probes);
        SwitchTopology? made = null;
        Port = new FcPort(
            Wire, new PortOptions { Topology = Topology.Switch }, Clock, provider, this,
            port => made = new SwitchTopology(port, fabric ?? new FabricOptions { SwitchName = Wwn.None }, fcf ?? new FcfOptions()));
        Switch = made!;
        Router.Luns.Add(0, new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("disk", 1, "disk") }, _store));
        Port.AddTarget(Router);
        _simulation.Add(Port.Loop);
        _simulation.Every((fcf ?? new FcfOptions()).FkaAdvPeriod, KeepAlive);
        if (up) Pump();
    }

    public SimulatedClock Clock => _simulation.Clock;

    public MemorySegment Segment => _simulation.Segment;

    public MemoryWire Wire { get; }

    public FcPort Port { get; }

    public SwitchTopology Switch { get; }

    public Fcf Fcf => Switch.Fcf;

    public FcfCounters Counters => Switch.Fcf.Counters;

    public TaskRouter Router { get; } = new();

    public RecordingSink Probes { get; } = new();

    /// <summary>Adds an ENode that nobody knows yet.</summary>
    public RawPeer AddPeer(int number = 1, int? vid = null)
    {
        MemoryWire wire = Segment.Attach($"enode{number}", new MacAddress(0x02_00_00_01_00_00ul | (uint)number), Wire.Mtu);
        RawPeer peer = new(wire, _ => Pump(), pointToPoint: false)
        {
            Id = FcId.None,
            Fcf = FcfMac,
            Vlan = vid is { } v ? new VlanTag((ushort)v) : null,
        };
        _peers.Add(peer);
        _simulation.Add(peer.Works);
        return peer;
    }

    /// <summary>Adds an ENode and logs it in with the fabric; it keeps alive.</summary>
    public RawPeer AddLoggedIn(int number = 1, int? vid = null)
    {
        RawPeer peer = AddPeer(number, vid);
        peer.LogsInWithFabric();
        peer.KeepsAlive = true;
        return peer;
    }

    /// <summary>Adds a target of another machine: an ENode that logs in with this switch as with any other.</summary>
    public FcPort AddENode(TaskRouter router)
    {
        MemoryWire wire = Segment.Attach("target", new MacAddress(0x02_00_00_02_00_00ul), Wire.Mtu);
        FcPort port = new(wire, new PortOptions { Topology = Topology.Fabric }, Clock, new FcProvider(), this);
        port.AddTarget(router);
        _simulation.Add(port.Loop);
        Advance(10);
        return port;
    }

    /// <summary>Runs the port and the peers' ears until nothing moves. Always true.</summary>
    public bool Pump() => _simulation.Pump();

    /// <summary>Lets time pass, stopping at every timer of the port.</summary>
    public void Advance(TimeSpan by) => _simulation.Advance(by);

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    public void SetLink(bool up)
    {
        Wire.SetLink(up);
        Pump();
    }

    private void KeepAlive()
    {
        foreach (RawPeer peer in _peers.Where(p => p.KeepsAlive))
        {
            peer.SendsKeepAlive();
            peer.SendsKeepAlive(vnPort: true);
        }
    }

    void IPortObserver.OnLink(bool up) { }

    void IPortObserver.OnAddress(FcId id) { }

    void IPortObserver.OnLogin(RemotePort remote, LoginState from, LoginState to, LoginEvent cause) { }

    void IPortObserver.OnFault(Exception fault) => _faults.Add(fault);

    public void Dispose()
    {
        SetLink(false);
        StringBuilder wrong = new();
        foreach (Exception fault in _faults) wrong.AppendLine($"the port faulted: {fault}");
        foreach (string probe in Probes.Unpaired()) wrong.AppendLine(probe);
        if (Switch.Fcf.Status.ENodes != 0) wrong.AppendLine("there are virtual links after the link went down");
        foreach (RawPeer peer in _peers) peer.Wire.Dispose();
        Wire.Dispose();
        _store.Dispose();
        if (wrong.Length > 0) throw new ConversationException(wrong.ToString());
    }
}
