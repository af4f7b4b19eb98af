// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.Wire;

namespace FcTarget.Host.Serving;

// TARGET - theory of operation
//   Job      Put the parts together: a wire, a port on it with its loop on a thread of its own, a task router, logical units.
//   Owner    Whoever made it, from one thread. It owns the wire.
//   Life     constructor -> Start -> StopAsync (LOGO to every peer; the loop ends) -> Dispose (logical units flushed, wire closed).
//            Dispose without StopAsync ends the loop without a LOGO.
//   Always   The loop has ended before a logical unit goes, and those have gone before the wire that their completions wake.
//   Proof    RunProcessTests, CommandLineProcessTests

/// <summary>An FCP target on one wire.</summary>
internal sealed class Target : IDisposable
{
    private readonly IFrameWire _wire;
    private readonly LogicalUnitFactory _units;
    private readonly PortThread _loop;

    /// <param name="wire">The wire; the target disposes it, also when this fails.</param>
    /// <param name="options">What the port is.</param>
    /// <param name="units">What it serves; those without a LUN get the lowest ones that are free.</param>
    /// <param name="clock">Where time comes from.</param>
    /// <param name="probes">The provider that the port fires.</param>
    /// <param name="observer">Hears of logins and faults; may be null.</param>
    /// <exception cref="LuConfigurationException">A logical unit cannot be had.</exception>
    public Target(IFrameWire wire, PortOptions options, IReadOnlyList<LuSpec> units, TimeProvider clock, FcProvider probes, IPortObserver? observer)
    {
        _wire = wire;
        Port = new FcPort(wire, options, clock, probes, observer);
        _units = new LogicalUnitFactory(scope: Port.Local.NodeName.ToString());
        _loop = new PortThread(Port, $"port {wire.Name}");
        try
        {
            TaskRouter router = new();
            foreach (LuSpec unit in units.OrderBy(unit => unit.Lun is null)) // the first free LUN is known when the wanted ones are taken
                router.Luns.Add(unit.Lun ?? router.Luns.FirstFree(), _units.Create(unit));
            Port.AddTarget(router);
            Units = router.Luns.Entries;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public FcPort Port { get; }

    /// <summary>The logical units by LUN.</summary>
    public IReadOnlyList<LunMap.Entry> Units { get; } = [];

    /// <summary>Completes when the loop has ended: with a fault if that was by an error of ours.</summary>
    public Task Ended => _loop.Ended;

    public void Start() => _loop.Start();

    /// <summary>Logs out of every peer and ends the loop.</summary>
    public Task StopAsync() => _loop.StopAsync();

    public void Dispose()
    {
        _loop.Dispose();
        _units.Dispose();
        _wire.Dispose();
    }
}
