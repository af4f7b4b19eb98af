// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Host.Control;
using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.Stmf.Configuration;
using FcTarget.Wire;
using Microsoft.AspNetCore.Http;

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
    /// <summary>N_Port_Names made of one MAC address: NAA 2h has 12 bits to tell them apart.</summary>
    private const ulong MaxNumberedPorts = 1 << 12;

    private readonly IFrameWire _wire;
    private readonly LogicalUnitFactory _factory;
    private readonly PortThread _loop;
    private readonly TimeProvider _clock;
    private readonly PortOptions _common;

    /// <param name="wire">The wire; the target disposes it, also when this fails.</param>
    /// <param name="options">What the port is.</param>
    /// <param name="units">What it serves; those without a LUN get the lowest ones that are free.</param>
    /// <param name="clock">Where time comes from.</param>
    /// <param name="probes">The provider that the port fires.</param>
    /// <param name="observer">Hears of logins and faults; may be null.</param>
    /// <param name="store">File in which changes by the administrator are kept; null: they last as long as this.</param>
    /// <param name="makeSwitch">Makes the switch, where that is the topology; else null.</param>
    /// <param name="morePorts">N_Ports beside the first one; null: none.</param>
    /// <exception cref="StmfException">A logical unit cannot be had, or the store cannot be read.</exception>
    public Target(
        IFrameWire wire, PortOptions options, IReadOnlyList<LuSpec> units, TimeProvider clock, FcProvider probes, IPortObserver? observer,
        string? store = null, Func<FcPort, SwitchTopology>? makeSwitch = null, IReadOnlyList<PortSpec>? morePorts = null)
    {
        _wire = wire;
        _clock = clock;
        _common = options;
        Probes = probes;
        Port = new FcPort(wire, options, clock, probes, observer, makeSwitch is null ? null : port => Switch = makeSwitch(port));
        TargetPorts ports = new();
        _factory = new LogicalUnitFactory(scope: Port.Local.NodeName.ToString(), ports);
        _loop = new PortThread(Port, $"port {wire.Name}");
        try
        {
            Stmf = new StmfAdministration(new LogicalUnitProvider(_factory), store is null ? null : new ConfigurationStore(store), ports);
            Router = new TaskRouter(Stmf);
            TargetRecord first = Register(Port.Local.PortName);
            Port.AddTarget(Router, first.RelativeId);
            if (!first.Online) Port.TakeOffline(Port.Local);
            foreach (PortSpec more in morePorts ?? []) AddPort(more);
            AddKeptPorts();
            ForgetStrangers();
            Dictionary<string, string> names = Port.Locals.ToDictionary(local => local.Options.SymbolicPortName, local => local.PortName.ToString());
            foreach (LuSpec unit in units.OrderBy(unit => unit.Lun is null)) // the first free LUN is known when the wanted ones are taken
                Stmf.Change(so => so.With(unit, unit.Name ?? _factory.NameFor(unit), names));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public FcPort Port { get; }

    /// <summary>The FCF and its fabric; null in other topologies. Its members are used on the loop.</summary>
    public SwitchTopology? Switch { get; private set; }

    /// <summary>The provider that the port fires.</summary>
    public FcProvider Probes { get; }

    /// <summary>Of all N_Ports: who sees what through which is a matter of views.</summary>
    public TaskRouter Router { get; }

    /// <summary>Logical units, groups and views.</summary>
    public StmfAdministration Stmf { get; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>Completes when the loop has ended: with a fault if that was by an error of ours.</summary>
    public Task Ended => _loop.Ended;

    public void Start()
    {
        StartedAt = _clock.GetUtcNow();
        _loop.Start();
    }

    /// <summary>
    /// Asks the port, or changes it, on its loop. What <paramref name="ask"/> throws comes back to the caller and does the port no harm;
    /// what it returns must not be changed by the loop any more. Any thread.
    /// </summary>
    /// <exception cref="ControlException">The loop has ended.</exception>
    public async Task<T> AskAsync<T>(Func<FcPort, T> ask)
    {
        LoopRequest<T> request = new(Port, ask);
        Port.Loop.Post(request);
        await Task.WhenAny(request.Answer, Ended);
        return request.Answer.IsCompleted ? await request.Answer : throw new ControlException(StatusCodes.Status503ServiceUnavailable, "The target is stopping.");
    }

    /// <summary>When something was by the clock of the loop. On the loop.</summary>
    public DateTimeOffset WallTimeOf(TimeSpan loopTime) => _clock.GetUtcNow() - (Port.Loop.Timers.Now - loopTime);

    /// <summary>What an N_Port that is a target will be. On the loop, or before it runs.</summary>
    /// <exception cref="ControlException">It cannot be.</exception>
    public PortOptions PlanPort(FcPort port, PortSpec spec)
    {
        if (_common.Topology is not (Topology.Switch or Topology.Fabric)) throw Conflict("More than one N_Port takes a fabric: --topology switch or fabric.");
        Wwn name = spec.PortName.IsNone ? FreeName(port) : spec.PortName;
        string symbolicName = spec.Name ?? name.ToColonString();
        if (port.Locals.Any(local => local.PortName == name || local.Options.SymbolicPortName == symbolicName))
            throw Conflict($"There is a port {symbolicName} already.");
        return _common with
        {
            PortName = name,
            NodeName = spec.NodeName.IsNone ? port.Local.NodeName : spec.NodeName,
            SymbolicPortName = symbolicName,
        };
    }

    /// <summary>Stores an N_Port, which is there again after a restart with the same names. Not on the loop: it waits for the disk.</summary>
    /// <exception cref="StmfException">It cannot be stored.</exception>
    public TargetRecord KeepPort(PortOptions options) => Register(
        options.PortName, new PortSpec { Name = options.SymbolicPortName, PortName = options.PortName, NodeName = options.NodeName });

    /// <summary>Adds an N_Port that is a target. On the loop, or before it runs.</summary>
    public void AddPort(FcPort port, PortOptions options, TargetRecord record)
    {
        LocalPort added = port.AddLocal(options, local => local.AddTarget(Router, record.RelativeId));
        if (!record.Online) port.TakeOffline(added);
    }

    /// <summary>Adds an N_Port that somebody says anew at every start, or that is stored already. Before the loop runs.</summary>
    private void AddPort(PortSpec spec)
    {
        PortOptions options = PlanPort(Port, spec);
        AddPort(Port, options, Register(options.PortName));
    }

    /// <summary>What is configured of a target port of ours.</summary>
    /// <param name="name">N_Port_Name.</param>
    /// <param name="kept">What it is made of after a restart; null: of what the command line says.</param>
    private TargetRecord Register(Wwn name, PortSpec? kept = null) => Stmf
        .Change(so => kept is null ? so.WithTargetPort(name.ToString()) : so.WithTargetPort(name.ToString(), kept.ToString()))
        .Target(name.ToString());

    /// <summary>Adds the N_Ports that were made at run time and stored, but for those that the command line has, too.</summary>
    private void AddKeptPorts()
    {
        if (_common.Topology is not (Topology.Switch or Topology.Fabric)) return; // they wait for a fabric
        foreach (TargetRecord kept in Stmf.Configuration.Targets)
        {
            if (kept.Definition is not { } definition) continue;
            if (!PortSpec.TryParse(definition, out PortSpec? spec, out string? error)) throw new StmfException(StmfError.Invalid, $"The stored target {kept.Name}: {error}");
            if (Port.Locals.All(local => local.PortName != spec.PortName)) AddPort(spec);
        }
    }

    /// <summary>
    /// Forgets target ports of former runs that only had their number: without --wwpn another interface is another port. What an administrator has said of
    /// one, by a target group or by taking it offline, stays.
    /// </summary>
    private void ForgetStrangers() => Stmf.Change(so => so with
    {
        Targets =
        [
            .. so.Targets.Where(target => target.Definition is not null || !target.Online || so.TargetGroups.Any(group => group.Contains(target.Name))
                || Port.Locals.Any(local => local.PortName.ToString() == target.Name)),
        ],
    });

    /// <summary>The N_Port of ours that an operator means by its name or its WWPN; null: there is none. On the loop.</summary>
    public static LocalPort? Find(FcPort port, string name) => port.Locals.FirstOrDefault(
        local => local.Options.SymbolicPortName == name || (Wwn.TryParse(name, out Wwn wwpn) && local.PortName == wwpn));

    /// <summary>Logs out of every peer and ends the loop.</summary>
    public Task StopAsync() => _loop.StopAsync();

    public void Dispose()
    {
        _loop.Dispose();
        Switch?.Fabric.Dispose();
        Stmf?.Dispose(); // null when the constructor has failed before it
        _factory.Dispose();
        _wire.Dispose();
    }

    private Wwn FreeName(FcPort port)
    {
        Wwn first = Wwn.PortNameOf(_wire.Mac);
        for (ulong number = 1; number < MaxNumberedPorts; number++)
        {
            Wwn name = new(first.Value | (number << 48));
            if (!port.Locals.Any(local => local.PortName == name)) return name;
        }
        throw Conflict("Every N_Port_Name of this interface is taken. Give one.");
    }

    private static ControlException Conflict(string sentence) => new(StatusCodes.Status409Conflict, sentence);
}
