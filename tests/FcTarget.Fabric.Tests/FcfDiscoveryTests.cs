// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

public sealed class FcfDiscoveryTests
{
    private static readonly FcfOptions TwoVlans = new() { Vlans = [100, 200] };

    [Fact]
    public void A_VLAN_request_is_answered_with_every_VLAN_served_in_the_VLAN_it_came_in()
    {
        using SwitchRig rig = new(TwoVlans);
        RawPeer untagged = rig.AddPeer(1), tagged = rig.AddPeer(2, vid: 100), elsewhere = rig.AddPeer(3, vid: 7);
        foreach (RawPeer peer in (RawPeer[])[untagged, tagged, elsewhere])
        {
            peer.Ignores();
            peer.SendsVlanRequest();
            peer.ExpectsVlanNotification().Should().Equal(100, 200);
            peer.ExpectsSilence();
        }
        rig.Counters.VlanRequests.Should().Be(3);
    }

    [Fact]
    public void Without_VLANs_the_notification_says_untagged()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        peer.SendsVlanRequest();
        peer.ExpectsVlanNotification().Should().Equal(0);
    }

    [Fact]
    public void A_solicitation_is_answered_by_a_unicast_advertisement_as_long_as_the_largest_FCoE_PDU()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        peer.SendsSolicitation();
        ReceivedFrame heard = peer.ExpectsAdvertisement(solicited: true);
        heard.Destination.Should().Be(peer.ENode);
        heard.Source.Should().Be(SwitchRig.FcfMac);
        heard.Bytes.Should().HaveCount(EthernetFrame.HeaderLength + peer.MaxFcoeSize);
        heard.Flags.Should().Be(FipFlags.Fpma | FipFlags.Spma | FipFlags.Available | FipFlags.Solicited | FipFlags.FPort);
        peer.ExpectsSilence();
    }

    [Fact]
    public void An_advertisement_says_who_the_FCF_is()
    {
        FabricOptions fabric = new() { SwitchName = new Wwn(0x1000_0000_0000_0001ul), FabricName = new Wwn(0x1000_0000_0000_0002ul) };
        using SwitchRig rig = new(new FcfOptions { Priority = 7, FcMap = 0x0EFC12, FkaAdvPeriod = TimeSpan.FromSeconds(3), KeepAlivesUnwanted = true }, fabric);
        RawPeer peer = rig.AddPeer();
        rig.Advance(3);
        ReceivedFrame heard = peer.ExpectsAdvertisement(solicited: false);
        heard.Destination.Should().Be(FipAddresses.AllENode);
        heard.Bytes.Should().HaveCountLessThan(100);
        heard.Descriptor<FipPriorityDescriptor>()!.Value.Priority.Should().Be(7);
        heard.Descriptor<FipMacAddressDescriptor>()!.Value.MacAddress.Should().Be(SwitchRig.FcfMac);
        heard.Descriptor<FipNameIdentifierDescriptor>()!.Value.NameIdentifier.Should().Be(fabric.SwitchName);
        FipFabricDescriptor named = heard.Descriptor<FipFabricDescriptor>()!.Value;
        (named.FabricName, (uint)named.FcMap, (ushort)named.VfId).Should().Be((fabric.FabricName, 0x0EFC12u, (ushort)0));
        FipFkaAdvPeriodDescriptor period = heard.Descriptor<FipFkaAdvPeriodDescriptor>()!.Value;
        ((uint)period.FkaAdvPeriod, period.D).Should().Be((3000u, true));
    }

    [Fact]
    public void Advertisements_come_every_FKA_ADV_PERIOD_on_each_VLAN_and_at_once_when_the_link_comes_up()
    {
        using SwitchRig rig = new(TwoVlans, up: false);
        RawPeer peer = rig.AddPeer();
        rig.Pump();
        HearsOneInEachVlan(peer);
        rig.Advance(7.9);
        peer.ExpectsSilence();
        rig.Advance(0.2);
        HearsOneInEachVlan(peer);
        rig.SetLink(false);
        rig.Advance(20);
        peer.ExpectsSilence();
        rig.SetLink(true);
        HearsOneInEachVlan(peer);
    }

    private static void HearsOneInEachVlan(RawPeer peer)
    {
        int[] heard = [peer.ExpectsAdvertisement(solicited: false).Vlan!.Value.Vid, peer.ExpectsAdvertisement(solicited: false).Vlan!.Value.Vid];
        heard.Should().Equal(100, 200);
        peer.ExpectsSilence();
    }

    [Fact]
    public void Suspended_advertisements_stop_answers_to_solicitations_too_and_outlive_a_link_bounce()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        rig.Fcf.SuspendAdvertisements();
        rig.Advance(30);
        peer.SendsSolicitation();
        rig.SetLink(false);
        rig.SetLink(true);
        rig.Advance(30);
        peer.ExpectsSilence();
        rig.Fcf.State.Should().Be(FcfState.Silent);

        rig.Fcf.ResumeAdvertisements();
        peer.ExpectsAdvertisement(solicited: false);
        rig.Advance(8);
        peer.ExpectsAdvertisement(solicited: false);
        peer.SendsSolicitation();
        peer.ExpectsAdvertisement(solicited: true);
    }

    [Fact]
    public void An_operator_cannot_ask_for_what_FC_BB_6_forbids()
    {
        FcfOptions[] wrong = [new() { FcMap = 0x0EFD00 }, new() { FkaAdvPeriod = TimeSpan.FromMilliseconds(100) }, new() { Vlans = [4095] }];
        foreach (FcfOptions options in wrong) options.Invoking(o => o.Validate()).Should().Throw<ArgumentException>();
    }
}
