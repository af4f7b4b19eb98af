// SPDX-License-Identifier: MIT

using System.Text.Json;
using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Host.Serving;
using FcTarget.Initiator;
using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire;

namespace FcTarget.Host.Tests;

/// <summary>A target of several N_Ports, which come and go, and an initiator that sees them.</summary>
public sealed class PortControlTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly Target _target;
    private readonly MemoryWire _initiatorWire;
    private readonly PortThread _initiatorLoop;
    private readonly InitiatorClient _client;
    private ControlRig _control = null!;

    public PortControlTests()
    {
        MemorySegment segment = new();
        PortOptions options = new() { Topology = Topology.Switch, SymbolicPortName = "main" };
        Assert.True(PortSpec.TryParse("name=t1,wwpn=20:01:02:00:00:00:00:01", out PortSpec? more, out _));
        _target = new Target(
            segment.Attach("target", new MacAddress(0x02_00_00_00_00_01ul)), options,
            [LuSpec.Parse("memory:1M,name=everywhere"), LuSpec.Parse("memory:1M,name=behind-t1,target=t1"), LuSpec.Parse("memory:1M,name=not-ours,host=2000020000000099")],
            TimeProvider.System, new FcProvider(), observer: null,
            makeSwitch: port => new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions()), morePorts: [more]);
        _initiatorWire = segment.Attach("initiator", new MacAddress(0x02_00_00_00_00_02ul));
        FcPort port = new(_initiatorWire, options with { Topology = Topology.Fabric, Seed = 2 }, TimeProvider.System, new FcProvider());
        _client = new InitiatorClient(FcpInitiator.AddTo(port));
        _initiatorLoop = new PortThread(port, "port initiator");
    }

    public async Task InitializeAsync()
    {
        _target.Start();
        _initiatorLoop.Start();
        _control = await ControlRig.StartAsync(_target);
    }

    public async Task DisposeAsync()
    {
        await _initiatorLoop.StopAsync();
        await _control.DisposeAsync();
        await _target.StopAsync();
        _initiatorLoop.Dispose();
        _target.Dispose();
        _initiatorWire.Dispose();
    }

    [Fact]
    public async Task A_port_made_at_run_time_is_there_again_after_a_restart_with_its_names_and_its_FC_ID()
    {
        string folder = Directory.CreateTempSubdirectory("fctarget-test.").FullName;
        string before = "";
        try
        {
            await LiveAsync(folder, async control =>
            {
                await control.Ask("POST ports", """{"definition":"name=first"}""");
                await control.Ask("POST ports", """{"definition":"wwnn=10:00:02:00:00:00:00:77"}""");
                await control.Ask("POST ports", """{"definition":"name=gone"}""");
                await control.Ask("DELETE ports/gone");
                before = await IdentitiesAsync(control, ports: 3);
            });
            await LiveAsync(folder, async control => (await IdentitiesAsync(control, ports: 3)).Should().Be(before));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A target of its own, from start to stop, with its stores in a folder.</summary>
    private static async Task LiveAsync(string folder, Func<ControlRig, Task> meanwhile)
    {
        FabricOptions fabric = new() { SwitchName = Wwn.None, StateFile = Path.Combine(folder, "fabric.json") };
        using Target target = new(
            new MemorySegment().Attach("target", new MacAddress(0x02_00_00_00_00_09ul)), new PortOptions { Topology = Topology.Switch, SymbolicPortName = "main" }, [],
            TimeProvider.System, new FcProvider(), observer: null, store: Path.Combine(folder, "store.json"),
            makeSwitch: port => new SwitchTopology(port, fabric, new FcfOptions()));
        target.Start();
        await using (ControlRig control = await ControlRig.StartAsync(target)) await meanwhile(control);
        await target.StopAsync();
    }

    /// <summary>WWPN, WWNN, FC_ID and name of every port, when all have logged in.</summary>
    private static async Task<string> IdentitiesAsync(ControlRig control, int ports)
    {
        for (int i = 0; ; i++)
        {
            JsonElement[] all = [.. (await control.Ask("GET ports")).GetProperty("ports").EnumerateArray()];
            if (all.Length == ports && all.All(port => port.GetProperty("fc_id").ValueKind == JsonValueKind.String))
                return string.Join('\n', all.Select(port => string.Join(' ', ((string[])["wwpn", "wwnn", "fc_id", "symbolic_name"]).Select(name => port.GetProperty(name).GetString()))));
            i.Should().BeLessThan(1500, "{0} ports log in within 30 s", ports);
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task Each_port_shows_the_logical_units_that_are_seen_through_it()
    {
        (await LunsOf(0x2000_0200_0000_0001)).Should().Equal("0");
        (await LunsOf(0x2001_0200_0000_0001)).Should().Equal("0", "1");
    }

    [Fact]
    public async Task A_port_is_created_found_by_the_initiator_and_deleted()
    {
        JsonElement ports = (await _control.Ask("POST ports", """{ "definition": "name=new" }""")).GetProperty("ports");
        ports.EnumerateArray().Select(port => port.GetProperty("wwpn").GetString()).Should()
            .Equal("20:00:02:00:00:00:00:01", "20:01:02:00:00:00:00:01", "20:02:02:00:00:00:00:01");
        (await LunsOf(0x2002_0200_0000_0001)).Should().Equal("0");
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.TargetLost += target =>
        {
            if (target.PortName.Value == 0x2002_0200_0000_0001) lost.TrySetResult();
        };

        (await _control.Ask("DELETE ports/new")).GetProperty("ports").GetArrayLength().Should().Be(2);

        await lost.Task.WaitAsync(Patience);
        (await _control.Ask("GET sessions")).GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("target").GetString())
            .Should().NotContain("2002020000000001");
    }

    [Fact]
    public async Task A_target_goes_offline_with_its_sessions_and_comes_back_under_the_same_number()
    {
        await LunsOf(0x2001_0200_0000_0001);
        (await Targets()).Should().Equal("20:00:02:00:00:00:00:01 online 1 - 1", "20:01:02:00:00:00:00:01 online 2 t1 1");
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.TargetLost += target =>
        {
            if (target.PortName.Value == 0x2001_0200_0000_0001) lost.TrySetResult();
        };

        await _control.Ask("PUT targets/t1/state", """{ "state": "offline" }""");

        (await Targets()).Should().Equal("20:00:02:00:00:00:00:01 online 1 - 1", "20:01:02:00:00:00:00:01 offline 2 t1 0");
        await lost.Task.WaitAsync(Patience);
        await _control.Ask("PUT targets/t1/state", """{ "state": "offline" }"""); // as it is: no error
        await _control.Ask("PUT targets/t1/state", """{ "state": "online" }""");
        (await LunsOf(0x2001_0200_0000_0001)).Should().Equal("0", "1");
        (await Targets()).Should().Equal("20:00:02:00:00:00:00:01 online 1 - 1", "20:01:02:00:00:00:00:01 online 2 t1 1");
    }

    [Fact]
    public async Task The_first_target_goes_offline_and_comes_back_too()
    {
        await LunsOf(0x2000_0200_0000_0001);
        await _control.Ask("PUT targets/2000020000000001/state", """{ "state": "offline" }""");
        (await Targets())[0].Should().Be("20:00:02:00:00:00:00:01 offline 1 - 0");
        await _control.Ask("PUT targets/main/state", """{ "state": "online" }""");
        (await LunsOf(0x2000_0200_0000_0001)).Should().Equal("0");
    }

    [Fact]
    public async Task The_access_state_of_a_target_group_is_set_and_shown()
    {
        JsonElement groups = await _control.Ask("PUT target-groups/t1/alua", """{ "state": "active-non-optimized", "preferred": true }""");
        groups.GetProperty("groups")[0].GetRawText().Should().Contain("\"access_state\": \"active-non-optimized\"").And.Contain("\"preferred\": true");
        (await _control.Ask("PUT target-groups/t1/alua", """{ "preferred": false }""")).GetRawText().Should().Contain("active-non-optimized").And.NotContain("preferred");
    }

    [Fact]
    public async Task A_target_group_may_depend_on_the_LBA()
    {
        JsonElement groups = await _control.Ask(
            "PUT target-groups/t1/alua", """{ "state": "lba-dependent", "segment_size": "1M", "segment_states": ["active-optimized", "standby"] }""");
        JsonElement segments = groups.GetProperty("groups")[0].GetProperty("segments");
        segments.GetProperty("size").GetInt64().Should().Be(1 << 20);
        segments.GetProperty("states").EnumerateArray().Select(state => state.GetString()).Should().Equal("active-optimized", "standby");
        (await _control.Ask("PUT target-groups/t1/alua", """{ "state": "standby" }""")).GetRawText().Should().NotContain("segments");
    }

    [Theory]
    [InlineData("PUT targets/nobody/state", """{ "state": "offline" }""", "404 There is no target nobody.")]
    [InlineData("PUT targets/t1/state", """{ "state": "up" }""", "400 State 'up' is neither online nor offline.")]
    [InlineData("PUT target-groups/t1/alua", """{ "state": "asleep" }""", "400 'asleep' is no access state. Write one of active-optimized, *")]
    [InlineData("PUT target-groups/t1/alua", """{ "state": "lba-dependent" }""", "400 Target group 't1' needs the size and the states of its segments *")]
    [InlineData("PUT target-groups/t1/alua", """{ "state": "lba-dependent", "segment_size": "1M" }""", "400 Segments have a size and states: give both.")]
    [InlineData("PUT target-groups/t1/alua", """{ "segment_size": "1X", "segment_states": [] }""", "400 '1X' is no size. *")]
    [InlineData("PUT target-groups/t1/alua", """{ "segment_size": "1M", "segment_states": ["asleep"] }""", "400 'asleep' is no access state. *")]
    [InlineData("PUT target-groups/t1/alua", """{ "segment_size": "1M", "segment_states": ["standby","standby"] }""", "400 Segments are of a target group that is *")]
    [InlineData("PUT target-groups/none/alua", """{ "state": "standby" }""", "404 There is no target group 'none'.")]
    [InlineData("POST ports", """{ "definition": "wwpn=x" }""", "400 Port 'wwpn=x': 'wwpn=x' is not understood. *")]
    [InlineData("POST ports", """{ "definition": "name=t1" }""", "409 There is a port t1 already.")]
    [InlineData("POST ports", """{ "definition": "wwpn=2000020000000001" }""", "409 There is a port 20:00:02:00:00:00:00:01 already.")]
    [InlineData("DELETE ports/nobody", null, "404 There is no port nobody.")]
    [InlineData("DELETE ports/main", null, "409 The first port is there as long as the target.")]
    public async Task What_cannot_be_done_is_said_and_changes_nothing(string request, string? body, string sentence)
    {
        (await _control.Refused(request, body)).Should().Match(sentence);

        (await _control.Ask("GET ports")).GetProperty("ports").GetArrayLength().Should().Be(2);
    }

    private async Task<string[]> Targets() =>
    [
        .. (await _control.Ask("GET targets")).GetProperty("targets").EnumerateArray().Select(target =>
            $"{target.GetProperty("name")} {target.GetProperty("state")} {target.GetProperty("relative_port")} "
            + $"{target.GetProperty("target_group").GetString() ?? "-"} {target.GetProperty("sessions")}"),
    ];

    private async Task<IEnumerable<string>> LunsOf(ulong portName)
    {
        InitiatorTarget target = await _client.WaitForTargetAsync(new Wwn(portName), Patience);
        return (await _client.ReportLunsAsync(target)).Select(lun => lun.ToString());
    }
}
