// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Replay.Survey;
using FcTarget.Stmf;
using FcTarget.Wire;

namespace FcTarget.Replay.Engine;

/// <summary>Our target as it is in production - port, topology, router, block devices - on a wire and a clock of the replay.</summary>
internal sealed class ReplayEngine : IDisposable, IPortObserver
{
    /// <summary>Passes without coming to rest: far more than any frame causes.</summary>
    private const int MostPasses = 1_000_000;

    private readonly FcPort _port;
    private bool _settling;

    /// <param name="plan">What to be.</param>
    /// <param name="clock">The time of the capture.</param>
    /// <param name="seed">Of everything random in the port.</param>
    /// <param name="probes">The provider it fires.</param>
    /// <param name="router">The logical units, which other targets may have, too.</param>
    /// <param name="relativePort">RELATIVE TARGET PORT IDENTIFIER.</param>
    /// <param name="sent">Takes what it sends, in the midst of a pass: must not call the engine.</param>
    public ReplayEngine(ReplayPlan plan, ReplayClock clock, int seed, FcProvider probes, TaskRouter router, ushort relativePort, IFrameSink sent)
    {
        Clock = clock;
        Wire = new ReplayWire(plan.WireMac, plan.Mtu, sent);
        PortOptions options = new()
        {
            Topology = plan.Topology,
            PortName = plan.PortName,
            NodeName = plan.NodeName,
            Vlan = plan.Vlan,
            Seed = seed,
        };
        _port = new FcPort(Wire, options, clock, probes, this, plan.Topology == Topology.Switch ? port => MakeSwitch(port, plan) : null);
        _port.AddTarget(router, relativePort);
    }

    public ReplayClock Clock { get; }

    public ReplayWire Wire { get; }

    /// <summary>Our N_Port_ID; none while it has none.</summary>
    public FcId Id => _port.Local.Id;

    /// <summary>The first exception of a handler: a bug of ours.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Called when the port is at rest, for what has to follow; true when it did something.</summary>
    public Func<bool> AtRest { get; set; } = static () => false;

    /// <summary>Lets time pass, stopping at every timer of the port.</summary>
    public void AdvanceTo(TimeSpan elapsed)
    {
        Settle();
        while (Clock.Elapsed < elapsed)
        {
            TimeSpan step = elapsed - Clock.Elapsed;
            if (_port.Loop.Timers.UntilNext is { } next && next < step) step = next;
            Clock.Advance(step > TimeSpan.Zero ? step : TimeSpan.FromTicks(1));
            Settle();
        }
    }

    /// <summary>The port is in a pass: it must not be called.</summary>
    public bool IsInPass { get; private set; }

    /// <summary>Runs the port, and what has to follow, until nothing moves.</summary>
    public void Settle()
    {
        if (_settling) return; // the caller is what follows, and whoever called that goes on
        _settling = true;
        for (int passes = 0; Pass() || AtRest(); passes++)
            if (passes > MostPasses) throw new InvalidOperationException("The port does not come to rest.");
        _settling = false;
    }

    /// <summary>The port receives the first so many bytes of <see cref="ReplayWire.Pending"/> now.</summary>
    public void Receive(int length)
    {
        Wire.Put(length);
        Pass();
        Settle();
    }

    private bool Pass()
    {
        IsInPass = true;
        bool busy = _port.Loop.Poll();
        IsInPass = false;
        return busy;
    }

    public void Dispose()
    {
        Wire.IsLinkUp = false;
        Settle();
        Wire.Dispose();
        _port.Discard();
    }

    private static SwitchTopology MakeSwitch(FcPort port, ReplayPlan plan) => new(
        port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions { FcMap = plan.FcMap, KeepAlivesUnwanted = true, Vlans = plan.Vlan is { } vlan ? [vlan.Vid] : [] });

    void IPortObserver.OnLink(bool up)
    {
        // The report is about frames.
    }

    void IPortObserver.OnAddress(FcId id)
    {
        // Likewise.
    }

    void IPortObserver.OnLogin(RemotePort remote, LoginState from, LoginState to, LoginEvent cause)
    {
        // Likewise.
    }

    void IPortObserver.OnFault(Exception fault) => Fault ??= fault;
}
