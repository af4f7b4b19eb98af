// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.LinkServices;
using FcTarget.Stmf;

namespace FcTarget.Port.Tests;

/// <summary>Many N_Ports of ours on one wire, in somebody else's fabric.</summary>
public sealed class NpivTests
{
    private static PortOptions Names(int number) => new()
    {
        Topology = Topology.Fabric,
        PortName = new Wwn(0x2000_0000_0000_1000ul + (uint)number),
        NodeName = new Wwn(0x1000_0000_0000_1000ul),
        SymbolicPortName = $"port {number}",
    };

    private static LocalPort Adds(FabricRig rig, int number) => rig.Port.AddLocal(Names(number), local => local.AddTarget(new TaskRouter()));

    [Fact]
    public void Further_N_Ports_log_in_with_FDISC_each_with_its_own_address()
    {
        using FabricRig rig = new();
        LocalPort[] more = [.. Enumerable.Range(1, 7).Select(i => Adds(rig, i))];
        rig.ComesOnline();
        rig.Advance(1);

        more.Should().OnlyContain(l => l.Fabric!.State == FabricState.Online);
        rig.Fcf.Requests(ElsCommand.Flogi).Should().HaveCount(1);
        rig.Fcf.Requests(ElsCommand.Fdisc).Should().HaveCount(7).And.OnlyContain(f => f.Encapsulated == FipDescriptorType.Fdisc);
        rig.Port.Locals.Select(l => l.Id).Should().OnlyHaveUniqueItems();
        rig.Fcf.Logins.Values.Select(l => l.PortName).Should().BeEquivalentTo(rig.Port.Locals.Select(l => l.PortName));
        foreach (LocalPort local in rig.Port.Locals) rig.LogsIn(0x010900, local).State.Should().Be(LoginState.LoggedIn);
    }

    [Fact]
    public void A_port_added_at_run_time_logs_in_and_one_taken_away_logs_out_and_nobody_else_notices()
    {
        using FabricRig rig = FabricRig.Online();
        RemotePort host = rig.LogsIn(0x010900);
        rig.Probes.Clear();
        LocalPort added = Adds(rig, 1);
        rig.Advance(0.5);
        added.Fabric!.State.Should().Be(FabricState.Online);
        rig.ProbeNames.Take(3).Should().Equal("link-up", "fabric-login-start", "fabric-login-end status=0");
        rig.LogsIn(0x010900, added);

        bool done = false;
        rig.Probes.Clear();
        rig.Port.RemoveLocal(added, () => done = true);
        rig.Advance(10);
        done.Should().BeTrue();
        rig.Port.Locals.Should().Equal(rig.Local);
        rig.Fcf.Logins.Should().ContainSingle();
        rig.ProbeNames.Last().Should().Be("link-down");
        (rig.State, host.State).Should().Be((FabricState.Online, LoginState.LoggedIn));

        rig.Fcf.Requests(ElsCommand.Flogi).Should().HaveCount(1);
        Adds(rig, 1).Should().NotBeSameAs(added, "the name is free again");
        rig.Advance(0.5);
        rig.Fcf.Logins.Should().HaveCount(2);
    }

    [Fact]
    public void A_name_that_is_taken_and_the_first_port_are_refused()
    {
        using FabricRig rig = FabricRig.Online();
        Adds(rig, 1);
        rig.Port.Invoking(p => p.AddLocal(Names(1))).Should().Throw<ArgumentException>();
        rig.Port.Invoking(p => p.RemoveLocal(p.Local)).Should().Throw<ArgumentException>();
        rig.Port.Locals.Should().HaveCount(2);
    }

    [Fact]
    public void Clear_Virtual_Links_of_one_port_leaves_the_others_alone()
    {
        using FabricRig rig = new();
        LocalPort first = Adds(rig, 1), second = Adds(rig, 2);
        rig.ComesOnline();
        rig.Advance(1);
        FcId before = second.Id;
        rig.Fcf.ClearsVirtualLinks(FabricRig.PortMac, first.Id);
        rig.Advance(1);
        (second.Id, first.Fabric!.State).Should().Be((before, FabricState.Online));
        rig.Fcf.Requests(ElsCommand.Fdisc).Should().HaveCount(3);
        rig.Fcf.Requests(ElsCommand.Flogi).Should().HaveCount(1);
    }

    [Fact]
    public void Clear_Virtual_Links_of_the_first_port_takes_all_with_it_and_all_come_back()
    {
        using FabricRig rig = new();
        LocalPort further = Adds(rig, 1);
        rig.ComesOnline();
        rig.Fcf.ClearsVirtualLinks(FabricRig.PortMac, rig.Local.Id);
        rig.Pump();
        (rig.Local.Id, further.Id).Should().Be((FcId.None, FcId.None));
        rig.ComesOnline();
        rig.Advance(1);
        further.Fabric!.State.Should().Be(FabricState.Online);
        rig.Fcf.Requests(ElsCommand.Flogi).Should().HaveCount(2);
    }

    [Fact]
    public void Every_port_is_kept_alive_by_itself()
    {
        using FabricRig rig = new();
        for (int i = 1; i <= 3; i++) Adds(rig, i);
        rig.ComesOnline();
        rig.Advance(95);
        rig.Fcf.KeepAlives(ofVnPorts: true).Should().Be(4);
    }

    [Fact]
    public void A_port_that_nobody_uses_takes_little_memory()
    {
        using FabricRig rig = FabricRig.Online();
        Adds(rig, 0);
        const int Count = 200;
        long before = GC.GetAllocatedBytesForCurrentThread(); // more than what is kept, and other tests are not in it
        for (int i = 0; i < Count; i++) rig.Port.AddLocal(Names(i + 1), local => local.AddTarget(new TaskRouter()));
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Count;
        each.Should().BeLessThan(256 * 1024);
    }
}
