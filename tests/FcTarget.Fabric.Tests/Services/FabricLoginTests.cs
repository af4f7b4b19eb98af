// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using Xunit.Abstractions;

namespace FcTarget.Fabric.Tests.Services;

public sealed class FabricLoginTests(ITestOutputHelper output)
{
    private static readonly FabricOptions Options = new() { SwitchName = FabricRig.SwitchName };

    [Fact]
    public void A_port_gets_an_address_of_the_domain_and_is_found_by_it_and_by_name()
    {
        using FabricRig rig = new(Options with { DomainId = 0x21 });
        RigPort a = rig.Login(1), b = rig.Login(2);
        (a.Id, b.Id).Should().Be((new FcId(0x210001u), new FcId(0x210002u)));
        rig.Fabric.Find(a.Id).Should().BeSameAs(a.Port);
        rig.Fabric.Find(b.Name).Should().BeSameAs(b.Port);
        rig.Fabric.Ports.Should().Equal(a.Port, b.Port);
        rig.Events.Should().Equal($"login {a.Name}", $"login {b.Name}");
    }

    [Fact]
    public void Ls_Acc_to_Flogi_names_the_fabric_its_time_outs_and_NPIV()
    {
        using FabricRig rig = new(Options with { FabricName = new Wwn(0x1000000000000099ul) });
        RigPort a = rig.Login(1);
        LoginPayload accept = rig.Fabric.AcceptFor(a.Port, a.Flogi());
        accept.Command.Should().Be(ElsCommand.LsAcc);
        accept.NodeName.Should().Be(new Wwn(0x1000000000000099ul));
        accept.PortName.Should().Be(new Wwn(0x20010EFD00000001ul));
        accept.Common.RATov.Should().Be(10_000u);
        ((uint)accept.Common.EDTov).Should().Be(2000u);
        accept.Common.ReceiveDataFieldSize.Should().Be(2112);
        accept.Common.FPortFeatures.Should().HaveFlag(FPortFeatures.FPort).And.HaveFlag(FPortFeatures.MultipleNPortIdAssignment);
        accept.Class3.ServiceOptions.Should().Be(ClassServiceOptions.ClassValid | ClassServiceOptions.SequentialDelivery);
        accept.Class2.IsValid.Should().BeFalse();
    }

    [Fact]
    public void A_name_keeps_its_address_when_it_comes_again()
    {
        using FabricRig rig = new();
        RigPort a = rig.Login(1);
        FcId id = a.Id;
        rig.Fabric.Logout(a.Port);
        rig.Fabric.Find(id).Should().BeNull();
        rig.Login(2).Id.Should().NotBe(id);
        rig.Login(1).Id.Should().Be(id);
    }

    [Fact]
    public void Login_again_from_the_same_place_ends_the_old_login_and_all_behind_it()
    {
        using FabricRig rig = new();
        RigPort a = rig.Login(1), child = rig.Login(2, parent: a);
        FabricPort old = a.Port;
        rig.Events.Clear();
        a.TryLogin(parent: null, sameAttachment: true).Should().BeNull();
        a.Port.Should().NotBeSameAs(old);
        (old.IsLoggedIn, child.Port.IsLoggedIn).Should().Be((false, false));
        rig.Fabric.Ports.Should().Equal(a.Port);
        rig.Events.Should().Equal($"logout {child.Name}", $"logout {a.Name}", $"login {a.Name}");
    }

    [Fact]
    public void A_name_that_is_logged_in_elsewhere_is_refused_and_the_first_login_stays()
    {
        using FabricRig rig = new();
        RigPort a = rig.Login(1);
        new RigPort(rig, a.Name).TryLogin(parent: null, sameAttachment: false).Should().Be(ElsReject.InvalidPortName);
        a.Port.IsLoggedIn.Should().BeTrue();
        rig.Fabric.Counters.LoginsWithForeignName.Should().Be(1);
    }

    [Fact]
    public void Fdisc_with_the_name_of_its_own_Flogi_is_refused()
    {
        using FabricRig rig = new();
        RigPort a = rig.Login(1);
        new RigPort(rig, a.Name).TryLogin(a.Port, sameAttachment: true).Should().Be(ElsReject.InvalidPortName);
        a.Port.IsLoggedIn.Should().BeTrue();
    }

    [Fact]
    public void Fdisc_over_a_login_that_is_gone_is_refused()
    {
        using FabricRig rig = new();
        RigPort a = rig.Login(1);
        rig.Fabric.Logout(a.Port);
        new RigPort(rig, FabricRig.NameOf(2)).TryLogin(a.Port, sameAttachment: false).Should().Be(ElsReject.PlogiRequired);
        rig.Fabric.Counters.LoginsWithoutParent.Should().Be(1);
    }

    [Fact]
    public void Bad_parameters_are_refused_each_with_its_reason()
    {
        using FabricRig rig = new();
        RigPort a = new(rig, FabricRig.NameOf(1));
        LoginPayload flogi = a.Flogi();
        flogi.PortName = Wwn.None;
        a.TryLogin(null, false, flogi).Should().Be(ElsReject.InvalidPortName);
        flogi = a.Flogi();
        flogi.Common.ReceiveDataFieldSize = 255;
        a.TryLogin(null, false, flogi).Should().Be(ElsReject.BadReceiveDataFieldSize);
        flogi = a.Flogi();
        flogi.Class3 = default;
        a.TryLogin(null, false, flogi).Should().Be(ElsReject.ClassNotSupported);
        rig.Fabric.Ports.Should().BeEmpty();
        (rig.Fabric.Counters.LoginsWithoutName, rig.Fabric.Counters.LoginsWithBadParameters).Should().Be((1, 2));
    }

    [Fact]
    public void When_every_address_is_in_use_a_login_is_refused_and_the_others_stay()
    {
        using FabricRig rig = new(Options with { MaxAddresses = 3 });
        RigPort[] ports = [rig.Login(1), rig.Login(2), rig.Login(3)];
        RigPort fourth = new(rig, FabricRig.NameOf(4));
        fourth.TryLogin(null, false).Should().Be(ElsReject.InsufficientResources);
        rig.Fabric.Ports.Should().Equal(ports.Select(p => p.Port));
        rig.Fabric.Counters.AddressesExhausted.Should().Be(1);

        rig.Fabric.Logout(ports[1].Port); // the only address that nobody uses goes to the newcomer
        fourth.TryLogin(null, false).Should().BeNull();
        fourth.Id.Should().Be(ports[1].Id);
        rig.Fabric.Counters.AddressesRecycled.Should().Be(1);
    }

    [Fact]
    public void Limits_of_ports_and_of_ports_behind_one_link_hold()
    {
        using FabricRig rig = new(Options with { MaxPorts = 3, MaxPortsPerLink = 2 });
        RigPort a = rig.Login(1);
        rig.Login(2, parent: a);
        new RigPort(rig, FabricRig.NameOf(3)).TryLogin(a.Port, false).Should().Be(ElsReject.InsufficientResources);
        rig.Login(3);
        new RigPort(rig, FabricRig.NameOf(4)).TryLogin(null, false).Should().Be(ElsReject.InsufficientResources);
        rig.Fabric.Counters.LoginsBeyondLimit.Should().Be(2);
        a.TryLogin(null, sameAttachment: true).Should().BeNull("who is in already may begin anew");
    }

    [Fact]
    public void Logo_to_the_F_Port_controller_is_accepted_and_ends_the_login()
    {
        using FabricRig rig = new();
        RigPort a = rig.Login(1);
        RigPort child = rig.Login(2, parent: a);
        a.Logo(FcId.FPortController).Should().BeAccepted();
        (a.Port.IsLoggedIn, child.Port.IsLoggedIn).Should().Be((false, false));
        rig.Fabric.Counters.LogoutsByPort.Should().Be(1);
    }

    [Fact]
    public void A_thousand_ports_that_log_in_and_register_cost_each_the_same()
    {
        using FabricRig rig = new();
        rig.Join(5000);
        long first = 0, last = 0;
        long begin = Stopwatch.GetTimestamp();
        for (int i = 1; i <= 1000; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            rig.Join(i);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (i <= 100) first += allocated;
            else if (i > 900) last += allocated;
        }
        rig.Advance(TimeSpan.FromSeconds(1));
        double micros = Stopwatch.GetElapsedTime(begin).TotalMicroseconds / 1000;
        output.WriteLine($"login, PLOGI, RFT_ID, RFF_ID, SCR: {micros:0} us, {last / 100} bytes allocated each; {rig.Fabric.Counters.RscnsSent} RSCNs");
        rig.Fabric.Ports.Should().HaveCount(1001);
        ((double)last).Should().BeLessThan(first * 1.5);
        rig.Fabric.Counters.RscnsSent.Should().Be(1001, "a thousand changes at once are one RSCN to each");
        rig.Fabric.Counters.RscnsAccepted.Should().Be(1001);
    }

    [Fact]
    public void An_address_is_clean_when_nobody_else_can_have_had_it()
    {
        using FabricRig rig = new(Options with { MaxAddresses = 1 });
        RigPort a = rig.Login(1);
        a.Port.HasCleanAddress.Should().BeFalse("there is no state file to tell");
        a.TryLogin(null, sameAttachment: true);
        rig.Fabric.AcceptFor(a.Port, a.Flogi()).Common.FPortFeatures.Should().HaveFlag(FPortFeatures.CleanAddress);
        rig.Fabric.Logout(a.Port);
        RigPort b = rig.Login(2);
        rig.Fabric.AcceptFor(b.Port, b.Flogi()).Common.FPortFeatures.Should().NotHaveFlag(FPortFeatures.CleanAddress);
    }
}
