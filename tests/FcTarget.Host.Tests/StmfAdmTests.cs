// SPDX-License-Identifier: MIT

using System.Text.Json;
using FcTarget.Formats;
using FcTarget.Host.Serving;
using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire;

namespace FcTarget.Host.Tests;

/// <summary>The verbs of stmfadm over the control socket, and what each says to a misuse of it.</summary>
public sealed class StmfAdmTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-test.").FullName;
    private Target _target = null!;
    private ControlRig _control = null!;

    public async Task InitializeAsync()
    {
        Start();
        _control = await ControlRig.StartAsync(_target);
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Start()
    {
        _target = new Target(
            new MemorySegment().Attach("target", new MacAddress(0x02_00_00_00_00_01ul)), new PortOptions { Topology = Topology.Vn2Vn, SymbolicPortName = "main" },
            [LuSpec.Parse("memory:1M,name=first,lun=0")], TimeProvider.System, new FcProvider(), observer: null, store: Path.Combine(_folder, "store.json"));
        _target.Start();
    }

    private async Task StopAsync()
    {
        await _control.DisposeAsync();
        await _target.StopAsync();
        _target.Dispose();
    }

    private async Task RestartAsync()
    {
        await StopAsync();
        Start();
        _control = await ControlRig.StartAsync(_target);
    }

    private async Task<JsonElement> Lu(string name) => (await _control.Ask($"GET lus/{name}")).GetProperty("logical_units")[0];

    [Theory]
    [InlineData("POST lus", """{ "name": "a b", "definition": "memory:1M" }""", "400 'a b' is no name of a logical unit*")]
    [InlineData("POST lus", """{ "name": "x", "definition": "tape:1M" }""", "400 *'tape' is none of memory, file, null and pattern*")]
    [InlineData("POST lus", """{ "name": "x", "definition": "memory:1M,pi=4" }""", "400 *protection type '4' is none of*")]
    [InlineData("POST lus", """{ "name": "x", "definition": "file:/nowhere/at/all" }""", "400 *does not exist*")]
    [InlineData("POST lus", """{ "name": "first", "definition": "memory:1M" }""", "409 There is a logical unit 'first' already.")]
    [InlineData("POST lus", """{ "name": "x" }""", "400 *")]
    [InlineData("POST lus", """{ "name": "x", "definition": null }""", "400 *")]
    [InlineData("POST lus", """{ "name": "x", "definition": "memory:1M", "size": 1 }""", "400 *")]
    [InlineData("POST lus", "nonsense", "400 *")]
    [InlineData("GET lus/none", null, "404 There is no logical unit 'none'.")]
    [InlineData("DELETE lus/none", null, "404 There is no logical unit 'none'.")]
    [InlineData("DELETE lus/none?views=keep", null, "404 There is no logical unit 'none'.")]
    [InlineData("PUT lus/none/state", """{ "state": "online" }""", "404 There is no logical unit 'none'.")]
    [InlineData("PUT lus/first/state", """{ "state": "up" }""", "400 State 'up' is neither online nor offline.")]
    [InlineData("PUT lus/none/size", """{ "size": "1G" }""", "404 There is no logical unit 'none'.")]
    [InlineData("PUT lus/first/size", """{ "size": "1G" }""", "400 'first' cannot have the size 1G: *")]
    [InlineData("PUT lus/first/size", """{ "size": "512K" }""", "400 'first' has 1M; it can grow, not shrink.")]
    [InlineData("PUT lus/first/size", """{ "size": "1000001" }""", "400 *")]
    [InlineData("PUT lus/first/size", """{ "size": "much" }""", "400 Size 'much' is not a number of bytes*")]
    [InlineData("GET views/none", null, "404 There is no logical unit 'none'.")]
    [InlineData("POST views", """{ "logical_unit": "none" }""", "404 There is no logical unit 'none'.")]
    [InlineData("POST views", """{ "logical_unit": "first" }""", "409 'first' has view entry 0*")]
    [InlineData("POST views", """{ "logical_unit": "first", "host_group": "none" }""", "404 There is no host group 'none'.")]
    [InlineData("POST views", """{ "logical_unit": "first", "target_group": "none" }""", "404 There is no target group 'none'.")]
    [InlineData("POST views", """{ "logical_unit": "first", "lun": 16384 }""", "400 LUN 16384 is not 0 to 16383.")]
    [InlineData("POST views", """{ "logical_unit": "first", "lun": -1 }""", "400 LUN -1 is not 0 to 16383.")]
    [InlineData("DELETE views/none", null, "404 There is no logical unit 'none'.")]
    [InlineData("DELETE views/first/7", null, "404 'first' has no view entry 7.")]
    [InlineData("POST host-groups", """{ "name": "all" }""", "400 A host group cannot be called 'all'*")]
    [InlineData("POST host-groups", """{ "name": "" }""", "400 '' is no name of a host group*")]
    [InlineData("DELETE host-groups/none", null, "404 There is no host group 'none'.")]
    [InlineData("POST host-groups/none/members", """{ "name": "2000000000000001" }""", "404 There is no host group 'none'.")]
    [InlineData("DELETE host-groups/none/members/2000000000000001", null, "404 There is no host group 'none'.")]
    [InlineData("POST target-groups", """{ "name": "a b" }""", "400 'a b' is no name of a target group*")]
    [InlineData("DELETE target-groups/none", null, "404 There is no target group 'none'.")]
    [InlineData("POST target-groups/none/members", """{ "name": "2000000000000001" }""", "404 There is no target group 'none'.")]
    [InlineData("DELETE target-groups/none/members/2000000000000001", null, "404 There is no target group 'none'.")]
    public async Task A_misuse_is_refused_with_its_reason_and_changes_nothing(string request, string? body, string sentence)
    {
        var before = _target.Stmf.Configuration;
        (await _control.Refused(request, body)).Should().Match(sentence);
        _target.Stmf.Configuration.Should().Be(before);
    }

    [Fact]
    public async Task Groups_refuse_members_that_are_none_or_elsewhere_and_stay_while_a_view_uses_them()
    {
        foreach (string kind in (string[])["host", "target"])
        {
            await _control.Ask($"POST {kind}-groups", """{ "name": "a" }""");
            await _control.Ask($"POST {kind}-groups", """{ "name": "b" }""");
            (await _control.Refused($"POST {kind}-groups", """{ "name": "a" }""")).Should().Be($"409 There is a {kind} group 'a' already.");
            (await _control.Refused($"POST {kind}-groups/a/members", """{ "name": "wwn" }""")).Should().StartWith("400 'wwn' is not a port name.");
            await _control.Ask($"POST {kind}-groups/a/members", """{ "name": "20:00:00:00:00:00:00:77" }""");
            (await _control.Refused($"POST {kind}-groups/b/members", """{ "name": "wwn.2000000000000077" }"""))
                .Should().Be($"409 2000000000000077 is a member of {kind} group 'a' already; a port is in one at most.");
            (await _control.Refused($"DELETE {kind}-groups/b/members/2000000000000077")).Should().Be($"404 2000000000000077 is not a member of {kind} group 'b'.");
        }
        await _control.Ask("DELETE views/first");
        await _control.Ask("POST views", """{ "logical_unit": "first", "host_group": "a", "target_group": "b", "lun": 4 }""");
        (await _control.Refused("DELETE host-groups/a")).Should().Be("409 The host group 'a' is used by view entry 0 of 'first'. Remove that first.");
        (await _control.Refused("DELETE target-groups/b")).Should().Be("409 The target group 'b' is used by view entry 0 of 'first'. Remove that first.");
        await _control.Ask("POST lus", """{ "name": "second", "definition": "memory:1M" }""");
        (await _control.Refused("POST views", """{ "logical_unit": "second", "host_group": "a", "lun": 4 }"""))
            .Should().Be("409 LUN 4 leads to 'first' for some of these ports. Take another.");
        (await _control.Ask("GET views/first")).GetProperty("views").GetArrayLength().Should().Be(1);
        await _control.Ask("DELETE views/first/0");
        await _control.Ask("DELETE host-groups/a");
        await _control.Ask("DELETE target-groups/b");
    }

    [Fact]
    public async Task A_unit_says_all_there_is_to_say_of_it()
    {
        await _control.Ask("POST lus", """{ "name": "guarded", "definition": "memory:2M,block=4096,thick,wcache=off,pi=2" }""");
        JsonElement status = (await Lu("guarded")).GetProperty("status");
        status.GetProperty("size").GetInt64().Should().Be(2 << 20);
        status.GetProperty("block_size").GetInt32().Should().Be(4096);
        status.GetProperty("thin").GetBoolean().Should().BeFalse();
        status.GetProperty("write_cache").GetBoolean().Should().BeFalse();
        status.GetProperty("write_protected").GetBoolean().Should().BeFalse();
        status.GetProperty("protection_type").GetInt32().Should().Be(2);
        status.GetProperty("medium").GetString().Should().Be("ready");
        (await Lu("guarded")).GetProperty("views").GetInt32().Should().Be(0);
        (await Lu("first")).GetProperty("views").GetInt32().Should().Be(1);
    }

    [Fact]
    public async Task A_file_grows_while_it_is_in_use_and_has_its_size_after_a_restart()
    {
        string path = Path.Combine(_folder, "disk"), definition = $"file:{path},size=1M";
        await _control.Ask("POST lus", $$"""{ "name": "disk", "definition": "{{definition}}" }""");
        await _control.Ask("PUT lus/disk/size", """{ "size": "3M" }""");
        (await Lu("disk")).GetProperty("definition").GetString().Should().Be($"file:{path},size=3M");
        (await Lu("disk")).GetProperty("status").GetProperty("size").GetInt64().Should().Be(3 << 20);
        new FileInfo(path).Length.Should().Be(3 << 20);
        (await _control.Refused("PUT lus/disk/size", """{ "size": "3146000" }""")).Should().Match("400 *not a multiple of the block size 512*");
        await RestartAsync();
        (await Lu("disk")).GetProperty("status").GetProperty("size").GetInt64().Should().Be(3 << 20);
    }

    [Fact]
    public async Task Views_that_are_kept_wait_for_a_unit_of_that_name_through_a_restart()
    {
        await _control.Ask("POST lus", """{ "name": "db", "definition": "memory:1M" }""");
        await _control.Ask("POST views", """{ "logical_unit": "db", "lun": 7 }""");
        await _control.Ask("DELETE lus/db?views=keep");
        await _control.Ask("POST lus", """{ "name": "other", "definition": "memory:1M" }""");
        (await _control.Refused("POST views", """{ "logical_unit": "other", "lun": 7 }""")).Should().StartWith("409 LUN 7 leads to 'db'");
        await RestartAsync();
        (await _control.Ask("GET views/db")).GetProperty("views")[0].GetProperty("lun").GetInt32().Should().Be(7);
        _target.Stmf.Configuration.ViewsOf("2000000000000001", "2000000000000002").Select(view => view.Lun).Should().Equal(0);
        await _control.Ask("POST lus", """{ "name": "db", "definition": "memory:2M" }""");
        _target.Stmf.Configuration.ViewsOf("2000000000000001", "2000000000000002").Select(view => view.Lun).Should().Equal(0, 7);
        await _control.Ask("DELETE lus/db?views=keep");
        await _control.Ask("DELETE views/db");
        (await _control.Refused("GET views/db")).Should().Be("404 There is no logical unit 'db'.");
    }
}
