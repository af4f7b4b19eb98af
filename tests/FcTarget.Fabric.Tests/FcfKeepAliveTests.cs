// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

public sealed class FcfKeepAliveTests
{
    [Fact]
    public void An_ENode_that_keeps_alive_stays_logged_in()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddLoggedIn();
        rig.Advance(1000);
        rig.Fcf.VirtualLinks().Should().ContainSingle();
        rig.Counters.ClearVirtualLinksSent.Should().Be(0);
        peer.Heard.Should().NotContain(f => f.IsFip && f.Operation == FipOperation.Control);
    }

    [Fact]
    public void An_ENode_silent_for_two_and_a_half_periods_is_logged_out_and_told()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddLoggedIn();
        peer.KeepsAlive = false;
        rig.Advance(19.9);
        rig.Fcf.VirtualLinks().Should().ContainSingle();
        rig.Advance(2.2);
        rig.Fcf.VirtualLinks().Should().BeEmpty();
        rig.Switch.Fabric.Find(peer.PortName).Should().BeNull();
        ReceivedFrame clear = peer.ExpectsClearVirtualLinks();
        clear.Destination.Should().Be(peer.ENode);
        clear.Descriptor<FipMacAddressDescriptor>()!.Value.MacAddress.Should().Be(SwitchRig.FcfMac);
        clear.Descriptor<FipNameIdentifierDescriptor>()!.Value.NameIdentifier.Should().Be(rig.Fcf.Status.SwitchName);
        FipVxPortIdentificationDescriptor named = clear.Descriptor<FipVxPortIdentificationDescriptor>()!.Value;
        (named.MacAddress, named.AddressIdentifier, named.PortName).Should().Be((peer.GrantedMac, peer.Id, peer.PortName));
        rig.Counters.ENodesLost.Should().Be(1);
    }

    [Fact]
    public void A_VN_Port_silent_for_225_seconds_is_logged_out_and_its_ENode_s_others_stay()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddLoggedIn();
        (FcId id, MacAddress mac, Wwn name) first = (peer.Id, peer.GrantedMac, peer.PortName);
        peer.PortName = new Wwn(0x2001_0200_0001_0001ul);
        peer.LogsInWithFabric(ElsCommand.Fdisc);
        FcId npiv = peer.Id;
        (peer.Id, peer.GrantedMac, peer.PortName) = first;
        rig.Advance(230);
        rig.Fcf.VirtualLinks().Should().ContainSingle().Which.Id.Should().Be(first.id);
        peer.ExpectsClearVirtualLinks().Descriptor<FipVxPortIdentificationDescriptor>()!.Value.AddressIdentifier.Should().Be(npiv);
        rig.Counters.VnPortsLost.Should().Be(1);
    }

    [Fact]
    public void With_the_D_bit_nobody_is_missed()
    {
        using SwitchRig rig = new(new FcfOptions { KeepAlivesUnwanted = true });
        rig.AddLoggedIn().KeepsAlive = false;
        rig.Advance(1000);
        rig.Fcf.VirtualLinks().Should().ContainSingle();
    }

    /// <summary>Linux selects an FCF 2 s after its solicitation, and with a short FKA_ADV_PERIOD keeps it alive before it sends FLOGI.</summary>
    [Fact]
    public void A_keep_alive_between_solicitation_and_FLOGI_is_no_reason_to_clear_anything()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        peer.SendsSolicitation();
        peer.Ignores();
        peer.SendsKeepAlive();
        peer.ExpectsSilence();
        rig.Counters.KeepAlivesUnknown.Should().Be(0);
        peer.LogsInWithFabric();
        rig.Fcf.VirtualLinks().Should().ContainSingle();
    }

    [Fact]
    public void A_keep_alive_of_an_ENode_from_before_our_restart_has_it_log_in_again()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        peer.SendsKeepAlive();
        ReceivedFrame clear = peer.ExpectsClearVirtualLinks();
        clear.Descriptor<FipVxPortIdentificationDescriptor>().Should().BeNull("we do not know which VN_Ports it had");
        peer.LogsInWithFabric();
        rig.Counters.KeepAlivesUnknown.Should().Be(1);
    }

    [Fact]
    public void A_keep_alive_of_a_VN_Port_from_before_our_restart_is_told_so_by_name()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        peer.Id = new FcId(0x010042u);
        peer.GrantedMac = MacAddress.Fpma(MacAddress.DefaultFcMap, peer.Id);
        peer.SendsKeepAlive(vnPort: true);
        FipVxPortIdentificationDescriptor named = peer.ExpectsClearVirtualLinks().Descriptor<FipVxPortIdentificationDescriptor>()!.Value;
        (named.AddressIdentifier, named.PortName).Should().Be((peer.Id, peer.PortName));
    }

    [Fact]
    public void A_frame_from_before_our_restart_is_answered_with_LOGO_of_the_fabric_once_a_second()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        peer.Id = new FcId(0x010042u);
        peer.GrantedMac = MacAddress.Fpma(MacAddress.DefaultFcMap, peer.Id);
        peer.Target = new FcId(0x010001u);
        for (int i = 0; i < 10; i++) peer.SendsCommand(Cdbs.TestUnitReady);
        ReceivedFrame logo = peer.ExpectsEls(ElsCommand.Logo);
        (logo.Header.SId, logo.Header.DId, logo.Destination).Should().Be((FcId.FPortController, peer.Id, peer.GrantedMac));
        peer.Heard.Should().NotContain(f => f.IsFc);
        rig.Counters.SourceNotLoggedIn.Should().Be(10);
        rig.Advance(1.1);
        peer.SendsCommand(Cdbs.TestUnitReady);
        peer.ExpectsEls(ElsCommand.Logo);
    }

    [Fact]
    public void An_operator_clears_one_virtual_link_or_all()
    {
        using SwitchRig rig = new();
        RawPeer a = rig.AddLoggedIn(1), b = rig.AddLoggedIn(2), c = rig.AddLoggedIn(3);
        rig.Fcf.Clear(a.Id).Should().BeTrue();
        a.ExpectsClearVirtualLinks();
        rig.Fcf.Clear(a.Id).Should().BeFalse();
        rig.Fcf.ClearAll();
        b.ExpectsClearVirtualLinks();
        c.ExpectsClearVirtualLinks();
        rig.Fcf.VirtualLinks().Should().BeEmpty();
        foreach (RawPeer peer in (RawPeer[])[a, b, c]) peer.LogsInWithFabric();
    }

    [Theory, InlineData(2500, 1), InlineData(1500, 2)]
    public void An_FCF_that_leaves_sends_each_ENode_one_Clear_Virtual_Links_with_all_its_VN_Ports_that_fit(int mtu, int frames)
    {
        using SwitchRig rig = new(mtu: mtu);
        RawPeer peer = rig.AddLoggedIn();
        List<FcId> ids = [peer.Id];
        for (uint i = 1; i < 100; i++)
        {
            peer.PortName = new Wwn(0x2001_0200_0001_0000ul + i);
            peer.LogsInWithFabric(ElsCommand.Fdisc);
            ids.Add(peer.Id);
        }
        peer.Ignores();
        rig.Port.RequestStop(() => { });
        rig.Advance(1);
        List<FcId> told = [];
        for (int i = 0; i < frames; i++)
            told.AddRange(peer.ExpectsClearVirtualLinks().Descriptors<FipVxPortIdentificationDescriptor>().Select(d => (FcId)d.AddressIdentifier));
        told.Should().Equal(ids);
        peer.ExpectsSilence();
        rig.Counters.ClearVirtualLinksSent.Should().Be(frames);
    }

    [Fact]
    public void Clear_Virtual_Links_of_an_ENode_is_honoured_for_its_own_ports_only()
    {
        using SwitchRig rig = new();
        RawPeer a = rig.AddLoggedIn(1), b = rig.AddLoggedIn(2);
        SendsClear(a, b.Id, b.PortName);
        rig.Fcf.VirtualLinks().Should().HaveCount(2);
        SendsClear(a, a.Id, a.PortName);
        rig.Fcf.VirtualLinks().Should().ContainSingle().Which.Id.Should().Be(b.Id);
    }

    private static void SendsClear(RawPeer peer, FcId id, Wwn name)
    {
        byte[] frame = new byte[128];
        FipWriter fip = FipWriter.Begin(frame, SwitchRig.FcfMac, peer.ENode, FipControlSubcode.ClearVirtualLinks);
        fip.Add(new FipMacAddressDescriptor { MacAddress = peer.ENode });
        fip.Add(new FipNameIdentifierDescriptor { NameIdentifier = peer.NodeName });
        fip.Add(new FipVxPortIdentificationDescriptor { MacAddress = peer.VnPortMac, AddressIdentifier = id, PortName = name });
        peer.SendsBytes(frame.AsSpan(0, fip.Finish()));
    }

    [Fact]
    public void Going_away_clears_every_virtual_link()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddLoggedIn();
        bool stopped = false;
        rig.Port.RequestStop(() => stopped = true);
        rig.Advance(3);
        stopped.Should().BeTrue();
        peer.ExpectsClearVirtualLinks();
        rig.Fcf.State.Should().Be(FcfState.Down);
        peer.Ignores();
        peer.SendsSolicitation();
        peer.SendsFabricLogin();
        peer.ExpectsSilence();
    }
}
