// SPDX-License-Identifier: MIT

using FcTarget.Stmf.Configuration;

namespace FcTarget.Stmf.Tests;

public sealed class StmfConfigurationTests
{
    private const string HostA = "2000000000000001", HostB = "2000000000000002", TargetX = "20000000000000aa";

    private static readonly StmfConfiguration Groups = StmfConfiguration.Empty
        .WithLogicalUnit(new LogicalUnitRecord("one", "memory:1M"))
        .WithLogicalUnit(new LogicalUnitRecord("two", "memory:1M"))
        .WithHostGroup("a").WithHost("a", HostA)
        .WithHostGroup("b").WithHost("b", "20:00:00:00:00:00:00:02")
        .WithTargetGroup("x").WithTarget("x", "wwn.20000000000000AA")
        .WithTargetGroup("y");

    private static StmfConfiguration View(StmfConfiguration so, string unit, string? host, string? target, int? lun) => so.WithView(unit, host, target, lun, out _);

    [Fact]
    public void Without_a_view_entry_nobody_sees_a_logical_unit() => Groups.ViewsOf(HostA, TargetX).Should().BeEmpty();

    [Theory]
    [InlineData(null, null, true, true)]
    [InlineData("a", null, true, false)]
    [InlineData("a", "x", true, false)]
    [InlineData("a", "y", false, false)]
    [InlineData(null, "x", true, true)]
    public void A_view_entry_concerns_the_ports_of_its_groups(string? host, string? target, bool aSees, bool bSees)
    {
        StmfConfiguration so = View(Groups, "one", host, target, 5);
        so.ViewsOf(HostA, TargetX).Select(view => view.Lun).Should().Equal(aSees ? [5] : []);
        so.ViewsOf(HostB, TargetX).Select(view => view.Lun).Should().Equal(bSees ? [5] : []);
    }

    [Theory]
    [InlineData("a", null, "a", null, true)]
    [InlineData(null, null, "a", "x", true)] // All concerns the ports of every group
    [InlineData("a", "x", null, "x", true)]
    [InlineData("a", null, null, "x", true)]
    [InlineData("a", null, "b", null, false)]
    [InlineData("a", "x", "a", "y", false)]
    public void A_logical_unit_has_one_entry_at_most_for_a_pair_of_ports(string? host, string? target, string? host2, string? target2, bool conflict)
    {
        StmfConfiguration so = View(Groups, "one", host, target, 1);
        Action again = () => View(so, "one", host2, target2, 2);
        if (conflict) again.Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.Conflict);
        else again.Should().NotThrow();
        Action sameLun = () => View(so, "two", host2, target2, 1);
        if (conflict) sameLun.Should().Throw<StmfException>().WithMessage("LUN 1 leads to 'one'*");
        else sameLun.Should().NotThrow();
    }

    [Fact]
    public void The_lowest_LUN_that_is_free_for_every_port_concerned_is_taken()
    {
        StmfConfiguration so = View(View(Groups, "one", "a", null, 0), "two", "b", null, 1).WithLogicalUnit(new LogicalUnitRecord("three", ""));
        so.WithView("three", null, null, null, out ViewEntry everybody);
        everybody.Lun.Should().Be(2);
        so.WithView("three", "b", null, null, out ViewEntry justB);
        justB.Lun.Should().Be(0);
    }

    [Fact]
    public void An_offline_logical_unit_is_seen_by_nobody_and_keeps_its_entries()
    {
        StmfConfiguration so = View(Groups, "one", null, null, 0).WithLogicalUnitOnline("one", false);
        so.ViewsOf(HostA, TargetX).Should().BeEmpty();
        so.WithLogicalUnitOnline("one", true).ViewsOf(HostA, TargetX).Should().ContainSingle();
    }

    [Fact]
    public void A_port_is_in_one_host_group_at_most() =>
        Groups.Invoking(so => so.WithHost("b", HostA)).Should().Throw<StmfException>().WithMessage("*member of host group 'a' already*");

    [Fact]
    public void A_group_that_a_view_entry_uses_stays()
    {
        StmfConfiguration so = View(Groups, "one", "a", "x", 0);
        so.Invoking(s => s.WithoutHostGroup("a")).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.InUse);
        so.Invoking(s => s.WithoutTargetGroup("x")).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.InUse);
        so.WithoutView("one", 0).WithoutHostGroup("a").HostGroups.Should().ContainSingle(group => group.Name == "b");
    }

    [Fact]
    public void A_logical_unit_goes_with_its_view_entries() => View(Groups, "one", null, null, 0).WithoutLogicalUnit("one").Views.Should().BeEmpty();

    [Fact]
    public void View_entries_that_are_kept_hold_their_LUN_and_wait_for_a_unit_of_that_name()
    {
        StmfConfiguration so = View(Groups, "one", null, null, 3).WithoutLogicalUnit("one", keepViews: true);
        so.ViewsOf("2000000000000001", "2000000000000002").Should().BeEmpty();
        FluentActions.Invoking(() => View(so, "two", null, null, 3)).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.Conflict);
        so.Checked().Should().Be(so, "it may be stored");
        so.WithLogicalUnit(new LogicalUnitRecord("one", "")).ViewsOf("2000000000000001", "2000000000000002").Should().ContainSingle().Which.Lun.Should().Be(3);
        so.WithoutView("one", null).Views.Should().BeEmpty();
    }

    [Theory]
    [InlineData("21:00:00:24:FF:4C:BB:02", "21000024ff4cbb02")]
    [InlineData("wwn.21000024FF4CBB02", "21000024ff4cbb02")]
    [InlineData("0x21000024ff4cbb02", "21000024ff4cbb02")]
    [InlineData("iqn.1993-08.org.Debian:01:ABC", "iqn.1993-08.org.debian:01:abc")]
    public void Port_names_are_compared_in_one_form(string given, string normal) => PortNames.Normalize(given).Should().Be(normal);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("21:00:00:24:ff:4c:bb")]
    [InlineData("iqn.")]
    [InlineData("iqn.a b")]
    public void What_is_no_port_name_is_refused(string? given) =>
        FluentActions.Invoking(() => PortNames.Normalize(given)).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.Invalid);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("all")]
    public void A_group_needs_a_name_that_can_be_told_apart(string name) =>
        Groups.Invoking(so => so.WithHostGroup(name)).Should().Throw<StmfException>().Which.Error.Should().Be(StmfError.Invalid);

    /// <summary>Random changes: whatever was not refused obeys the rules, seen from every pair of ports.</summary>
    [Fact]
    public void No_sequence_of_changes_breaks_the_rules()
    {
        Random random = new(7);
        string[] units = ["one", "two", "three"], hosts = [HostA, HostB, "2000000000000003"], targets = [TargetX, "20000000000000bb"];
        StmfConfiguration so = Groups.WithLogicalUnit(new LogicalUnitRecord("three", ""));
        int done = 0, refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            try
            {
                so = RandomChange.Of(so, random, units, hosts, targets);
                done++;
            }
            catch (StmfException)
            {
                refused++;
            }
            foreach (string host in hosts)
                foreach (string target in targets)
                {
                    ViewEntry[] seen = [.. so.ViewsOf(host, target)];
                    seen.Select(view => view.Lun).Should().OnlyHaveUniqueItems();
                    seen.Select(view => view.LogicalUnit).Should().OnlyHaveUniqueItems();
                }
        }
        done.Should().BeGreaterThan(2000);
        refused.Should().BeGreaterThan(2000);
        so.Checked().Should().Be(so);
    }
}
