// SPDX-License-Identifier: MIT

using System.Text.Json;
using FcTarget.Formats;
using FcTarget.Host.Serving;
using FcTarget.Port;
using FcTarget.Stmf.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FcTarget.Host.Control;

/// <summary>GET /v1/ports: our N_Ports, each with the ports it knows.</summary>
internal sealed record PortList(IReadOnlyList<LocalPortInfo> Ports);

/// <param name="FcId">N_Port_ID; null while it has none.</param>
/// <param name="State"><c>online</c>: it has its N_Port_ID; <c>leaving</c>: it is being deleted; else <c>offline</c>.</param>
/// <param name="MaxPayload">Largest payload of a frame, bytes.</param>
internal sealed record LocalPortInfo(
    string Wwpn, string Wwnn, string? FcId, string State, string SymbolicName, int MaxPayload, IReadOnlyList<RemotePortInfo> RemotePorts);

/// <param name="State">How far the login has come: <c>idle</c>, ..., <c>logged-in</c> (PLOGI), <c>image-pair</c> (PRLI).</param>
/// <param name="Mac">Where frames to it go; null before its login.</param>
/// <param name="LoggedInAt">When PLOGI was done; null when it is not.</param>
internal sealed record RemotePortInfo(
    string FcId, string? Wwpn, string? Wwnn, string State, string? Mac, int MaxPayload, DateTimeOffset? LoggedInAt);

/// <summary>POST /v1/ports.</summary>
/// <param name="Definition">As --port has it: any of name=N, wwpn=W, wwnn=W; empty: all by itself.</param>
internal sealed record NewPort(string Definition);

/// <summary>The N_Ports.</summary>
internal sealed class PortModule : IControlModule
{
    private readonly Target _target;
    private readonly SemaphoreSlim _oneAtATime = new(1);

    public PortModule(Target target) => _target = target;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/ports", ControlJson.Default.PortList, _ => _target.AskAsync(List));
        routes.On(HttpMethod.Post, "/ports", ControlJson.Default.NewPort, ControlJson.Default.PortList, (_, asked) => CreateAsync(asked));
        routes.On(HttpMethod.Delete, "/ports/{name}", ControlJson.Default.PortList, context => DeleteAsync(context.PathValue("name")));
    }

    /// <summary>Planned on the loop, stored off it, for a disk may be slow, and added on it.</summary>
    private async Task<PortList> CreateAsync(NewPort asked)
    {
        if (!PortSpec.TryParse(asked.Definition, out PortSpec? spec, out string? error)) throw new ControlException(StatusCodes.Status400BadRequest, error);
        await _oneAtATime.WaitAsync();
        try
        {
            PortOptions options = await _target.AskAsync(port => _target.PlanPort(port, spec));
            TargetRecord record = _target.KeepPort(options);
            try
            {
                return await _target.AskAsync(port =>
                {
                    _target.AddPort(port, options, record);
                    return List(port);
                });
            }
            catch
            {
                _target.Stmf.Change(so => so.WithoutTargetPort(record.Name)); // who is told that it failed does not find it after a restart
                throw;
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Answers when the port has logged out of its peers and is gone.</summary>
    private async Task<PortList> DeleteAsync(string name)
    {
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string deleted = await _target.AskAsync(port =>
        {
            LocalPort local = Target.Find(port, name) ?? throw new ControlException(StatusCodes.Status404NotFound, $"There is no port {name}.");
            if (local == port.Local) throw new ControlException(StatusCodes.Status409Conflict, "The first port is there as long as the target.");
            if (local.IsLeaving && !local.IsOffline) throw new ControlException(StatusCodes.Status409Conflict, $"Port {name} is being deleted already.");
            port.RemoveLocal(local, gone.SetResult);
            return local.PortName.ToString();
        });
        await Task.WhenAny(gone.Task, _target.Ended);
        _target.Stmf.Change(so => so.WithoutTargetPort(deleted));
        return await _target.AskAsync(List);
    }

    private PortList List(FcPort port) => new([.. port.Locals.Select(Describe)]);

    private LocalPortInfo Describe(LocalPort local) => new(
        local.PortName.ToColonString(), local.NodeName.ToColonString(), local.Id == FcId.None ? null : local.Id.ToString(),
        local.IsLeaving ? "leaving" : local.Id == FcId.None ? "offline" : "online", local.Options.SymbolicPortName, local.MaxPayload,
        [.. local.RemotePorts.OrderBy(remote => remote.Id.Value).Select(Describe)]);

    private RemotePortInfo Describe(RemotePort remote) => new(
        remote.Id.ToString(), NameOf(remote.PortName), NameOf(remote.NodeName), StateOf(remote.State),
        remote.IsLoggedIn ? remote.Link.Destination.ToString() : null, remote.MaxPayload,
        remote.IsLoggedIn ? _target.WallTimeOf(remote.LoggedInAt) : null);

    private static string? NameOf(Wwn name) => name.IsNone ? null : name.ToColonString();

    private static string StateOf(LoginState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());
}
