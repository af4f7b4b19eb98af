// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.Stmf.Configuration;
using FcTarget.Wire;

namespace FcTarget.TestKit;

// TEST FABRIC - theory of operation
//   Job      A Fibre Channel fabric in memory, in virtual time, on the caller's thread: a switch, target ports behind it, and hosts and raw
//            peers that a test speaks for.
//   Files    TestFabric.cs: who is there, time, the end.  TestFabric.Configuration.cs: logical units, views, zones.
//            TestHost: an initiator.  RawPeer: one that says frame by frame what the test wants.  FrameLog, RecordingSink: what happened.
//            FrameFaults: what goes wrong on the wire.
//   Always   The same seed and the same calls give the same frames. Where an expectation fails, the frames are kept in a file that the
//            message names. Dispose checks what must hold at the end of every conversation.
//   Proof    TestFabricTests, SimulationTests, FrameFaultTests, PackageTests

/// <summary>A fabric for tests. See the theory of operation in the file.</summary>
public sealed partial class TestFabric : IDisposable
{
    private const ulong FcfMac = 0x02_00_00_00_00_F0, FirstHostMac = 0x02_00_00_00_01_00;

    private static int _captures;

    private readonly TestFabricOptions _options;
    private readonly Simulation _simulation = new();
    private readonly List<TestHost> _hosts = [];
    private readonly List<RawPeer> _peers = [];
    private readonly List<TestTargetPort> _targets = [];
    private readonly PortFaults _faults = new();
    private readonly TestUnits _units;
    private readonly FcPort _port;
    private SwitchTopology? _switch;
    private bool _failed;

    /// <param name="seed">Of everything random.</param>
    public TestFabric(int seed = 1) : this(new TestFabricOptions { Seed = seed })
    {
    }

    /// <exception cref="ArgumentException">A value is not allowed.</exception>
    public TestFabric(TestFabricOptions options)
    {
        _options = options;
        Frames = new FrameLog(Clock, options.KeptFrames) { Failure = Failure };
        Faults = new FrameFaults(_simulation, Frames, options.Seed);
        Probes = new RecordingSink { Failure = Failure };
        _units = new TestUnits(Clock);
        Stmf = new StmfAdministration(_units);
        Router = new TaskRouter(Stmf);
        FcProvider provider = new();
        provider.Attach(Probes);
        Wire = Segment.Attach("fabric", new MacAddress(FcfMac), options.Mtu);
        FabricOptions fabric = new() { SwitchName = Wwn.None, EDTov = options.EDTov, RATov = options.RATov };
        _port = new FcPort(
            Wire, PortOptionsOf(Topology.Switch, options.Seed, "target"), Clock, provider, _faults,
            port => _switch = new SwitchTopology(port, fabric, options.Fcf));
        _port.AddTarget(Router);
        _targets.Add(new TestTargetPort(_port.Local));
        _simulation.Add(_port.Loop);
        _simulation.Every(options.Fcf.FkaAdvPeriod, KeepAlive);
        _simulation.Pump();
    }

    // ---- what there is --------------------------------------------------------------------------------------------

    public SimulatedClock Clock => _simulation.Clock;

    public MemorySegment Segment => _simulation.Segment;

    /// <summary>The wire of the switch: pull its cable, and every host has lost the fabric.</summary>
    public MemoryWire Wire { get; }

    /// <summary>The switch: its FCF and its fabric with name server and zoning.</summary>
    public SwitchTopology Switch => _switch!;

    /// <summary>Logical units, groups and views, for what the functions of this class do not do.</summary>
    public StmfAdministration Stmf { get; }

    public TaskRouter Router { get; }

    /// <summary>What the target ports count.</summary>
    public PortCounters Counters => _port.Counters;

    /// <summary>The probes of the target ports.</summary>
    public RecordingSink Probes { get; }

    /// <summary>Every frame that was sent.</summary>
    public FrameLog Frames { get; }

    /// <summary>What goes wrong on the wire.</summary>
    public FrameFaults Faults { get; }

    /// <summary>The target port that is always there.</summary>
    public TestTargetPort Target => _targets[0];

    public IReadOnlyList<TestTargetPort> Targets => _targets;

    public IReadOnlyList<TestHost> Hosts => _hosts;

    /// <summary>One more target port behind the switch.</summary>
    public TestTargetPort AddTargetPort(string name)
    {
        Wwn portName = new(_port.Local.PortName.Value | ((ulong)_targets.Count << 48)); // NAA 2h leaves 12 bits to number ports
        PortOptions options = PortOptionsOf(Topology.Switch, _options.Seed, name) with { PortName = portName, NodeName = _port.Local.NodeName };
        TestTargetPort target = new(_port.AddLocal(options, local => local.AddTarget(Router, (ushort)(_targets.Count + 1))));
        _targets.Add(target);
        _simulation.Pump();
        return target;
    }

    /// <summary>Adds a host, with its cable plugged in, and has it log in.</summary>
    /// <param name="name">For messages and captures; null: host1, host2, ...</param>
    /// <param name="logsIn">False: the cable is not plugged in yet.</param>
    public TestHost AddHost(string? name = null, bool logsIn = true)
    {
        int number = _hosts.Count + _peers.Count + 1;
        MemoryWire wire = Segment.Attach(name ?? $"host{number}", new MacAddress(FirstHostMac + (ulong)number), _options.Mtu);
        wire.SetLink(false);
        PortOptions port = PortOptionsOf(Topology.Fabric, _options.Seed + number, wire.Name);
        TestHost host = new(this, wire, () => new FcPort(wire, port, Clock, new FcProvider(), _faults));
        _hosts.Add(host);
        if (logsIn) host.LogsIn();
        return host;
    }

    /// <summary>Adds an ENode that does only what the test says, frame by frame. It has not logged in; it keeps alive when it is told to.</summary>
    public RawPeer AddPeer(string? name = null)
    {
        int number = _hosts.Count + _peers.Count + 1;
        MemoryWire wire = Segment.Attach(name ?? $"peer{number}", new MacAddress(FirstHostMac + (ulong)number), _options.Mtu);
        RawPeer peer = new(wire, _ => _simulation.Pump(), pointToPoint: false)
        {
            Id = FcId.None,
            Fcf = Wire.Mac,
            Target = Target.Id,
            TargetPortName = Target.PortName,
        };
        _peers.Add(peer);
        _simulation.Add(peer.Works);
        return peer;
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /// <summary>Lets time pass, from one timer to the next.</summary>
    public void Advance(TimeSpan by) => _simulation.Advance(by);

    /// <summary>Lets time pass until something is so.</summary>
    /// <param name="condition">What to wait for.</param>
    /// <param name="what">The same in words, for the message.</param>
    /// <param name="atMost">In virtual time; null: a minute.</param>
    /// <exception cref="ConversationException">It is not so when the time is over.</exception>
    public void RunUntil(Func<bool> condition, string what, TimeSpan? atMost = null)
    {
        TimeSpan limit = atMost ?? TimeSpan.FromMinutes(1);
        if (!_simulation.RunUntil(condition, limit)) throw Failure($"{what}: not within {limit} of virtual time");
    }

    internal void Runs(FcPort port) => _simulation.Add(port.Loop);

    internal void RunsNoMore(FcPort port) => _simulation.Remove(port.Loop);

    // ---- the end --------------------------------------------------------------------------------------------------

    /// <summary>Pulls every cable and checks what must hold at the end of every conversation.</summary>
    /// <exception cref="ConversationException">
    /// A port faulted, a start probe has no end, an exchange is still open, or a target broke FC-FS or FCP-4 without a fault on the wire.
    /// Not thrown when an expectation has failed before.
    /// </exception>
    public void Dispose()
    {
        Faults.Clear();
        foreach (TestHost host in _hosts) host.Wire.SetLink(false);
        Wire.SetLink(false);
        _simulation.Pump();
        string wrong = WhatIsWrong();
        Exception? failure = wrong.Length > 0 && !_failed ? Failure($"at the end: {wrong}") : null;
        foreach (TestHost host in _hosts) host.Wire.Dispose();
        foreach (RawPeer peer in _peers) peer.Wire.Dispose();
        Wire.Dispose();
        Stmf.Dispose();
        Switch.Fabric.Dispose();
        if (failure is not null) throw failure;
    }

    private string WhatIsWrong()
    {
        StringBuilder wrong = new();
        foreach (Exception fault in _faults.All) wrong.AppendLine($"a port faulted: {fault}");
        foreach (string probe in Probes.Unpaired()) wrong.AppendLine(probe);
        foreach (TestTargetPort target in _targets)
            if (target.OpenExchanges > 0) wrong.AppendLine($"{target} has {target.OpenExchanges} exchanges open");
        foreach (TestHost host in _hosts)
        {
            foreach (FcpInitiator initiator in host.Initiators)
            {
                if (initiator.OpenExchanges > 0) wrong.AppendLine($"{host} has {initiator.OpenExchanges} exchanges open");
                if (Faults.HaveHit || host.SentRawFrames) continue; // then what looks like a fault of the target may be none
                foreach ((string violation, long count) in initiator.Counters.Violations())
                    wrong.AppendLine($"{host} saw a target break a rule {count} times: {violation}");
            }
        }
        return wrong.ToString();
    }

    /// <summary>The exception of an expectation that is not met; keeps the frames in a file.</summary>
    internal Exception Failure(string message)
    {
        if (_failed) return new ConversationException(message);
        _failed = true;
        string path = _options.CaptureFile
            ?? Path.Combine(Path.GetTempPath(), $"fctarget-testkit-{Environment.ProcessId}-{Interlocked.Increment(ref _captures)}.pcapng");
        try
        {
            Frames.Save(path);
            return new ConversationException($"{message}{Environment.NewLine}seed {_options.Seed}, at {Clock.Elapsed}; frames: {path}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new ConversationException($"{message}{Environment.NewLine}seed {_options.Seed}, at {Clock.Elapsed}; no capture: {fault.Message}");
        }
    }

    private PortOptions PortOptionsOf(Topology topology, int seed, string name) => new()
    {
        Topology = topology,
        Seed = seed,
        MaxExchanges = _options.MaxExchanges,
        EDTov = _options.EDTov,
        RATov = _options.RATov,
        SymbolicNodeName = "FcTarget.TestKit",
        SymbolicPortName = name,
    };

    private void KeepAlive()
    {
        foreach (RawPeer peer in _peers.Where(p => p.KeepsAlive))
        {
            peer.SendsKeepAlive();
            peer.SendsKeepAlive(vnPort: true);
        }
    }

    /// <summary>Keeps what port loops report of handlers that threw.</summary>
    private sealed class PortFaults : IPortObserver
    {
        public List<Exception> All { get; } = [];

        public void OnLink(bool up) { }

        public void OnAddress(FcId id) { }

        public void OnLogin(RemotePort remote, LoginState from, LoginState to, LoginEvent cause) { }

        public void OnFault(Exception fault) => All.Add(fault);
    }
}
