// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Port.Tests;

// FABRIC RIG - theory of operation
//   Job      A port of ours as ENode and scripted FCFs on one memory segment, in virtual time, on the test's thread.
//   Time     Moves in Advance only, from timer to timer; FCFs advertise when FKA_ADV_PERIOD is over.
//   Always   Dispose pulls the cable and fails the test when the port faulted or a probe's start has no end.

/// <summary>An ENode and its FCFs.</summary>
internal sealed class FabricRig : IDisposable, IPortObserver
{
    public static readonly MacAddress PortMac = new(0x02_00_00_00_00_10ul);

    private readonly List<RawFcf> _fcfs = [];
    private readonly List<TimeSpan> _nextAdvertisement = [];
    private readonly List<Exception> _faults = [];
    private readonly bool _comstarExact;

    public FabricRig(PortOptions? options = null, bool target = true, int fcfs = 1, int mtu = 2500, bool comstarExact = false)
    {
        Wire = Segment.Attach("port", PortMac, mtu);
        _comstarExact = comstarExact;
        FcProvider provider = new(comstarExact);
        provider.Attach(Probes);
        Port = new FcPort(Wire, (options ?? new PortOptions()) with { Topology = Topology.Fabric }, Clock, provider, this);
        if (target) Port.AddTarget(new TaskRouter());
        else Port.Local.Add(new Searcher());
        for (int i = 0; i < fcfs; i++) AddFcf();
    }

    public SimulatedClock Clock { get; } = new();

    public MemorySegment Segment { get; } = new();

    public MemoryWire Wire { get; }

    public FcPort Port { get; }

    public LocalPort Local => Port.Local;

    public RecordingSink Probes { get; } = new();

    public RawFcf Fcf => _fcfs[0];

    public IReadOnlyList<RawFcf> Fcfs => _fcfs;

    public FabricState State => Local.Fabric!.State;

    /// <summary>The port is in the fabric of the first FCF.</summary>
    public static FabricRig Online(PortOptions? options = null, bool target = true, int fcfs = 1)
    {
        FabricRig rig = new(options, target, fcfs);
        rig.ComesOnline();
        return rig;
    }

    public void ComesOnline()
    {
        for (int i = 0; i < 100 && State != FabricState.Online; i++) Advance(TimeSpan.FromMilliseconds(100));
        State.Should().Be(FabricState.Online);
    }

    public RawFcf AddFcf()
    {
        RawFcf fcf = new(Segment.Attach("fcf", new MacAddress(0x02_00_00_00_01_00ul | (uint)_fcfs.Count), Wire.Mtu), domain: _fcfs.Count + 1);
        _fcfs.Add(fcf);
        _nextAdvertisement.Add(Clock.Elapsed + fcf.FkaAdvPeriod);
        return fcf;
    }

    public void Pump()
    {
        for (int idle = 0; idle < 2;)
        {
            bool busy = Port.Loop.Poll();
            foreach (RawFcf fcf in _fcfs) busy |= fcf.Work();
            idle = busy ? 0 : idle + 1;
        }
    }

    public void Advance(TimeSpan by)
    {
        Pump();
        TimeSpan end = Clock.Elapsed + by;
        while (Clock.Elapsed < end)
        {
            TimeSpan step = end - Clock.Elapsed;
            if (Port.Loop.Timers.UntilNext is { } next && next < step) step = next;
            foreach (TimeSpan due in _nextAdvertisement)
                if (due - Clock.Elapsed < step) step = due - Clock.Elapsed;
            Clock.Advance(step > TimeSpan.Zero ? step : TimeSpan.Zero);
            for (int i = 0; i < _fcfs.Count; i++)
            {
                if (Clock.Elapsed < _nextAdvertisement[i]) continue;
                _nextAdvertisement[i] += _fcfs[i].FkaAdvPeriod;
                _fcfs[i].Advertises();
            }
            Pump();
        }
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>A host behind the first FCF logs in with a port of ours.</summary>
    public RemotePort LogsIn(uint id, LocalPort? to = null)
    {
        LocalPort local = to ?? Local;
        OxId oxId = Fcf.SendsEls(new FcId(id), local.Id, Fcf.Plogi(new Wwn(0x2100_0000_0000_0000ul | id)));
        Pump();
        Fcf.AnswerTo(oxId)!.Els.Should().Be(ElsCommand.LsAcc);
        return local.Find(new FcId(id))!;
    }

    public string[] ProbeNames => [.. Probes.Lines];

    void IPortObserver.OnLink(bool up) { }

    void IPortObserver.OnAddress(FcId id) { }

    void IPortObserver.OnLogin(RemotePort remote, LoginState from, LoginState to, LoginEvent cause) { }

    void IPortObserver.OnFault(Exception fault) => _faults.Add(fault);

    public void Dispose()
    {
        Wire.SetLink(false);
        Pump();
        _faults.Should().BeEmpty();
        if (!_comstarExact) Probes.Unpaired().Should().BeEmpty();
        foreach (RawFcf fcf in _fcfs) fcf.Wire.Dispose();
        Wire.Dispose();
    }

    /// <summary>An FC-4 function that wants targets and does nothing with them.</summary>
    private sealed class Searcher : IFc4
    {
        public bool IsResponder => false;

        public FcpServiceParameters ServiceParameters => FcpServiceParameters.InitiatorFunction;

        public int OpenExchanges => 0;

        public bool HasFramesToSend => false;

        public void OnImagePair(RemotePort remote, FcpServiceParameters theirs) => remote.InitiatorSession = this;

        public void OnImageEnd(RemotePort remote) => remote.InitiatorSession = null;

        public void OnFrame(RemotePort remote, in Formats.Framing.FcFrame frame) { }

        public void OnAbts(RemotePort remote, in Formats.Framing.FcFrame frame) { }

        public RecAccPayload? Describe(FcId originator, OxId oxId, RxId rxId) => null;

        public ElsReject? OnSrr(FcId originator, in SrrPayload srr) => ElsReject.CommandNotSupported;

        public bool Transmit() => false;
    }
}
