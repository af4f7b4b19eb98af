// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using FcTarget.Fabric;
using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Host.Options;
using FcTarget.Host.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FcTarget.Host.Control;

/// <summary>The fabric of the switch topology: its FCF, ports, name server and zoning. 409 in other topologies.</summary>
internal sealed class FabricModule : IControlModule
{
    private readonly Target _target;

    public FabricModule(Target target) => _target = target;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/fabric", FabricJson.Default.FabricInfo, _ => Ask(Describe));
        routes.On(HttpMethod.Post, "/fabric/fcf/suspend", FabricJson.Default.FabricInfo, _ => Change(topology => topology.Fcf.SuspendAdvertisements()));
        routes.On(HttpMethod.Post, "/fabric/fcf/resume", FabricJson.Default.FabricInfo, _ => Change(topology => topology.Fcf.ResumeAdvertisements()));
        routes.Get("/fabric/ports", FabricJson.Default.FabricPortList, _ => Ask(ListPorts));
        routes.On(HttpMethod.Delete, "/fabric/ports", FabricJson.Default.FabricInfo, _ => Change(topology => topology.Fcf.ClearAll()));
        routes.On(HttpMethod.Delete, "/fabric/ports/{id}", FabricJson.Default.FabricInfo, context => Change(topology => Clear(topology, context.PathValue("id"))));
        MapZoning(routes);
    }

    // ---- the fabric and its ports ---------------------------------------------------------------------------------

    private static FabricInfo Describe(SwitchTopology topology)
    {
        FcfStatus fcf = topology.Fcf.Status;
        ZoningConfiguration zoning = topology.Fabric.Zoning.Configuration;
        return new FabricInfo(
            fcf.FabricName.ToColonString(), fcf.SwitchName.ToColonString(), topology.Fabric.Options.DomainId, topology.Fabric.Ports.Count,
            zoning.ActiveSet, zoning.DefaultZonePermits ? "permit" : "deny",
            new FcfInfo(
                JsonNamingPolicy.KebabCaseLower.ConvertName(fcf.State.ToString()), fcf.Mac.ToString(), fcf.FcMap.ToString("x6", CultureInfo.InvariantCulture),
                fcf.Priority, fcf.FkaAdvPeriod.TotalSeconds, fcf.Vlans, fcf.ENodes, fcf.VirtualLinks));
    }

    private FabricPortList ListPorts(SwitchTopology topology)
    {
        Dictionary<FcId, VirtualLinkStatus> links = topology.Fcf.VirtualLinks().ToDictionary(link => link.Id);
        return new FabricPortList([.. topology.Fabric.Ports.Zip(topology.Fabric.Describe(), (port, info) => Describe(port, info, links))]);
    }

    private FabricPortDetails Describe(FabricPort port, FabricPortInfo info, Dictionary<FcId, VirtualLinkStatus> links)
    {
        VirtualLinkStatus? link = links.GetValueOrDefault(port.Id);
        return new FabricPortDetails(
            info.FcId, info.PortName, info.NodeName, link is null, link?.Mac.ToString(), link?.Vid, info.Classes, info.ParentId,
            _target.WallTimeOf(port.LoggedInAt), info.SymbolicPortName, info.SymbolicNodeName, info.Types, info.IsTarget, info.IsInitiator, info.Rscn, info.Zones);
    }

    private static void Clear(SwitchTopology topology, string text)
    {
        if (!uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint id) || id > 0xFFFFFF)
            throw new ControlException(StatusCodes.Status400BadRequest, $"'{text}' is no FC_ID: six hexadecimal digits.");
        if (!topology.Fcf.Clear(new FcId(id))) throw new ControlException(StatusCodes.Status404NotFound, $"No port on the wire has FC_ID {id:x6}.");
    }

    // ---- zoning ---------------------------------------------------------------------------------------------------

    private void MapZoning(IEndpointRouteBuilder routes)
    {
        const string Zones = "/fabric/zones", Sets = "/fabric/zone-sets";
        routes.Get(Zones, FabricJson.Default.ZoningInfo, _ => Ask(topology => Describe(topology.Fabric.Zoning.Configuration)));
        routes.On(HttpMethod.Post, Zones, FabricJson.Default.NewZone, FabricJson.Default.ZoningInfo,
            (_, asked) => Rezone(all => all.WithZone(asked.Name, [.. asked.Members.Select(Member)])));
        routes.On(HttpMethod.Delete, Zones + "/{zone}", FabricJson.Default.ZoningInfo, context => Rezone(all => all.WithoutZone(context.PathValue("zone"))));
        routes.On(HttpMethod.Post, Zones + "/{zone}/members", FabricJson.Default.NewName, FabricJson.Default.ZoningInfo,
            (context, asked) => Rezone(all => all.WithMember(context.PathValue("zone"), Member(asked.Name))));
        routes.On(HttpMethod.Delete, Zones + "/{zone}/members/{member}", FabricJson.Default.ZoningInfo,
            context => Rezone(all => all.WithoutMember(context.PathValue("zone"), Member(context.PathValue("member")))));
        routes.On(HttpMethod.Post, Sets, FabricJson.Default.NewZoneSet, FabricJson.Default.ZoningInfo,
            (_, asked) => Rezone(all => all.WithZoneSet(asked.Name, asked.Zones)));
        routes.On(HttpMethod.Delete, Sets + "/{set}", FabricJson.Default.ZoningInfo, context => Rezone(all => all.WithoutZoneSet(context.PathValue("set"))));
        routes.On(HttpMethod.Post, Sets + "/{set}/zones", FabricJson.Default.NewName, FabricJson.Default.ZoningInfo,
            (context, asked) => Rezone(all => all.WithZoneInSet(context.PathValue("set"), asked.Name)));
        routes.On(HttpMethod.Delete, Sets + "/{set}/zones/{zone}", FabricJson.Default.ZoningInfo,
            context => Rezone(all => all.WithoutZoneInSet(context.PathValue("set"), context.PathValue("zone"))));
        routes.On(HttpMethod.Put, "/fabric/active-zone-set", FabricJson.Default.NewName, FabricJson.Default.ZoningInfo,
            (_, asked) => Rezone(all => all.WithActiveSet(asked.Name)));
        routes.On(HttpMethod.Delete, "/fabric/active-zone-set", FabricJson.Default.ZoningInfo, _ => Rezone(all => all.WithActiveSet(null)));
        routes.On(HttpMethod.Put, "/fabric/default-zone", FabricJson.Default.NewName, FabricJson.Default.ZoningInfo,
            (_, asked) => Rezone(all => all.WithDefaultZone(SettingParsers.DefaultZone(asked.Name, out bool permits) is { } wrong
                ? throw new ControlException(StatusCodes.Status400BadRequest, wrong)
                : permits)));
    }

    private static ZoningInfo Describe(ZoningConfiguration zoning) => new(
        zoning.DefaultZonePermits ? "permit" : "deny", zoning.ActiveSet,
        [.. zoning.ZoneSets.Select(set => new ZoneSetInfo(set.Name, set.Zones))],
        [.. zoning.Zones.Select(zone => new ZoneInfo(zone.Name, [.. zone.Members.Select(member => member.ToString())]))]);

    private static ZoneMember Member(string text)
    {
        if (ZoneMember.TryParse(text, out ZoneMember member)) return member;
        if (Wwn.TryParse(text, out Wwn name)) return ZoneMember.OfPortName(name);
        throw new ControlException(StatusCodes.Status400BadRequest, $"'{text}' is no member of a zone. Write a WWPN, or wwpn.W, wwnn.W, fcid.ID.");
    }

    private Task<ZoningInfo> Rezone(Func<ZoningConfiguration, ZoningConfiguration> change) => Ask(topology =>
    {
        topology.Fabric.Zoning.Set(change(topology.Fabric.Zoning.Configuration));
        return Describe(topology.Fabric.Zoning.Configuration);
    });

    // ---- the loop -------------------------------------------------------------------------------------------------

    private Task<FabricInfo> Change(Action<SwitchTopology> change) => Ask(topology =>
    {
        change(topology);
        return Describe(topology);
    });

    private Task<T> Ask<T>(Func<SwitchTopology, T> ask) => _target.AskAsync(port => ask(
        _target.Switch ?? throw new ControlException(
            StatusCodes.Status409Conflict, $"The topology is {SettingParsers.NameOf(port.Local.Options.Topology)}: there is no fabric of ours.")));
}
