// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

public sealed class FcfLoginTests
{
    private static readonly ElsReject WrongMode = new(ElsRejectReason.FipError, ElsRejectExplanation.MacAddressingModeNotSupported);
    private static readonly ElsReject WrongMac = new(ElsRejectReason.FipError, ElsRejectExplanation.ProposedMacAddressIncorrectlyFormed);

    [Fact]
    public void FLOGI_without_solicitation_gets_an_N_Port_ID_and_the_MAC_address_of_it()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        ReceivedFrame accept = peer.LogsInWithFabric();
        accept.IsFip.Should().BeTrue();
        accept.Source.Should().Be(SwitchRig.FcfMac);
        accept.Destination.Should().Be(peer.ENode);
        accept.Encapsulated.Should().Be(FipDescriptorType.Flogi);
        accept.Header.SId.Should().Be(FcId.FPortController);
        accept.As<LoginPayload>().Common.FPortFeatures.Should().HaveFlag(FPortFeatures.FPort);
        peer.GrantedMac.Should().Be(MacAddress.Fpma(MacAddress.DefaultFcMap, peer.Id));
        VirtualLinkStatus link = rig.Fcf.VirtualLinks().Should().ContainSingle().Subject;
        link.Should().Be(new VirtualLinkStatus(peer.ENode, peer.GrantedMac, 0, peer.Id, peer.PortName, peer.NodeName, false, true, rig.Clock.Elapsed));
    }

    [Fact]
    public void Two_ENodes_get_different_addresses()
    {
        using SwitchRig rig = new();
        rig.AddLoggedIn(1).Id.Should().NotBe(rig.AddLoggedIn(2).Id);
    }

    [Fact]
    public void The_ENode_s_own_MAC_address_is_granted_when_it_takes_no_other()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        peer.AddressModes = FipFlags.Spma;
        MacAddress proposed = new(0x02_00_00_00_77_01ul);
        peer.TakesAddress(peer.SendsFabricLogin(proposed: proposed));
        peer.GrantedMac.Should().Be(proposed);
    }

    [Fact]
    public void An_ENode_that_takes_both_gets_the_fabric_s()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        peer.AddressModes = FipFlags.Fpma | FipFlags.Spma;
        peer.TakesAddress(peer.SendsFabricLogin(proposed: peer.ENode));
        peer.GrantedMac.Should().Be(MacAddress.Fpma(MacAddress.DefaultFcMap, peer.Id));
    }

    [Fact]
    public void A_proposed_MAC_address_that_is_a_group_or_the_FCF_s_or_another_s_is_rejected()
    {
        using SwitchRig rig = new();
        RawPeer other = rig.AddLoggedIn(1), peer = rig.AddPeer(2);
        peer.AddressModes = FipFlags.Spma;
        foreach (MacAddress mac in (MacAddress[])[FipAddresses.AllFcf, MacAddress.None, SwitchRig.FcfMac, other.GrantedMac])
            peer.ExpectsReject(peer.SendsFabricLogin(proposed: mac), WrongMac);
        peer.AddressModes = FipFlags.None;
        peer.ExpectsReject(peer.SendsFabricLogin(), WrongMode);
        rig.Counters.LoginsRejected.Should().Be(5);
    }

    [Fact]
    public void FDISC_gives_one_more_address_on_the_same_ENode_and_the_FLOGI_s_LOGO_takes_it_along()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddLoggedIn();
        (FcId id, MacAddress mac, Wwn name) first = (peer.Id, peer.GrantedMac, peer.PortName);
        peer.PortName = new Wwn(0x2001_0200_0001_0001ul);
        ReceivedFrame accept = peer.LogsInWithFabric(ElsCommand.Fdisc);
        accept.Encapsulated.Should().Be(FipDescriptorType.Fdisc);
        peer.Id.Should().NotBe(first.id);
        rig.Fcf.VirtualLinks().Select(l => l.IsNpiv).Should().Equal(false, true);

        (peer.Id, peer.GrantedMac, peer.PortName) = first;
        peer.ExpectsAccept(peer.SendsFabricLogo()).Encapsulated.Should().Be(FipDescriptorType.Logo);
        rig.Fcf.VirtualLinks().Should().BeEmpty();
        rig.Switch.Fabric.Find(peer.Id).Should().BeNull();
    }

    [Fact]
    public void FDISC_before_FLOGI_is_rejected()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        peer.ExpectsReject(peer.SendsFabricLogin(ElsCommand.Fdisc), ElsReject.PlogiRequired);
    }

    [Fact]
    public void FLOGI_again_begins_anew_with_the_same_address_and_ends_what_the_ENode_had()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddLoggedIn();
        (FcId id, Wwn name) first = (peer.Id, peer.PortName);
        peer.PortName = new Wwn(0x2001_0200_0001_0001ul);
        peer.LogsInWithFabric(ElsCommand.Fdisc);
        peer.PortName = first.name;
        peer.LogsInWithFabric();
        peer.Id.Should().Be(first.id);
        rig.Fcf.VirtualLinks().Should().ContainSingle().Which.Id.Should().Be(first.id);
    }

    [Fact]
    public void The_same_name_from_another_ENode_is_rejected_and_the_first_stays()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddLoggedIn(1), twin = rig.AddPeer(2);
        twin.PortName = peer.PortName;
        twin.ExpectsReply(twin.SendsFabricLogin()).Els.Should().Be(ElsCommand.LsRjt);
        rig.Fcf.VirtualLinks().Should().ContainSingle().Which.ENode.Should().Be(peer.ENode);
    }

    [Fact]
    public void Where_names_may_move_the_second_ENode_gets_the_address_and_the_first_is_told_all_that_it_lost()
    {
        using SwitchRig rig = new(fabric: new FabricOptions { SwitchName = Wwn.None, DuplicateName = DuplicateName.Move });
        VerifiedHost bystander = new(rig, 9);
        RawPeer first = rig.AddLoggedIn(1), second = rig.AddPeer(2);
        (FcId id, Wwn name) = (first.Id, first.PortName);
        first.PortName = new Wwn(0x2001_0200_0001_0001ul);
        first.LogsInWithFabric(ElsCommand.Fdisc);
        second.PortName = name;

        bystander.MovesData(() => second.LogsInWithFabric());

        second.Id.Should().Be(id, "an N_Port_ID stays with its name");
        first.ExpectsClearVirtualLinks().Descriptors<FipVxPortIdentificationDescriptor>().Select(d => d.PortName).Should().Equal(name, first.PortName);
        rig.Fcf.VirtualLinks().Select(l => l.ENode).Should().BeEquivalentTo([bystander.Peer.ENode, second.ENode]);
        rig.Switch.Fabric.Counters.LoginsMoved.Should().Be(1, "the second time it was its own already");
    }

    [Fact]
    public void A_name_does_not_move_by_a_login_that_is_refused_nor_from_a_port_of_ours()
    {
        using SwitchRig rig = new(fabric: new FabricOptions { SwitchName = Wwn.None, DuplicateName = DuplicateName.Move });
        RawPeer first = rig.AddLoggedIn(1), second = rig.AddPeer(2);
        second.PortName = first.PortName;
        second.ReceiveDataFieldSize = 128;
        second.ExpectsReject(second.SendsFabricLogin(), ElsReject.BadReceiveDataFieldSize);
        second.ReceiveDataFieldSize = 2112;
        second.PortName = rig.Port.Local.PortName;
        second.ExpectsReject(second.SendsFabricLogin(), ElsReject.InvalidPortName);
        rig.Fcf.VirtualLinks().Should().ContainSingle().Which.ENode.Should().Be(first.ENode);
        rig.Port.Local.Id.Should().NotBe(FcId.None);
    }

    [Fact]
    public void An_ENode_that_changes_its_VLAN_takes_its_login_along()
    {
        using SwitchRig rig = new(new FcfOptions { Vlans = [100, 200] });
        RawPeer peer = rig.AddLoggedIn(vid: 100);
        peer.Vlan = new Formats.Ethernet.VlanTag(200);
        peer.LogsInWithFabric().Vlan!.Value.Vid.Should().Be(200);
        rig.Fcf.VirtualLinks().Should().ContainSingle().Which.Vid.Should().Be(200);
    }

    [Fact]
    public void Plain_FLOGI_in_FCoE_is_answered_in_FCoE_and_nobody_expects_keep_alives()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        OxId oxId = peer.NextOxId();
        FcHeader header = RawPeer.ElsHeader(oxId) with { DId = FcId.FPortController };
        byte[] flogi = RawPeer.BytesOf(peer.LoginPayload(ElsCommand.Flogi));
        peer.SendsFrame(header, flogi, to: MacAddress.Fpma(MacAddress.DefaultFcMap, FcId.FPortController), from: peer.ENode);
        ReceivedFrame accept = peer.TakesAddress(oxId);
        accept.IsFip.Should().BeFalse();
        (accept.Source, accept.Destination).Should().Be((SwitchRig.FcfMac, peer.ENode));
        rig.Advance(300);
        rig.Fcf.VirtualLinks().Should().ContainSingle().Which.SpeaksFip.Should().BeFalse();
        LogoPayload logo = new() { Command = ElsCommand.Logo, NPortId = peer.Id, NPortName = peer.PortName };
        peer.ExpectsAccept(peer.SendsEls(logo, to: FcId.FPortController));
        rig.Fcf.VirtualLinks().Should().BeEmpty();
    }

    [Fact]
    public void No_more_ENodes_than_allowed_log_in()
    {
        using SwitchRig rig = new(new FcfOptions { MaxENodes = 2 });
        rig.AddLoggedIn(1);
        RawPeer second = rig.AddLoggedIn(2), third = rig.AddPeer(3);
        third.ExpectsReject(third.SendsFabricLogin(), ElsReject.InsufficientResources);
        second.LogsInWithFabric();
    }

    [Fact]
    public void A_FLOGI_that_is_too_short_is_rejected()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        OxId oxId = peer.NextOxId();
        peer.SendsToFPort(FipDescriptorType.Flogi, RawPeer.ElsHeader(oxId), [(byte)ElsCommand.Flogi, 0, 0, 0], FcId.None, MacAddress.None);
        peer.ExpectsReject(oxId, ElsReject.InvalidPayloadLength);
    }
}
