// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using FcTarget.Host.Serving;
using FcTarget.LogicalUnits;
using FcTarget.Stmf;
using FcTarget.Stmf.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FcTarget.Host.Control;

/// <summary>GET /v1/lus.</summary>
internal sealed record LogicalUnitList(IReadOnlyList<LogicalUnitInfo> LogicalUnits);

/// <param name="Guid">NAA designator, 32 hexadecimal digits.</param>
/// <param name="State"><c>online</c> or <c>offline</c>.</param>
/// <param name="Kept">It is in the store, and there again after a restart.</param>
/// <param name="Tasks">Commands it has now.</param>
/// <param name="Views">How many view entries it has.</param>
/// <param name="Status">More of it; null when it is just going away.</param>
internal sealed record LogicalUnitInfo(string Name, string Definition, string Guid, string State, bool Kept, int Tasks, int Views, BlockDeviceStatus? Status);

/// <summary>POST /v1/lus.</summary>
internal sealed record NewLogicalUnit(string Name, string Definition);

/// <summary>PUT /v1/lus/{name}/state: <c>online</c> or <c>offline</c>.</summary>
internal sealed record NewState(string State);

/// <summary>PUT /v1/lus/{name}/size: bytes, or with K, M, G, T.</summary>
internal sealed record NewSize(string Size);

/// <summary>GET /v1/views.</summary>
internal sealed record ViewList(IReadOnlyList<ViewEntry> Views);

/// <summary>POST /v1/views. A group that is null means all ports, a LUN that is null the lowest that is free.</summary>
internal sealed record NewView(string LogicalUnit, string? HostGroup = null, string? TargetGroup = null, int? Lun = null);

/// <summary>GET /v1/host-groups and /v1/target-groups.</summary>
internal sealed record GroupList(IReadOnlyList<PortGroup> Groups);

/// <summary>PUT /v1/target-groups/{group}/alua.</summary>
/// <param name="State">Access state of all logical units through its ports, in kebab-case: <c>standby</c>; null: as it is.</param>
/// <param name="Preferred">PREF; null: as it is.</param>
/// <param name="SegmentSize">With the state <c>lba-dependent</c>: bytes of a user data segment, or with K, M, G, T.</param>
/// <param name="SegmentStates">With it: the states of the first segments, which come again and again.</param>
internal sealed record NewAccess(
    string? State = null, bool? Preferred = null, string? SegmentSize = null, IReadOnlyList<string>? SegmentStates = null);

/// <summary>POST /v1/host-groups, and members of one: a name.</summary>
internal sealed record NewName(string Name);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    Converters = [typeof(AccessStateConverter)])]
[JsonSerializable(typeof(LogicalUnitList))]
[JsonSerializable(typeof(NewLogicalUnit))]
[JsonSerializable(typeof(NewState))]
[JsonSerializable(typeof(NewSize))]
[JsonSerializable(typeof(ViewList))]
[JsonSerializable(typeof(ViewEntry))]
[JsonSerializable(typeof(NewView))]
[JsonSerializable(typeof(GroupList))]
[JsonSerializable(typeof(NewName))]
[JsonSerializable(typeof(NewAccess))]
internal sealed partial class StmfJson : JsonSerializerContext;

/// <summary>Logical units, views, host groups and target groups. A change is durable and in force when it is answered.</summary>
internal sealed class StmfModule : IControlModule
{
    private const string Online = "online", Offline = "offline";

    private readonly StmfAdministration _stmf;

    public StmfModule(Target target) => _stmf = target.Stmf;

    public void Map(IEndpointRouteBuilder routes)
    {
        StmfJson json = StmfJson.Default;
        routes.Get("/lus", json.LogicalUnitList, _ => Units());
        routes.Get("/lus/{name}", json.LogicalUnitList,
            context => Task.FromResult(new LogicalUnitList([Describe(_stmf.Configuration.LogicalUnit(context.PathValue("name")))])));
        routes.On(HttpMethod.Post, "/lus", json.NewLogicalUnit, json.LogicalUnitList,
            (_, unit) => Units(so => so.WithLogicalUnit(new LogicalUnitRecord(unit.Name, unit.Definition))));
        routes.On(HttpMethod.Delete, "/lus/{name}", json.LogicalUnitList,
            context => Units(so => so.WithoutLogicalUnit(context.PathValue("name"), keepViews: context.Request.Query["views"] == "keep")));
        routes.On(HttpMethod.Put, "/lus/{name}/state", json.NewState, json.LogicalUnitList,
            (context, wanted) => Units(so => so.WithLogicalUnitOnline(context.PathValue("name"), IsOnline(wanted.State))));

        routes.On(HttpMethod.Put, "/lus/{name}/size", json.NewSize, json.LogicalUnitList,
            (context, wanted) => Units(so => Grown(so, context.PathValue("name"), wanted.Size)));

        routes.Get("/views", json.ViewList, _ => Views());
        routes.Get("/views/{unit}", json.ViewList, context => Task.FromResult(ViewsOf(context.PathValue("unit"))));
        routes.On(HttpMethod.Post, "/views", json.NewView, json.ViewEntry, (_, view) => Task.FromResult(Add(view)));
        routes.On(HttpMethod.Delete, "/views/{unit}", json.ViewList, context => Views(so => so.WithoutView(context.PathValue("unit"), id: null)));
        routes.On(HttpMethod.Delete, "/views/{unit}/{id:int}", json.ViewList,
            context => Views(so => so.WithoutView(context.PathValue("unit"), int.Parse(context.PathValue("id")))));

        MapGroups(routes, "/host-groups", so => so.HostGroups, (so, g) => so.WithHostGroup(g), (so, g) => so.WithoutHostGroup(g),
            (so, g, port) => so.WithHost(g, port), (so, g, port) => so.WithoutHost(g, port));
        MapGroups(routes, "/target-groups", so => so.TargetGroups, (so, g) => so.WithTargetGroup(g), (so, g) => so.WithoutTargetGroup(g),
            (so, g, port) => so.WithTarget(g, port), (so, g, port) => so.WithoutTarget(g, port));
        routes.On(HttpMethod.Put, "/target-groups/{group}/alua", json.NewAccess, json.GroupList, (context, access) => Task.FromResult(new GroupList(
            _stmf.Change(so => so.WithAccess(
                context.PathValue("group"), AccessStateNames.Read(access.State), access.Preferred, SegmentsOf(access))).TargetGroups)));
    }

    private static UserDataSegments? SegmentsOf(NewAccess access)
    {
        if (access is { SegmentSize: null, SegmentStates: null }) return null;
        if (access.SegmentSize is null || access.SegmentStates is null)
            throw new ControlException(StatusCodes.Status400BadRequest, "Segments have a size and states: give both.");
        if (!ByteSize.TryParse(access.SegmentSize, out long size))
            throw new ControlException(StatusCodes.Status400BadRequest, $"'{access.SegmentSize}' is no size. Write bytes, or a number with K, M, G or T.");
        return new UserDataSegments(size, [.. access.SegmentStates.Select(state => AccessStateNames.Read(state)!.Value)]);
    }

    private void MapGroups(
        IEndpointRouteBuilder routes, string path, Func<StmfConfiguration, IReadOnlyList<PortGroup>> groups,
        Func<StmfConfiguration, string, StmfConfiguration> create, Func<StmfConfiguration, string, StmfConfiguration> delete,
        Func<StmfConfiguration, string, string, StmfConfiguration> addMember, Func<StmfConfiguration, string, string, StmfConfiguration> removeMember)
    {
        StmfJson json = StmfJson.Default;
        routes.Get(path, json.GroupList, _ => Answer(so => so));
        routes.On(HttpMethod.Post, path, json.NewName, json.GroupList, (_, group) => Answer(so => create(so, group.Name)));
        routes.On(HttpMethod.Delete, path + "/{group}", json.GroupList, context => Answer(so => delete(so, context.PathValue("group"))));
        routes.On(HttpMethod.Post, path + "/{group}/members", json.NewName, json.GroupList,
            (context, port) => Answer(so => addMember(so, context.PathValue("group"), port.Name)));
        routes.On(HttpMethod.Delete, path + "/{group}/members/{port}", json.GroupList,
            context => Answer(so => removeMember(so, context.PathValue("group"), context.PathValue("port"))));

        Task<GroupList> Answer(Func<StmfConfiguration, StmfConfiguration> change) => Task.FromResult(new GroupList(groups(_stmf.Change(change))));
    }

    private Task<LogicalUnitList> Units(Func<StmfConfiguration, StmfConfiguration>? change = null)
    {
        StmfConfiguration now = change is null ? _stmf.Configuration : _stmf.Change(change);
        return Task.FromResult(new LogicalUnitList([.. now.LogicalUnits.Select(Describe)]));
    }

    /// <summary>A size goes up only: what would be cut off is an initiator's data.</summary>
    private static StmfConfiguration Grown(StmfConfiguration so, string name, string text)
    {
        LuSpec spec = LuSpec.Parse(so.LogicalUnit(name).Definition);
        if (!ByteSize.TryParse(text, out long size) || size <= 0) throw new StmfException(StmfError.Invalid, $"Size '{text}' is not a number of bytes above 0 (256M, 1G).");
        if (spec.Size is not { } was)
            throw new StmfException(StmfError.Invalid, $"'{name}' is its whole file. Delete it, extend the file, and create it anew, or with size= from the start.");
        if (size < was) throw new StmfException(StmfError.Invalid, $"'{name}' has {ByteSize.Format(was)}; it can grow, not shrink.");
        return so.WithDefinition(name, (spec with { Size = size }).ToString());
    }

    private LogicalUnitInfo Describe(LogicalUnitRecord record)
    {
        ILogicalUnit? unit = _stmf.Find(record.Name); // null when somebody deletes it at this very moment
        return new LogicalUnitInfo(
            record.Name, record.Definition, unit is null ? "" : unit.Identity.Guid.ToString("x32"), record.Online ? Online : Offline,
            _stmf.IsStored && !record.IsTransient, unit?.TaskSet.Count ?? 0, _stmf.Configuration.Views.Count(view => view.LogicalUnit == record.Name), (unit as BlockDevice)?.Status);
    }

    private Task<ViewList> Views(Func<StmfConfiguration, StmfConfiguration>? change = null) =>
        Task.FromResult(new ViewList((change is null ? _stmf.Configuration : _stmf.Change(change)).Views));

    private ViewList ViewsOf(string unit)
    {
        StmfConfiguration now = _stmf.Configuration;
        ViewEntry[] views = [.. now.Views.Where(view => view.LogicalUnit == unit)];
        if (views.Length == 0) now.LogicalUnit(unit);
        return new ViewList(views);
    }

    private ViewEntry Add(NewView view)
    {
        ViewEntry? added = null;
        _stmf.Change(so => so.WithView(view.LogicalUnit, view.HostGroup, view.TargetGroup, view.Lun, out added));
        return added!;
    }

    internal static bool IsOnline(string state) => state switch
    {
        Online => true,
        Offline => false,
        _ => throw new ControlException(StatusCodes.Status400BadRequest, $"State '{state}' is neither online nor offline."),
    };
}
