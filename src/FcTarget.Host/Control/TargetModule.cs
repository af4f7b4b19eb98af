// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using FcTarget.Formats;
using FcTarget.Host.Serving;
using FcTarget.Port;
using FcTarget.Stmf.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FcTarget.Host.Control;

/// <summary>GET /v1/targets: SCSI target ports.</summary>
internal sealed record TargetList(IReadOnlyList<TargetInfo> Targets);

/// <param name="Name">WWPN.</param>
/// <param name="Port">What the operator calls it; null when it is absent.</param>
/// <param name="State"><c>online</c>, <c>offline</c>, <c>offlining</c> while it logs out, or <c>absent</c>: it is configured, and not of this process.</param>
/// <param name="RelativePort">Relative target port identifier.</param>
/// <param name="TargetGroup">Null: it is in none.</param>
/// <param name="FcId">N_Port_ID; null while it has none.</param>
/// <param name="Sessions">How many initiators have a session with it.</param>
internal sealed record TargetInfo(string Name, string? Port, string State, int RelativePort, string? TargetGroup, string? FcId, int Sessions);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TargetList))]
[JsonSerializable(typeof(NewState))]
internal sealed partial class TargetJson : JsonSerializerContext;

/// <summary>Targets as an administrator takes them online and offline. What he wants is durable before it is done.</summary>
internal sealed class TargetModule : IControlModule
{
    private readonly Target _target;

    public TargetModule(Target target) => _target = target;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/targets", TargetJson.Default.TargetList, _ => _target.AskAsync(List));
        routes.On(HttpMethod.Put, "/targets/{name}/state", TargetJson.Default.NewState, TargetJson.Default.TargetList, async (context, wanted) =>
        {
            string name = context.PathValue("name");
            if (StmfModule.IsOnline(wanted.State)) await BringOnlineAsync(name);
            else await TakeOfflineAsync(name);
            return await _target.AskAsync(List);
        });
    }

    private async Task BringOnlineAsync(string name)
    {
        string wwpn = await _target.AskAsync(port => Find(port, name).PortName.ToString());
        _target.Stmf.Change(so => so.WithTargetOnline(wwpn, online: true));
        await _target.AskAsync(port =>
        {
            LocalPort local = Find(port, name);
            if (local.IsOffline) port.BringOnline(local);
            return true;
        });
    }

    /// <summary>Answers when the port has logged out of its peers.</summary>
    private async Task TakeOfflineAsync(string name)
    {
        string wwpn = await _target.AskAsync(port => MayGo(Find(port, name)).PortName.ToString());
        _target.Stmf.Change(so => so.WithTargetOnline(wwpn, online: false));
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _target.AskAsync(port =>
        {
            LocalPort local = Find(port, name);
            if (local.IsLeaving) done.SetResult();
            else port.TakeOffline(local, done.SetResult);
            return true;
        });
        await Task.WhenAny(done.Task, _target.Ended);
    }

    private static LocalPort Find(FcPort port, string name)
    {
        LocalPort local = Target.Find(port, name) ?? throw new ControlException(StatusCodes.Status404NotFound, $"There is no target {name}.");
        if (local.IsLeaving && !local.IsOffline) throw new ControlException(StatusCodes.Status409Conflict, $"Target {name} is logging out. Try again.");
        return local;
    }

    /// <summary>With another's switch all N_Ports of an ENode hang on the login of the first.</summary>
    private static LocalPort MayGo(LocalPort local)
    {
        if (!local.IsOffline && local.CarriesOthers)
            throw new ControlException(StatusCodes.Status409Conflict, "The other targets are logged in with the fabric through this one. Take them offline first.");
        return local;
    }

    private TargetList List(FcPort port)
    {
        StmfConfiguration now = _target.Stmf.Configuration;
        ILookup<string, string> sessions = _target.Router.Nexuses.ToLookup(nexus => nexus.TargetPortName, nexus => nexus.InitiatorPortName);
        return new([.. now.Targets.OrderBy(record => record.RelativeId).Select(record =>
        {
            LocalPort? local = port.Locals.FirstOrDefault(local => local.PortName.ToString() == record.Name);
            string name = Wwn.TryParse(record.Name, out Wwn wwpn) ? wwpn.ToColonString() : record.Name;
            string state = local is null ? "absent" : local.IsOffline ? "offline" : local.IsLeaving ? "offlining" : "online";
            return new TargetInfo(
                name, local?.Options.SymbolicPortName, state, record.RelativeId, now.TargetGroups.FirstOrDefault(group => group.Contains(record.Name))?.Name,
                local is null || local.Id == FcId.None ? null : local.Id.ToString(), sessions[record.Name].Count());
        })]);
    }
}
