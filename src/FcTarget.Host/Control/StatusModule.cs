// SPDX-License-Identifier: MIT

using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using FcTarget.Port;
using FcTarget.Stmf;
using FcTarget.Wire;
using Microsoft.AspNetCore.Routing;

namespace FcTarget.Host.Control;

/// <summary>GET /v1/status: the target at a glance.</summary>
/// <param name="LinkUp">The Ethernet link of the interface.</param>
/// <param name="RemotePorts">Ports that are logged in with one of ours.</param>
/// <param name="Faults">Bugs of ours that a port loop has survived.</param>
internal sealed record TargetStatus(
    string Interface, int Pid, string Version, DateTimeOffset StartedAt, string Topology, string Mac, int Mtu, bool LinkUp,
    int LocalPorts, int RemotePorts, int Sessions, int LogicalUnits, long Faults);

/// <summary>GET /v1/counters: everything counted, in a fixed order; numbers only grow.</summary>
internal sealed record CounterList(IReadOnlyList<CounterValue> Counters);

internal sealed record CounterValue(string Name, long Value);

/// <summary>GET /v1/sessions: I_T nexuses, by initiator.</summary>
internal sealed record SessionList(IReadOnlyList<Session> Sessions);

/// <param name="Initiator">Name of the initiator port.</param>
/// <param name="Target">Name of our target port.</param>
/// <param name="Luns">What the initiator sees there.</param>
internal sealed record Session(string Initiator, string Target, IReadOnlyList<SessionLun> Luns);

/// <param name="LogicalUnit">Name of the logical unit.</param>
internal sealed record SessionLun(int Lun, string LogicalUnit);

/// <summary>The target as a whole.</summary>
internal sealed class StatusModule : IControlModule
{
    private readonly Target _target;

    public StatusModule(Target target) => _target = target;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/status", ControlJson.Default.TargetStatus, _ => _target.AskAsync(Describe));
        routes.Get("/counters", ControlJson.Default.CounterList, _ => _target.AskAsync(_ => Count()));
        routes.Get("/sessions", ControlJson.Default.SessionList, _ => Task.FromResult(ListSessions()));
    }

    private TargetStatus Describe(FcPort port)
    {
        IFrameWire wire = port.Loop.Wire;
        return new TargetStatus(
            wire.Name, Environment.ProcessId, typeof(StatusModule).Assembly.GetName().Version!.ToString(3), _target.StartedAt,
            SettingParsers.NameOf(port.Local.Options.Topology), wire.Mac.ToString(), wire.Mtu, wire.IsLinkUp,
            port.Locals.Count, port.Locals.Sum(local => local.RemotePorts.Count(remote => remote.IsLoggedIn)),
            _target.Router.Nexuses.Count, _target.Stmf.Configuration.LogicalUnits.Count, port.Loop.Faults);
    }

    private CounterList Count() => new([.. Counters.All(_target).Select(counter => new CounterValue(counter.Key, counter.Value))]);

    private SessionList ListSessions() =>
        new([.. _target.Router.Nexuses.OrderBy(nexus => nexus.InitiatorPortName, StringComparer.Ordinal).Select(Describe)]);

    private static Session Describe(ItNexus nexus) =>
        new(nexus.InitiatorPortName, nexus.TargetPortName, [.. TaskRouter.LunsOf(nexus).Select(entry => new SessionLun(entry.Lun, entry.Unit.Identity.Name))]);
}
