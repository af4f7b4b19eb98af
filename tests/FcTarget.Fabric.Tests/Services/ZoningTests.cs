// SPDX-License-Identifier: MIT

using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Formats.GenericServices;

namespace FcTarget.Fabric.Tests.Services;

public sealed class ZoningTests : IDisposable
{
    private static readonly ZoneMember A = ZoneMember.OfPortName(FabricRig.NameOf(1));
    private static readonly ZoneMember B = ZoneMember.OfNodeName(FabricRig.NodeOf(2));
    private static readonly ZoneMember C = ZoneMember.OfPortId(new FcId(0x010003u));

    private readonly FabricRig _rig = new();
    private readonly RigPort _a, _b, _c, _d;

    public ZoningTests()
    {
        _a = _rig.Join(1);
        _b = _rig.Join(2, Fc4Features.FcpTarget);
        _c = _rig.Join(3);
        _d = _rig.Join(4);
        Hush();
    }

    private FabricZoning Zoning => _rig.Fabric.Zoning;

    // ---- who sees whom --------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(true, "a-b a-c a-d b-c b-d c-d")]
    [InlineData(false, "")]
    public void Without_an_active_set_the_default_zone_decides(bool permits, string pairs)
    {
        Zoning.Set(ZoningConfiguration.Open.WithZone("z", A, B).WithZoneSet("s", "z").WithDefaultZone(permits));
        Pairs().Should().Be(pairs);
    }

    [Theory]
    [InlineData(true, "a-b c-d")] // the default zone is c and d
    [InlineData(false, "a-b")]
    public void In_an_active_set_the_members_of_a_zone_see_each_other_and_the_rest_is_the_default_zone(bool permits, string pairs)
    {
        Zoning.Set(ZoningConfiguration.Open.WithZone("z", A, B).WithZoneSet("s", "z").WithActiveSet("s").WithDefaultZone(permits));
        Pairs().Should().Be(pairs);
    }

    [Fact]
    public void Members_by_port_name_node_name_and_identifier_and_a_port_in_two_zones()
    {
        Zoning.Set(Two());
        Pairs().Should().Be("a-b b-c");
        _rig.Fabric.Describe().Select(p => string.Join(",", p.Zones)).Should().Equal("ab", "ab,bc", "bc", "");
    }

    [Fact]
    public void Many_zones_are_told_apart()
    {
        ZoningConfiguration many = new();
        for (int i = 0; i < 130; i++) many = many.WithZone($"z{i}", i switch { 0 or 127 => [A], 64 => [B], 63 or 129 => [C], _ => [] });
        many = many.WithZoneSet("s", [.. many.Zones.Select(z => z.Name)]).WithActiveSet("s");
        Zoning.Set(many);
        Pairs().Should().BeEmpty();
        Zoning.Set(many.WithMember("z64", A));
        Pairs().Should().Be("a-b");
        Zoning.Set(many.WithMember("z129", A));
        Pairs().Should().Be("a-c");
    }

    [Fact]
    public void A_port_that_logs_in_later_is_in_its_zone()
    {
        Zoning.Set(Two());
        _rig.Fabric.Logout(_a.Port);
        RigPort again = _rig.Login(1);
        _rig.Fabric.MayTalk(again.Port, _b.Port).Should().BeTrue();
        _rig.Fabric.MayTalk(again.Port, _c.Port).Should().BeFalse();
    }

    [Fact]
    public void A_registered_node_name_does_not_change_the_zone()
    {
        Zoning.Set(Two());
        _d.Ns(NameServerCommand.RnnId, "00010004" + FabricRig.NodeOf(2)).Should().BeEmpty();
        Pairs().Should().Be("a-b b-c");
    }

    [Fact]
    public void May_talk_allocates_nothing()
    {
        Zoning.Set(Two());
        _rig.Fabric.MayTalk(_a.Port, _b.Port);
        Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) _rig.Fabric.MayTalk(_a.Port, _b.Port);
        }).Should().Be(0);
    }

    // ---- the name server ------------------------------------------------------------------------------------------

    [Fact]
    public void For_a_port_outside_the_zone_a_port_does_not_exist()
    {
        Zoning.Set(Two());
        RigPort.Ids(_a.Ns(NameServerCommand.GidFt, "00000008")).Should().Equal("010001", "010002");
        RigPort.Ids(_a.Ns(NameServerCommand.GpnFt, "00000008"), 16).Should().Equal("010001", "010002");
        RigPort.Ids(_a.Ns(NameServerCommand.GnnFt, "00000008"), 16).Should().Equal("010001", "010002");
        RigPort.Ids(_a.Ns(NameServerCommand.GidPt, "01000000")).Should().Equal("010001", "010002");
        RigPort.Ids(_a.Ns(NameServerCommand.GidFf, "0000000000000208")).Should().Equal("010001");
        RigPort.Ids(_a.Ns(NameServerCommand.GidA, "00010000")).Should().Equal("010000");
        _a.Ns(NameServerCommand.GaNxt, "00010002").Should().StartWith("01010001");
        foreach (NameServerCommand byId in Enum.GetValues<NameServerCommand>().Where(c => (ushort)c is > 0x110 and < 0x120))
            _a.Ns(byId, "00010003").Should().Be("UnableToPerform / 01h");
        _a.Ns(NameServerCommand.GidPn, "2000000000000003").Should().Be("UnableToPerform / 02h");
        _a.Ns(NameServerCommand.GidNn, "1000000000000003").Should().Be("UnableToPerform / 03h");
        _a.Ns(NameServerCommand.GsnnNn, "1000000000000003").Should().Be("UnableToPerform / 03h");
        _a.Ns(NameServerCommand.DaId, "00010003").Should().Be("UnableToPerform / 01h", "not even that it is another's");
        _a.Ns(NameServerCommand.RsnnNn, "1000000000000003" + "0161").Should().Be("UnableToPerform / 03h");
    }

    [Fact]
    public void Every_pair_is_answered_as_the_matrix_says()
    {
        Random random = new(7);
        RigPort[] ports = [_a, _b, _c, _d];
        ZoneMember[] members = [A, B, C, ZoneMember.OfPortName(FabricRig.NameOf(4))];
        for (int round = 0; round < 50; round++)
        {
            int[][] zones = [.. Enumerable.Range(0, random.Next(5)).Select(_ => Enumerable.Range(0, 4).Where(_ => random.Next(2) == 0).ToArray())];
            bool permits = random.Next(2) == 0;
            ZoningConfiguration configuration = new() { DefaultZonePermits = permits };
            for (int z = 0; z < zones.Length; z++) configuration = configuration.WithZone($"z{z}", [.. zones[z].Select(m => members[m])]);
            Zoning.Set(configuration.WithZoneSet("s", [.. configuration.Zones.Select(z => z.Name)]).WithActiveSet("s"));
            for (int i = 0; i < 4; i++)
                for (int j = 0; j < 4; j++)
                {
                    bool inNone = !zones.Any(z => z.Contains(i)) && !zones.Any(z => z.Contains(j));
                    bool sees = i == j || zones.Any(z => z.Contains(i) && z.Contains(j)) || (inNone && permits);
                    _rig.Fabric.MayTalk(ports[i].Port, ports[j].Port).Should().Be(sees);
                    (ports[i].Ns(NameServerCommand.GpnId, $"00{ports[j].Id}") == $"{ports[j].Name}".ToUpperInvariant()).Should().Be(sees);
                }
        }
    }

    // ---- RSCN -----------------------------------------------------------------------------------------------------

    [Fact]
    public void Those_who_gain_or_lose_sight_of_each_other_hear_of_it_and_nobody_else()
    {
        Zoning.Set(Two()); // was open: a loses c and d, b loses d, c loses a and d
        _a.TakeRscns().Should().BeEquivalentTo("010003", "010004");
        _b.TakeRscns().Should().Equal("010004");
        _c.TakeRscns().Should().BeEquivalentTo("010001", "010004");
        _d.TakeRscns().Should().BeEquivalentTo("010001", "010002", "010003");

        Zoning.Set(Zoning.Configuration.WithoutMember("bc", C));
        _b.TakeRscns().Should().Equal("010003");
        _c.TakeRscns().Should().Equal("010002");
        _a.TakeRscns().Concat(_d.TakeRscns()).Should().BeEmpty();

        Zoning.Set(Zoning.Configuration.WithMember("ab", C));
        _a.TakeRscns().Should().Equal("010003");
        _b.TakeRscns().Should().Equal("010003");
        _c.TakeRscns().Should().BeEquivalentTo("010001", "010002");

        Zoning.Set(Zoning.Configuration.WithoutZone("ab"));
        _a.TakeRscns().Should().BeEquivalentTo("010002", "010003");
        _d.TakeRscns().Should().BeEmpty();
        _rig.Fabric.Counters.ZoningChanges.Should().Be(4);
    }

    [Fact]
    public void A_change_in_a_zone_is_told_within_the_zone_only()
    {
        Zoning.Set(Two());
        Hush();
        _rig.Fabric.Logout(_a.Port);
        _b.TakeRscns().Should().Equal("010001");
        _c.TakeRscns().Concat(_d.TakeRscns()).Should().BeEmpty();
        _rig.Join(1);
        _b.TakeRscns().Should().Equal("010001");
        _c.TakeRscns().Concat(_d.TakeRscns()).Should().BeEmpty();
    }

    // ---- what an administrator gets wrong -------------------------------------------------------------------------

    [Fact]
    public void A_change_that_cannot_be_says_what_is_wrong_and_changes_nothing()
    {
        ZoningConfiguration two = Two();
        Action[] wrong =
        [
            () => two.WithZone("ab"), () => two.WithZone(""), () => two.WithZone("a b"), () => two.WithZone(new string('x', 65)), () => two.WithoutZone("no"),
            () => two.WithMember("ab", A), () => two.WithMember("no", A), () => two.WithoutMember("ab", C), () => two.WithZoneSet("s"),
            () => two.WithZoneSet("t", "no"), () => two.WithoutZoneSet("s"), () => two.WithZoneInSet("s", "ab"), () => two.WithZoneInSet("s", "no"),
            () => two.WithoutZoneInSet("s", "no"), () => two.WithActiveSet("no"), () => Zoning.Set(two with { Zones = [] }),
            () => Zoning.Set(two with { ActiveSet = "no" }), () => Zoning.Set(two with { Zones = [.. two.Zones, two.Zones[0]] }),
        ];
        foreach (Action change in wrong) change.Should().Throw<ZoningException>().Which.Message.Should().Contain("'");
        Pairs().Should().Be("a-b a-c a-d b-c b-d c-d");
    }

    [Fact]
    public void Zones_and_sets_are_taken_apart_again()
    {
        ZoningConfiguration two = Two().WithoutZoneInSet("s", "bc");
        Zoning.Set(two);
        Pairs().Should().Be("a-b");
        two = two.WithActiveSet(null).WithoutZoneSet("s").WithoutZone("ab").WithoutZone("bc");
        two.Should().BeEquivalentTo(new ZoningConfiguration());
    }

    [Theory]
    [InlineData("wwpn.2000000000000001", "wwpn.2000000000000001")]
    [InlineData("WWNN.10:00:00:00:00:00:00:02", "wwnn.1000000000000002")]
    [InlineData("fcid.010003", "fcid.010003")]
    public void A_member_is_read_as_it_is_written(string text, string written)
    {
        ZoneMember.TryParse(text, out ZoneMember member).Should().BeTrue();
        member.ToString().Should().Be(written);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wwpn.")]
    [InlineData("wwpn.20")]
    [InlineData("2000000000000001")]
    [InlineData("fcid.10003")]
    [InlineData("fcid.-10003")]
    [InlineData("name.2000000000000001")]
    public void A_member_that_says_nothing_is_not_read(string? text) => ZoneMember.TryParse(text, out _).Should().BeFalse();

    public void Dispose() => _rig.Dispose();

    private static ZoningConfiguration Two() =>
        new ZoningConfiguration().WithZone("ab", A, B).WithZone("bc", B, C).WithZoneSet("s", "ab", "bc").WithActiveSet("s");

    private void Hush()
    {
        foreach (RigPort port in (RigPort[])[_a, _b, _c, _d]) port.TakeRscns();
    }

    private string Pairs()
    {
        RigPort[] ports = [_a, _b, _c, _d];
        return string.Join(" ", from i in Enumerable.Range(0, 4)
                                from j in Enumerable.Range(i + 1, 3 - i)
                                where _rig.Fabric.MayTalk(ports[i].Port, ports[j].Port) && _rig.Fabric.MayTalk(ports[j].Port, ports[i].Port)
                                select $"{"abcd"[i]}-{"abcd"[j]}");
    }
}
