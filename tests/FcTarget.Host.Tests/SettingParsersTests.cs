// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Host.Options;
using FcTarget.LogicalUnits;
using FcTarget.Port;

namespace FcTarget.Host.Tests;

[Collection("environment")]
public sealed class SettingParsersTests
{
    [Fact]
    public void All_settings_are_read()
    {
        TargetOptions options = Read(new TargetSettings
        {
            Interface = "eth1",
            Topology = "P2P",
            Wwpn = "20:00:02:00:00:00:00:02",
            Wwnn = "1000020000000002",
            Lu = ["memory:1G,lun=3", "file:/tmp/x,ro"],
            Probes = "-",
            Seed = "42",
            Vlan = "100",
            Control = "/tmp/x.sock",
            Verbose = "true",
        });

        options.Should().BeEquivalentTo(new
        {
            Interface = "eth1",
            Topology = Topology.PointToPoint,
            Wwpn = new Wwn(0x2000_0200_0000_0002ul),
            Wwnn = new Wwn(0x1000_0200_0000_0002ul),
            Probes = new { Path = "-" },
            Seed = 42,
            Control = "/tmp/x.sock",
            Verbose = true,
        });
        options.Vlan!.Value.Vid.Should().Be(100);
        options.Vlan!.Value.Pcp.Should().Be(3);
        options.Units.Should().Equal(LuSpec.Parse("memory:1G,lun=3"), LuSpec.Parse("file:/tmp/x,ro"));
    }

    [Fact]
    public void The_settings_of_a_switch_are_read()
    {
        TargetOptions options = Read(new TargetSettings
        {
            Interface = "eth1",
            Topology = "switch",
            Vlan = "0, 100,200",
            FcMap = "0EFC01",
            FabricName = "10:00:02:00:00:00:00:f0",
            Domain = "7",
            FkaAdvPeriod = "2000",
            FcfPriority = "0",
            DefaultZone = "deny",
            DuplicateWwpn = "move",
            FabricStore = "/tmp/s.json",
        });

        options.Topology.Should().Be(Topology.Switch);
        options.Fcf.Should().BeEquivalentTo(new { Vlans = new[] { 0, 100, 200 }, FcMap = 0x0EFC01u, Priority = 0, FkaAdvPeriod = TimeSpan.FromSeconds(2) });
        options.Fabric.Should().BeEquivalentTo(
            new { DomainId = 7, DuplicateName = DuplicateName.Move, FabricName = new Wwn(0x1000_0200_0000_00F0ul), StateFile = "/tmp/s.json", Zoning = new { DefaultZonePermits = false } });
    }

    [Fact]
    public void An_interface_is_enough_the_rest_has_defaults()
    {
        TargetOptions options = Read(new TargetSettings { Interface = "eth1" });

        options.Topology.Should().Be(Topology.Switch);
        options.Wwpn.IsNone.Should().BeTrue();
        options.Probes.Should().BeNull();
        options.Vlan.Should().BeNull();
        options.Verbose.Should().BeFalse();
        options.Units.Should().Equal(LuSpec.Parse("memory:256M"));
    }

    [Fact]
    public void Without_a_seed_two_targets_have_different_ones()
    {
        int[] seeds = [.. Enumerable.Range(0, 8).Select(_ => Read(new TargetSettings { Interface = "eth1" }).Seed)];

        seeds.Distinct().Should().HaveCountGreaterThan(1);
        Read(new TargetSettings { Interface = "eth1", Seed = "0" }).Seed.Should().NotBe(0);
    }

    [Theory]
    [InlineData("Interface", "a b", "Interface 'a b' is no name of a network interface*fctarget interfaces*")]
    [InlineData("Interface", "a-name-of-sixteen", "Interface 'a-name-of-sixteen'*")]
    [InlineData("Topology", "loop", "Topology 'loop' is unknown. Write switch, fabric, vn2vn or p2p.")]
    [InlineData("Wwpn", "12:34", "WWPN '12:34' is not a world wide name. Write 16 hexadecimal digits*")]
    [InlineData("Wwpn", "0000000000000000", "WWPN '0000000000000000' is not a world wide name*")]
    [InlineData("Wwnn", "x", "WWNN 'x' is not a world wide name*")]
    [InlineData("Seed", "-1", "Seed '-1' is not a number*")]
    [InlineData("Seed", "2147483648", "Seed '2147483648' is not a number*")]
    [InlineData("Vlan", "4095", "VLAN '4095' is no VLAN identifier. Write one from 1 to 4094*")]
    [InlineData("Vlan", "100,x", "VLAN 'x' is no VLAN identifier*")]
    [InlineData("FcMap", "0efd00", "FC-MAP '0efd00' is none. Write six hexadecimal digits from 0efc00 to 0efcff.")]
    [InlineData("FabricName", "1", "Fabric name '1' is not a world wide name*")]
    [InlineData("Domain", "240", "Domain '240' is no Domain_ID. Write one from 1 to 239.")]
    [InlineData("FkaAdvPeriod", "100", "FKA_ADV_PERIOD '100' is none. Write milliseconds, 500 at least.")]
    [InlineData("FcfPriority", "256", "FCF priority '256' is none. Write 0 (the best) to 255.")]
    [InlineData("DefaultZone", "open", "Default zone 'open' is unknown. Write permit or deny.")]
    [InlineData("DuplicateWwpn", "both", "Duplicate WWPN 'both' is unknown. Write refuse or move.")]
    [InlineData("Verbose", "loud", "Verbose 'loud' is neither true nor false*")]
    [InlineData("Lu:0", "memory:0", "Logical unit 'memory:0': size '0' is not*Write memory:SIZE, *file:PATH*")]
    [InlineData("Lu:0", "disk:1G", "Logical unit 'disk:1G': 'disk' is *Write memory:SIZE*")]
    [InlineData("Lu:0", "memory:1M,colour=red", "*option 'colour' is unknown*")]
    [InlineData("Lu:0", "memory:1M,block=520", "*block size '520' is neither 512 nor 4096*")]
    [InlineData("Lu:0", "memory:1M,lun=x", "*LUN 'x' is not a number from 0 to 16383*")]
    public void A_wrong_value_is_refused_with_what_is_wrong_and_the_remedy(string key, string value, string message)
    {
        TargetSettings settings = key == "Interface" ? Layers.Read(null, (key, value)) : Layers.Read(null, ("Interface", "eth1"), (key, value));

        TargetOptions.Read(settings, out IReadOnlyList<string> errors).Should().BeNull();
        errors.Should().ContainSingle().Which.Should().Match(message);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        TargetOptions.Read(new TargetSettings { Seed = "x", Vlan = "y" }, out IReadOnlyList<string> errors).Should().BeNull();

        errors.Should().HaveCount(3);
        errors[0].Should().StartWith("No interface is given. Name one with --interface. Interfaces here: ");
    }

    [Fact]
    public void One_LUN_for_two_logical_units_is_refused()
    {
        TargetOptions.Read(new TargetSettings { Interface = "eth1", Lu = ["memory:1M,lun=2", "memory:2M,lun=2"] }, out IReadOnlyList<string> errors)
            .Should().BeNull();

        errors.Should().Equal("LUN 2 is given to two logical units. Give each its own.");
    }

    private static TargetOptions Read(TargetSettings settings)
    {
        TargetOptions? options = TargetOptions.Read(settings, out IReadOnlyList<string> errors);
        errors.Should().BeEmpty();
        return options!;
    }
}
