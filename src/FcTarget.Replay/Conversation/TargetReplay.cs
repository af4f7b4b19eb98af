// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Replay.Capture;
using FcTarget.Replay.Compare;
using FcTarget.Replay.Engine;
using FcTarget.Replay.Survey;
using FcTarget.Stmf;
using FcTarget.Wire;
using FcTarget.Wire.Recording;

namespace FcTarget.Replay.Conversation;

// TARGET REPLAY - theory of operation
//   Job      Plays the target of a capture: gives the peers' frames to our port at the times of the capture, and compares what it answers with
//            what the captured target answered, exchange by exchange.
//   Before   A survey has read the capture once (ReplayPlan). What went before the capture is made up: our target is there already, and sessions
//            that the capture goes on with are logged in.
//   Frames   Of a peer: given the identities of the replay (IdentityMap, FramePatch) and received by our port. Of the captured target: kept
//            until ours has answered, too. Ours: the same the other way round. Whoever completes an exchange has it compared.
//   Turns    Write data goes out when our target asks for it, cut to its bursts. FCP_CONF is given when it asks. A command that our target
//            answers with a unit attention that the captured one did not have is repeated, as an initiator does.
//   Never    waits for a frame: what does not come is reported at the end of the capture.
//   Files    TargetReplay.cs: the course.  .Peers.cs: frames of peers.  .Ours.cs: frames of our target.  .Captured.cs: frames of the captured one.
//            .MadeUp.cs: frames that nobody captured.  .Compare.cs: the end of an exchange.
//   Owner    One thread; OnFrame and OnProbe are called within a pass of the port and never call it.
//   Proof    ReferenceReplayTests, MutationTests

/// <summary>A replay in the role of the target.</summary>
internal sealed partial class TargetReplay : IFrameSink, IFcProbeSink, IDisposable
{
    /// <summary>Our target is up so long before the first frame.</summary>
    public static readonly TimeSpan Lead = TimeSpan.FromSeconds(10);

    /// <summary>And so long after the last, for what it still has to say.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(12);

    private readonly ReplayPlan _plan;
    private readonly FcProvider _provider;
    private readonly ReplayOptions _options;
    private readonly IReplayReport _report;
    private readonly ReplayEngine _engine;
    private readonly IdentityMap _map;
    private readonly OpenExchanges _open = new();
    private readonly EndedExchanges _ended = new();
    private readonly OriginatedRequests _originated;
    private readonly Differences _differences;
    private readonly Queue<Action> _afterPass = new();
    private readonly PcapNgWriter? _output;
    private readonly ReplayTotals _totals = new();
    private readonly List<string> _madeUp = [];
    private readonly bool _withFabric;
    private readonly TimeSpan _begin;
    private long _lastTime;

    /// <param name="plan">What is to be.</param>
    /// <param name="options">How.</param>
    /// <param name="report">Hears of it.</param>
    /// <param name="withFabric">Report what hosts ask our switch, too; false when another target's replay does so.</param>
    /// <param name="provider">What our target fires.</param>
    /// <param name="clock">Its time, for this replay only.</param>
    /// <param name="router">Its logical units.</param>
    /// <param name="relativePort">RELATIVE TARGET PORT IDENTIFIER.</param>
    public TargetReplay(
        ReplayPlan plan, ReplayOptions options, IReplayReport report, bool withFabric, FcProvider provider, ReplayClock clock, TaskRouter router, ushort relativePort)
    {
        _plan = plan;
        _withFabric = withFabric || plan.Topology != Topology.Switch;
        _options = options;
        _report = report;
        _output = options.Output is null ? null : new PcapNgWriter(options.Output, "replay", "fctarget replay");
        _originated = new OriginatedRequests(plan);
        _differences = new Differences(options.Tolerance);
        _provider = provider;
        _begin = clock.Elapsed;
        _nextBeacon = _begin + BeaconPeriod;
        clock.Restart(plan.FirstTime, Lead);
        provider.Attach(this);
        _engine = new ReplayEngine(plan, clock, options.Seed, provider, router, relativePort, this) { AtRest = RunOne };
        _map = new IdentityMap(plan, _engine);
        _lastTime = plan.FirstTime;
    }

    private ReplayClock Clock => _engine.Clock;

    /// <summary>What the replay has come to.</summary>
    public ReplayTotals Totals => _totals;

    /// <summary>What went before the first frame.</summary>
    public void Begin()
    {
        _totals.Targets = [$"{_plan.PortName.ToColonString()} ({_plan.Target.Id}), {Words(_plan.Topology)}, {_plan.Units.Count()} logical units"];
        if (!_plan.TargetComesUp) ComeUp();
        else PassTime(Lead);
    }

    /// <summary>A frame of the capture, at its time: see <see cref="MoveTo"/>.</summary>
    public void Handle(in ReplayFrame frame)
    {
        if (!_engine.Wire.IsLinkUp) ComeUpWith(frame);
        switch (SideOf(frame))
        {
            case Side.Peer:
                OnPeer(frame);
                break;
            case Side.Target:
                OnCaptured(frame);
                break;
            default:
                _totals.NotOfTarget++;
                break;
        }
    }

    /// <summary>The last frame has been handled.</summary>
    public void End()
    {
        TimeSpan end = Clock.Elapsed;
        if (_open.Count > 0) PassTime(Tail);
        EndAll();
        _totals.Duration = end - _begin - Lead;
        _totals.MadeUp = _madeUp;
        _totals.Fault = _engine.Fault;
    }

    public void Dispose()
    {
        _engine.AtRest = static () => false;
        _provider.Detach(this);
        _engine.Dispose();
        _output?.Flush();
    }

    void IFcProbeSink.OnProbe(in FcProbeEvent e)
    {
        _totals.Probes++;
        _report.OnProbe(e, Clock.UnixNanoseconds);
    }

    private enum Side
    {
        Nobody,
        Peer,
        Target,
    }

    /// <summary>Whose part a frame is.</summary>
    private Side SideOf(in ReplayFrame frame)
    {
        MacAddress source = frame.Ethernet.Source;
        if (!frame.HasFc) return IsOurStation(source) ? Side.Target : IsPeerStation(frame) ? Side.Peer : Side.Nobody;
        FcId from = frame.Fc.Header.SId, to = frame.Fc.Header.DId;
        if (_plan.Topology == Topology.Fabric) // the switch sends each frame on: what counts is what the target sends and gets itself
            return IsOurStation(source) ? Side.Target : IsOurStation(frame.Ethernet.Destination) ? Side.Peer : Side.Nobody;
        if (from == _plan.Target.Id) return Side.Target;
        if (to == _plan.Target.Id) return Side.Peer;
        if (from != FcId.None && !from.IsWellKnown && to != FcId.None && !to.IsWellKnown) return Side.Nobody;
        // With the fabric, or of a port without an address: the station tells.
        if (IsOurStation(source)) return _plan.Topology == Topology.Switch && to != FcId.None && !to.IsWellKnown && _map.OfCaptured(to) is null ? Side.Nobody : Side.Target;
        return Side.Peer;
    }

    private bool IsOurStation(MacAddress mac) =>
        mac == _plan.WireMac || mac == _plan.Target.Source || (_plan.Target.ENode != MacAddress.None && mac == _plan.Target.ENode);

    private bool IsPeerStation(in ReplayFrame frame) => _plan.Topology switch
    {
        Topology.Fabric => frame.Ethernet.Source == _plan.FcfMac,
        _ => true, // who is on the same Ethernet is heard
    };

    private static string Words(Topology topology) => topology switch
    {
        Topology.Switch => "behind our switch",
        Topology.Fabric => "in the captured fabric",
        Topology.Vn2Vn => "VN2VN",
        _ => "point-to-point",
    };

    // ---- time -----------------------------------------------------------------------------------------------------

    /// <summary>Lets the time of the capture come.</summary>
    public void MoveTo(long unixNanoseconds)
    {
        long step = Math.Max(0, unixNanoseconds - _lastTime); // frames may be out of order
        _lastTime += step;
        PassTime(TimeSpan.FromTicks(Math.Min(step / TimeSpan.NanosecondsPerTick, ReplayClock.LongestSilence.Ticks)));
    }

    private void PassTime(TimeSpan time)
    {
        TimeSpan end = Clock.Elapsed + time;
        do
        {
            TimeSpan next = _nextBeacon < end ? _nextBeacon : end;
            if (_options.UntilNext?.Invoke() is { } wait && wait < next - Clock.Elapsed) next = Clock.Elapsed + wait;
            if (next > Clock.Elapsed) _engine.AdvanceTo(next);
            _options.OnTime?.Invoke();
            if (Clock.Elapsed >= _nextBeacon) SendBeacons();
        }
        while (Clock.Elapsed < end && _options.IsCancelled?.Invoke() != true);
    }

    /// <summary>What was put off until the port had ended its pass. False when there is nothing left.</summary>
    private bool RunOne()
    {
        if (!_afterPass.TryDequeue(out Action? action)) return false;
        action();
        return true;
    }

    /// <summary>The port receives the first so many bytes of its buffer.</summary>
    private void Receive(int length)
    {
        Record(_engine.Wire.Pending[..length], FrameDirection.Inbound);
        _engine.Receive(length);
    }

    private void Record(ReadOnlySpan<byte> frame, FrameDirection direction) => _output?.Write(frame, Clock.UnixNanoseconds, direction, dropped: 0, comment: default);
}
