// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Initiator;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Replay.Engine;
using FcTarget.Replay.Survey;
using FcTarget.Wire;

namespace FcTarget.Replay.Live;

/// <summary>Our own target behind our switch, with the logical units of a capture, and an initiator: both in memory and in virtual time.</summary>
internal sealed class InMemoryTarget : IDisposable
{
    private static readonly MacAddress FcfMac = new(0x02_00_00_00_00_F0ul), HostMac = new(0x02_00_00_00_00_01ul);
    private const int Mtu = 2500;

    private static readonly TimeSpan LoginLimit = TimeSpan.FromMinutes(1);

    private readonly ReplayClock _clock;
    private readonly MemorySegment _segment = new();
    private readonly ReplayUnits _units;
    private readonly FcPort _target, _host;

    public InMemoryTarget(ReplayPlan plan, int seed)
    {
        _clock = ReplayClock.Before(plan.FirstTime, TimeSpan.Zero);
        PortOptions options = new() { Topology = Topology.Switch, PortName = plan.PortName, NodeName = plan.NodeName, Seed = seed };
        _target = new FcPort(_segment.Attach("switch", FcfMac, Mtu), options, _clock, new FcProvider(), null,
            port => new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions()));
        _units = new ReplayUnits([plan], _clock);
        _target.AddTarget(_units.Router);
        LinkServiceTap tap = new(_segment.Attach("host", HostMac, Mtu));
        _host = new FcPort(tap, new PortOptions { Topology = Topology.Fabric, Seed = seed }, _clock, new FcProvider());
        InitiatorClient client = new(FcpInitiator.AddTo(_host), _clock);
        if (!Wait(() => client.Targets.Count > 0, LoginLimit)) throw new ReplayException("Our own target could not be logged in with.");
        Initiator = new ReplayInitiator(client, client.Targets[0], tap, Wait);
    }

    public ReplayInitiator Initiator { get; }

    /// <summary>Lets time pass until something is so.</summary>
    public bool Wait(Func<bool> condition, TimeSpan atMost)
    {
        TimeSpan end = _clock.Elapsed + atMost;
        while (true)
        {
            for (int idle = 0; idle < 2;) idle = _target.Loop.Poll() | _host.Loop.Poll() ? 0 : idle + 1;
            if (condition()) return true;
            TimeSpan step = end - _clock.Elapsed;
            if (step <= TimeSpan.Zero) return false;
            foreach (FcPort port in (ReadOnlySpan<FcPort>)[_target, _host])
                if (port.Loop.Timers.UntilNext is { } next && next < step) step = next;
            _clock.Advance(step > TimeSpan.Zero ? step : TimeSpan.FromTicks(1));
        }
    }

    public void Dispose()
    {
        _units.Dispose();
        foreach (FcPort port in (ReadOnlySpan<FcPort>)[_host, _target])
        {
            port.Loop.Wire.Dispose();
            port.Discard();
        }
    }
}
