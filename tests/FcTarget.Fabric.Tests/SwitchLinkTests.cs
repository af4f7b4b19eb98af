// SPDX-License-Identifier: MIT

using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;
using FcTarget.Stmf;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

public sealed class SwitchLinkTests
{
    [Fact]
    public void Our_N_Port_logs_in_registers_and_subscribes_like_any_other_port_with_each_probe_once_and_in_order()
    {
        using SwitchRig rig = new();
        FabricPort port = rig.Switch.Fabric.Find(rig.Port.Local.PortName)!;
        port.Id.Should().Be(rig.Port.Local.Id);
        port.Types!.Value.Has((byte)FcType.Fcp).Should().BeTrue();
        port.Features!.Value.Of((byte)FcType.Fcp).Should().Be(Fc4Features.FcpTarget);
        FabricProbes(rig).Should().Equal("link-up", "fabric-login-start", "fabric-login-end");
        rig.SetLink(false);
        rig.SetLink(true);
        FabricProbes(rig).Skip(3).Should().Equal("link-down", "link-up", "fabric-login-start", "fabric-login-end");
        rig.Port.Local.Id.Should().Be(port.Id);
    }

    /// <summary>Without those of its logins with the services.</summary>
    private static IEnumerable<string> FabricProbes(SwitchRig rig) =>
        rig.Probes.All.Select(p => p.Name).Where(name => name.StartsWith("link") || name.StartsWith("fabric"));

    [Fact]
    public void A_host_finds_the_target_in_the_name_server_and_does_IO()
    {
        using SwitchRig rig = new();
        RawPeer host = rig.AddLoggedIn();
        host.Target = rig.Port.Local.Id;
        host.ExpectsAccept(host.SendsPlogi()).Source.Should().Be(SwitchRig.FcfMac);
        host.ExpectsAccept(host.SendsPrli());
        host.ExpectsRsp(host.SendsCommand(Cdbs.TestUnitReady)); // unit attention
        host.ExpectsRsp(host.SendsCommand(Cdbs.TestUnitReady)).Status.Should().Be(Scsi.ScsiStatus.Good);
        OxId read = host.SendsRead10(0, 8);
        host.ExpectsData(read, 4096).Should().HaveCount(4096);
        host.ExpectsRsp(read).Status.Should().Be(Scsi.ScsiStatus.Good);
    }

    [Fact]
    public void Every_N_Port_of_ours_has_its_own_login_and_goes_with_its_cable()
    {
        using SwitchRig rig = new();
        LocalPort second = rig.Port.AddLocal(new PortOptions { PortName = new Wwn(0x2002_0200_0000_00F0ul), NodeName = rig.Port.Local.NodeName });
        second.AddTarget(new TaskRouter());
        rig.Pump();
        rig.Switch.Fabric.Ports.Should().HaveCount(2);
        second.Id.Should().NotBe(rig.Port.Local.Id).And.NotBe(FcId.None);
        (rig.Port.Local.Counters.RegistrationsRefused, second.Counters.RegistrationsRefused).Should().Be((0, 0));
        rig.Switch.Fabric.Counters.CtRejected.Should().Be(0, "what we say to our own fabric is in order, FDMI too");

        RawPeer host = rig.AddLoggedIn();
        foreach (FcId id in (FcId[])[rig.Port.Local.Id, second.Id])
        {
            host.Target = id;
            host.ExpectsAccept(host.SendsPlogi()).Header.SId.Should().Be(id);
        }
    }

    [Fact]
    public void A_host_that_logs_out_of_the_fabric_is_gone_for_the_target_too()
    {
        using SwitchRig rig = new();
        RawPeer host = rig.AddLoggedIn();
        host.Target = rig.Port.Local.Id;
        host.ExpectsAccept(host.SendsPlogi());
        host.ExpectsAccept(host.SendsPrli());
        FcId id = host.Id;
        host.KeepsAlive = false;
        host.ExpectsAccept(host.SendsFabricLogo());
        rig.Advance(2);
        rig.Port.Local.Find(id)!.IsLoggedIn.Should().BeFalse();
    }

    [Fact]
    public void Leaving_says_goodbye_to_hosts_and_to_the_fabric()
    {
        using SwitchRig rig = new();
        RawPeer host = rig.AddLoggedIn();
        host.Target = rig.Port.Local.Id;
        host.ExpectsAccept(host.SendsPlogi());
        bool stopped = false;
        rig.Port.RequestStop(() => stopped = true);
        rig.Pump();
        host.Accepts(host.ExpectsEls(ElsCommand.Logo), LsAccPayload.Accept);
        rig.Advance(3);
        stopped.Should().BeTrue();
        host.ExpectsClearVirtualLinks();
        rig.Switch.Fabric.Ports.Should().BeEmpty();
    }

    [Fact]
    public void A_zone_removed_at_run_time_is_told_to_the_host_within_2_seconds_and_ends_its_login_with_the_target()
    {
        using SwitchRig rig = new();
        RawPeer host = rig.AddLoggedIn();
        host.RegistersAsInitiator();
        host.ExpectsAccept(host.SendsEls(new ScrPayload { Command = ElsCommand.Scr, Function = ScrFunction.Full }, to: FcId.FabricController));
        host.Target = rig.Port.Local.Id;
        host.ExpectsAccept(host.SendsPlogi());
        host.ExpectsAccept(host.SendsPrli());
        rig.Advance(1);
        host.Accepts(host.ExpectsEls(ElsCommand.Rscn), LsAccPayload.Accept); // about its own registration
        host.Ignores();

        FabricZoning zoning = rig.Switch.Fabric.Zoning;
        zoning.Set(zoning.Configuration.WithDefaultZone(false));
        rig.Advance(2);
        ReceivedFrame rscn = host.ExpectsEls(ElsCommand.Rscn);
        RscnPages.TryRead(rscn.Payload, out RscnPages pages).Should().BeTrue();
        pages.TryNext(out RscnPage page).Should().BeTrue();
        page.AffectedId.Should().Be(rig.Port.Local.Id);
        rig.Port.Local.Find(host.Id)!.IsLoggedIn.Should().BeFalse();
        host.SendsCommand(Cdbs.TestUnitReady);
        rig.Counters.ZoneDenied.Should().BePositive();
    }

    [Fact]
    public void A_zone_without_the_target_keeps_the_host_s_frames_from_it()
    {
        using SwitchRig rig = new(fabric: new FabricOptions { SwitchName = Wwn.None, Zoning = ZoningConfiguration.Open.WithDefaultZone(false) });
        RawPeer host = rig.AddLoggedIn();
        host.Target = rig.Port.Local.Id;
        host.Ignores();
        host.SendsPlogi();
        host.ExpectsSilence();
        rig.Counters.ZoneDenied.Should().Be(1);
    }
}
