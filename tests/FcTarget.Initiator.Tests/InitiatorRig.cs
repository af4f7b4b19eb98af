// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Scsi;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Initiator.Tests;

// INITIATOR RIG - theory of operation
//   Job      An initiator port and a target port on one memory segment, both driven by the test's thread in virtual time.
//   LUNs     0: a memory disk of 512-byte blocks.  1: a HeldUnit.
//   Always   Dispose logs out and fails the test when a loop faulted, an exchange is left open, or the target did anything wrong
//            that the test has not called for (ToleratesViolations).

/// <summary>An initiator, a target and what is between them.</summary>
internal sealed class InitiatorRig : IDisposable, IInitiatorObserver, ICommandOwner, IPortObserver
{
    public const int BlockSize = 512;

    private static readonly MacAddress LowerMac = new(0x02_00_00_00_00_10ul);
    private static readonly MacAddress HigherMac = new(0x02_00_00_00_00_20ul);

    private readonly MemoryStore _store;
    private readonly List<Exception> _faults = [];
    private readonly Simulation _simulation = new();
    private SwitchTopology? _switch;

    public InitiatorRig(
        Topology topology = Topology.Vn2Vn, bool initiatorIsHigher = false, int mtu = 2500, int exchanges = 64, int targetExchanges = 64,
        bool logIn = true, FcfOptions? fcf = null)
    {
        PortOptions options = new() { Topology = topology, MaxExchanges = targetExchanges };
        InitiatorWire = Segment.Attach("initiator", initiatorIsHigher ? HigherMac : LowerMac, mtu);
        TargetWire = Segment.Attach("target", initiatorIsHigher ? LowerMac : HigherMac, mtu);
        Port = new FcPort(InitiatorWire, options, Clock, new FcProvider(), this);
        TargetPort = topology != Topology.Fabric ? new FcPort(TargetWire, options with { Seed = 2 }, Clock, new FcProvider(), this)
            : new FcPort(TargetWire, options with { Topology = Topology.Switch }, Clock, new FcProvider(), this,
                port => _switch = new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, fcf ?? new FcfOptions()));
        Initiator = FcpInitiator.AddTo(Port, new InitiatorOptions { MaxExchanges = exchanges });
        Initiator.Observer = this;
        _store = new MemoryStore(16 << 20);
        Disk = new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("disk", 1, "disk") }, _store);
        Router.Luns.Add(0, Disk);
        Router.Luns.Add(1, Held);
        TargetPort.AddTarget(Router);
        _simulation.Add(Port.Loop);
        _simulation.Add(TargetPort.Loop);
        if (!logIn) return;
        RunUntil(() => Target is not null, TimeSpan.FromSeconds(5));
        TakesUnitAttentions();
    }

    public SimulatedClock Clock => _simulation.Clock;

    public MemorySegment Segment => _simulation.Segment;

    public MemoryWire InitiatorWire { get; }

    public MemoryWire TargetWire { get; }

    public FcPort Port { get; }

    public FcPort TargetPort { get; }

    /// <summary>With <see cref="Topology.Fabric"/>: the switch that the initiator logs in to, with the target behind it.</summary>
    public SwitchTopology Switch => _switch!;

    public FcpInitiator Initiator { get; }

    public TaskRouter Router { get; } = new();

    public BlockDevice Disk { get; }

    public HeldUnit Held { get; } = new();

    /// <summary>The target the initiator is logged in with: the last one found.</summary>
    public RemotePort? Target { get; private set; }

    /// <summary>All of them.</summary>
    public List<RemotePort> Targets { get; } = [];

    /// <summary>How often a target was found.</summary>
    public int Logins { get; private set; }

    /// <summary>How often a command ended.</summary>
    public int Completions { get; private set; }

    /// <summary>The wire loses, doubles or reorders frames in this test: what looks like the target's fault is not.</summary>
    public bool ToleratesViolations { get; set; }

    public int TargetOpenExchanges => TargetPort.Locals.Sum(l => l.OpenExchanges);

    /// <summary>The memory behind LUN 0.</summary>
    public Span<byte> Medium(long offset, int length)
    {
        _store.TryGetWindow(offset, length, toWrite: true, out Memory<byte> window).Should().BeTrue();
        return window.Span;
    }

    // ---- commands -------------------------------------------------------------------------------------------------

    public InitiatorCommand Command(
        ReadOnlySpan<byte> cdb, Memory<byte> dataIn = default, ReadOnlyMemory<byte> dataOut = default, int lun = 0) => new()
        {
            Target = Target!,
            Lun = Lun.FromNumber(lun),
            Cdb = cdb,
            DataIn = dataIn,
            DataOut = dataOut,
            Timeout = TimeSpan.FromSeconds(5),
            Owner = this,
        };

    public InitiatorCommand Read(long lba, Memory<byte> to)
    {
        Span<byte> cdb = stackalloc byte[BlockCdb.MaxLength];
        return Command(cdb[..BlockCdb.Read(cdb, (ulong)lba, (uint)(to.Length / BlockSize))], dataIn: to);
    }

    public InitiatorCommand Write(long lba, ReadOnlyMemory<byte> from)
    {
        Span<byte> cdb = stackalloc byte[BlockCdb.MaxLength];
        return Command(cdb[..BlockCdb.Write(cdb, (ulong)lba, (uint)(from.Length / BlockSize))], dataOut: from);
    }

    /// <summary>Submits a command and runs until it is over, at most a minute of virtual time.</summary>
    public InitiatorCommand Runs(InitiatorCommand command)
    {
        Initiator.Submit(command);
        RunUntil(() => command.Outcome != InitiatorOutcome.None, TimeSpan.FromMinutes(1));
        return command;
    }

    public void RunsWell(InitiatorCommand command) => Runs(command).Should().Match<InitiatorCommand>(c => c.IsGood, Describe(command));

    public void TakesUnitAttentions()
    {
        for (int lun = 0; lun <= 1; lun++)
        {
            InitiatorCommand ready = Runs(Command(Cdbs.TestUnitReady, lun: lun));
            ready.Status.Should().Be(ScsiStatus.CheckCondition);
        }
    }

    public static string Describe(InitiatorCommand command) => ScsiResult.Of(command).ToString();

    public static byte[] Pattern(int length, int seed = 7)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /// <summary>Runs both loops until nothing moves.</summary>
    public void Pump() => _simulation.Pump();

    /// <summary>Lets time pass, from one timer to the next.</summary>
    public void Advance(TimeSpan by) => _simulation.Advance(by);

    public void RunUntil(Func<bool> condition, TimeSpan atMost) =>
        _simulation.RunUntil(condition, atMost).Should().BeTrue("it should have happened within {0}", atMost);

    // ---- observers ------------------------------------------------------------------------------------------------

    public void OnTargetFound(RemotePort target)
    {
        Logins++;
        Targets.Add(target);
        Target = target;
    }

    public void OnTargetLost(RemotePort target)
    {
        Targets.Remove(target);
        Target = Targets.LastOrDefault();
    }

    public void OnCompleted(InitiatorCommand command) => Completions++;

    public void OnLink(bool up) { }

    public void OnAddress(FcId id) { }

    public void OnLogin(RemotePort remote, LoginState from, LoginState to, LoginEvent cause) { }

    public void OnFault(Exception fault) => _faults.Add(fault);

    // ---- the end --------------------------------------------------------------------------------------------------

    public void Dispose()
    {
        Segment.Filter = null;
        foreach (ScsiTask task in Held.Tasks.ToList()) Held.Completes(task);
        InitiatorWire.SetLink(false);
        TargetWire.SetLink(false);
        Pump();
        _faults.Should().BeEmpty();
        Initiator.OpenExchanges.Should().Be(0);
        TargetOpenExchanges.Should().Be(0);
        if (!ToleratesViolations) Initiator.Counters.Violations().Should().BeEmpty();
        InitiatorWire.Dispose();
        TargetWire.Dispose();
        _store.Dispose();
    }
}
