// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FcTarget.Formats;
using FcTarget.Host.Control;
using FcTarget.Host.Demo;
using FcTarget.Host.Options;
using FcTarget.Stmf.Configuration;
using FcTarget.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace FcTarget.Host.Tests;

/// <summary>Logical units, groups and views over the control interface, with an initiator that is logged in.</summary>
public sealed class StmfModuleTests : IAsyncLifetime
{
    private const string Initiator = "20:00:02:00:00:00:00:02";

    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-test.").FullName;
    private readonly DemoRig _rig;
    private ControlServer _server = null!;
    private ControlClient _client = null!;

    public StmfModuleTests()
    {
        MemorySegment segment = new();
        _rig = new DemoRig(segment.Attach("target", new MacAddress(0x02_00_00_00_00_01ul)), segment.Attach("initiator", new MacAddress(0x02_00_00_00_00_02ul)));
    }

    public async Task InitializeAsync()
    {
        Socket socket = ControlSocket.Bind(Path.Combine(_folder, "control.sock"));
        _rig.Start();
        _server = await ControlServer.StartAsync(socket, ControlModules.Of(_rig.Target), NullLogger.Instance);
        _client = new ControlClient(Path.Combine(_folder, "control.sock"));
        await _rig.Client.WaitForTargetAsync(null, TimeSpan.FromSeconds(180));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _rig.StopAsync();
        _rig.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_logical_unit_is_created_shown_to_a_host_group_taken_offline_and_deleted()
    {
        LogicalUnitInfo created = (await Post("lus", new NewLogicalUnit("db", "memory:1M"), StmfJson.Default.NewLogicalUnit, StmfJson.Default.LogicalUnitList))
            .LogicalUnits.Single(unit => unit.Name == "db");
        created.Should().BeEquivalentTo(new { Definition = "memory:1M", State = "online", Kept = false, Tasks = 0 });
        created.Guid.Should().MatchRegex("^6[0-9a-f]{31}$");
        (await LunsOfTheSession()).Should().Equal((0, "demo"));

        await Post("host-groups", new NewName("hosts"), StmfJson.Default.NewName, StmfJson.Default.GroupList);
        await Post("host-groups/hosts/members", new NewName(Initiator), StmfJson.Default.NewName, StmfJson.Default.GroupList);
        ViewEntry view = await Post("views", new NewView("db", HostGroup: "hosts"), StmfJson.Default.NewView, StmfJson.Default.ViewEntry);
        view.Should().Be(new ViewEntry(0, "db", "hosts", null, 1));
        (await LunsOfTheSession()).Should().Equal((0, "demo"), (1, "db"));

        await Ask(HttpMethod.Put, "lus/db/state", new NewState("offline"), StmfJson.Default.NewState);
        (await LunsOfTheSession()).Should().Equal((0, "demo"));
        await Ask(HttpMethod.Put, "lus/db/state", new NewState("online"), StmfJson.Default.NewState);
        (await LunsOfTheSession()).Should().HaveCount(2);

        await _client.AskAsync(HttpMethod.Delete, $"host-groups/hosts/members/{Uri.EscapeDataString(Initiator)}", CancellationToken.None);
        (await LunsOfTheSession()).Should().Equal((0, "demo"));
        await _client.AskAsync(HttpMethod.Delete, "lus/db", CancellationToken.None);
        (await Get("views", StmfJson.Default.ViewList)).Views.Should().ContainSingle().Which.LogicalUnit.Should().Be("demo");
    }

    [Fact]
    public async Task What_the_rules_forbid_is_refused_with_its_reason()
    {
        await Refused("views", new NewView("nothing"), StmfJson.Default.NewView, "There is no logical unit 'nothing'.");
        await Refused("views", new NewView("demo"), StmfJson.Default.NewView, "'demo' has view entry 0*");
        await Refused("lus", new NewLogicalUnit("x", "tape:1M"), StmfJson.Default.NewLogicalUnit, "*'tape' is *Write memory:SIZE*");
        await Refused("lus", new NewLogicalUnit("demo", "memory:1M"), StmfJson.Default.NewLogicalUnit, "There is a logical unit 'demo' already.");
        await Refused("host-groups", new NewName("All"), StmfJson.Default.NewName, "*means every port.");
        await Refused("host-groups/none/members", new NewName(Initiator), StmfJson.Default.NewName, "There is no host group 'none'.");
    }

    private async Task Refused<T>(string path, T request, JsonTypeInfo<T> type, string sentence) =>
        await ((Func<Task>)(() => Ask(HttpMethod.Post, path, request, type))).Should().ThrowAsync<OperatorException>().WithMessage(sentence);

    private async Task<IEnumerable<(int, string)>> LunsOfTheSession() =>
        (await Get("sessions", ControlJson.Default.SessionList)).Sessions.Single().Luns.Select(lun => (lun.Lun, lun.LogicalUnit));

    private async Task<T> Get<T>(string path, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(await _client.AskAsync(HttpMethod.Get, path, CancellationToken.None), type)!;

    private async Task<TAnswer> Post<T, TAnswer>(string path, T request, JsonTypeInfo<T> type, JsonTypeInfo<TAnswer> answer) =>
        JsonSerializer.Deserialize(await Ask(HttpMethod.Post, path, request, type), answer)!;

    private Task<byte[]> Ask<T>(HttpMethod method, string path, T request, JsonTypeInfo<T> type) =>
        _client.AskAsync(method, path, request, type, CancellationToken.None);
}
