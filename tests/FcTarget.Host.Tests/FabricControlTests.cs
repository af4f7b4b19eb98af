// SPDX-License-Identifier: MIT

using System.Text.Json;
using FcTarget.Fabric;
using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Host.Serving;
using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Wire;

namespace FcTarget.Host.Tests;

/// <summary>The fabric of a running target with the switch topology.</summary>
public sealed class FabricControlTests : IAsyncLifetime
{
    private readonly string _state = Directory.CreateTempSubdirectory("fctarget-test.").FullName;
    private Target _target = null!;
    private ControlRig _control = null!;

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public async Task The_fabric_and_its_FCF_are_described()
    {
        JsonElement fabric = await _control.Ask("GET fabric");

        Field(fabric, "fabric_name").Should().Be(Field(fabric, "switch_name")).And.MatchRegex("^10:00(:[0-9a-f]{2}){6}$");
        Field(fabric, "domain").Should().Be("1");
        Field(fabric, "default_zone").Should().Be("permit");
        Field(fabric.GetProperty("fcf"), "mac").Should().Be("02:00:00:00:00:01");
        Field(fabric.GetProperty("fcf"), "fka_adv_period_seconds").Should().Be("8");
        Field(fabric.GetProperty("fcf"), "state").Should().Be("advertising");
    }

    [Fact]
    public async Task Advertisements_end_and_begin_again()
    {
        JsonElement silent = await _control.Ask("POST fabric/fcf/suspend");
        JsonElement back = await _control.Ask("POST fabric/fcf/resume");

        Field(silent.GetProperty("fcf"), "state").Should().Be("silent");
        Field(back.GetProperty("fcf"), "state").Should().Be("advertising");
    }

    [Fact]
    public async Task Zones_are_made_activated_and_there_again_after_a_restart()
    {
        await _control.Ask("POST fabric/zones", """{ "name": "one", "members": ["20:00:02:00:00:00:00:05", "fcid.010203"] }""");
        await _control.Ask("POST fabric/zones/one/members", """{ "name": "wwnn.1000020000000007" }""");
        await _control.Ask("DELETE fabric/zones/one/members/fcid.010203");
        await _control.Ask("POST fabric/zone-sets", """{ "name": "all", "zones": ["one"] }""");
        await _control.Ask("PUT fabric/active-zone-set", """{ "name": "all" }""");
        await _control.Ask("PUT fabric/default-zone", """{ "name": "deny" }""");

        await StopAsync();
        await StartAsync();

        JsonElement zoning = await _control.Ask("GET fabric/zones");
        Field(zoning, "active_zone_set").Should().Be("all");
        Field(zoning, "default_zone").Should().Be("deny");
        JsonElement zone = zoning.GetProperty("zones").EnumerateArray().Should().ContainSingle().Subject;
        zone.GetProperty("members").EnumerateArray().Select(member => member.GetString()).Should().Equal("wwpn.2000020000000005", "wwnn.1000020000000007");

        await _control.Ask("DELETE fabric/active-zone-set");
        (await _control.Ask("DELETE fabric/zone-sets/all")).GetProperty("zone_sets").GetArrayLength().Should().Be(0);
        (await _control.Ask("DELETE fabric/zones/one")).GetProperty("zones").GetArrayLength().Should().Be(0);
    }

    [Theory]
    [InlineData("POST fabric/zones", """{ "name": "x", "members": ["bogus"] }""", "400 'bogus' is no member of a zone. *")]
    [InlineData("POST fabric/zone-sets", """{ "name": "x", "zones": ["nobody"] }""", "409 There is no zone 'nobody'.")]
    [InlineData("PUT fabric/active-zone-set", """{ "name": "nobody" }""", "409 There is no zone set 'nobody'.")]
    [InlineData("PUT fabric/default-zone", """{ "name": "perhaps" }""", "400 Default zone 'perhaps' is unknown. *")]
    [InlineData("DELETE fabric/ports/xyz", null, "400 'xyz' is no FC_ID: six hexadecimal digits.")]
    [InlineData("DELETE fabric/ports/010203", null, "404 No port on the wire has FC_ID 010203.")]
    public async Task What_cannot_be_done_is_said_and_changes_nothing(string request, string? body, string sentence)
    {
        (await _control.Refused(request, body)).Should().Match(sentence);

        _target.Switch!.Fabric.Zoning.Configuration.Should().BeEquivalentTo(ZoningConfiguration.Open);
    }

    private async Task StartAsync()
    {
        MemoryWire wire = new MemorySegment().Attach("target", new MacAddress(0x02_00_00_00_00_01ul));
        FabricOptions fabric = new() { SwitchName = Wwn.None, StateFile = Path.Combine(_state, "fabric.json") };
        _target = new Target(
            wire, new PortOptions { Topology = Topology.Switch }, [LuSpec.Parse("memory:1M")], TimeProvider.System, new FcProvider(), observer: null,
            makeSwitch: port => new SwitchTopology(port, fabric, new FcfOptions()));
        _target.Start();
        _control = await ControlRig.StartAsync(_target);
    }

    private async Task StopAsync()
    {
        await _control.DisposeAsync();
        await _target.StopAsync();
        _target.Dispose();
    }

    private static string Field(JsonElement element, string name) => element.GetProperty(name).ToString();
}
