// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fip;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

public sealed class Vn2VnConversationTests
{
    private static readonly FcId Wanted = PortRig.PortId;

    [Fact]
    public void Two_probes_a_claim_and_a_beacon_come_at_the_times_of_FC_BB_6()
    {
        using PortRig rig = new();
        RawPeer peer = rig.AddPeer();
        List<(string What, double At)> heard = [];
        rig.Pump();
        for (int ms = 0; ms < 1100; ms++)
        {
            rig.Advance(1);
            foreach (ReceivedFrame frame in peer.Heard.Concat(peer.BeaconsHeard))
                heard.Add((((FipVn2VnSubcode)frame.Subcode).ToString(), ms + 1));
            peer.Ignores();
        }
        heard.Select(h => h.What).Should().Equal("ProbeRequest", "ProbeRequest", "ClaimNotification", "Beacon");
        heard[0].At.Should().BeLessThanOrEqualTo(100);
        (heard[1].At - heard[0].At).Should().Be(100);
        (heard[2].At - heard[1].At).Should().Be(400);
        (heard[3].At - heard[2].At).Should().Be(400);
    }

    [Fact]
    public void Beacons_follow_each_other_after_8000_to_8100_ms()
    {
        using PortRig rig = PortRig.Online();
        List<double> at = [];
        for (int i = 0; i < 400; i++)
        {
            rig.Advance(100);
            if (rig.Peer.BeaconsHeard.Count > 0) at.Add(rig.Clock.Elapsed.TotalMilliseconds);
            rig.Peer.Ignores();
        }
        at.Should().HaveCountGreaterThanOrEqualTo(4);
        at.Zip(at.Skip(1), (a, b) => b - a).Should().OnlyContain(gap => gap >= 7900 && gap <= 8200, "seen to 100 ms");
    }

    [Fact]
    public void A_claim_is_answered_with_a_response_that_fills_the_FCoE_PDU_the_peer_can_take()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.MaxFcoeSize = 2158;
        ReceivedFrame response = rig.Peer.ClaimsAndIsAnswered();
        response.Destination.Should().Be(rig.Peer.ENode);
        response.Source.Should().Be(PortRig.PortMac);
        response.Bytes.Length.Should().Be(14 + 2158);
        response.Descriptor<FipMacAddressDescriptor>()!.Value.MacAddress.Should().Be(PortRig.PortMac);
        response.Descriptor<FipNameIdentifierDescriptor>()!.Value.NameIdentifier.Should().Be(rig.Port.Local.NodeName);
        FipVxPortIdentificationDescriptor vx = response.Descriptor<FipVxPortIdentificationDescriptor>()!.Value;
        vx.PortName.Should().Be(rig.Port.Local.PortName);
        vx.MacAddress.Should().Be(MacAddress.Fpma(MacAddress.Vn2VnFcMap, Wanted));
        response.Descriptor<FipFc4AttributesDescriptor>()!.Value.Features.Of(8).Should().Be(Fc4Features.FcpTarget);
        response.Descriptor<FipMaxFcoeSizeDescriptor>()!.Value.MaxFcoeSize.Should().Be((UInt16BE)2158);
    }

    [Fact]
    public void A_claim_response_is_never_longer_than_our_own_MTU()
    {
        using PortRig rig = PortRig.Online(mtu: 1500);
        rig.Peer.MaxFcoeSize = 9000;
        rig.Peer.ClaimsAndIsAnswered().Bytes.Length.Should().Be(14 + 1500);
    }

    [Fact]
    public void A_probe_for_our_claimed_address_is_answered_whatever_the_names()
    {
        using PortRig rig = PortRig.Online(peerHasHigherName: true);
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.ProbeRequest, Wanted, recorded: false);
        ReceivedFrame reply = rig.Peer.ExpectsVn2Vn(FipVn2VnSubcode.ProbeReply);
        reply.Destination.Should().Be(rig.Peer.ENode);
        reply.Descriptor<FipVxPortIdentificationDescriptor>()!.Value.AddressIdentifier.Should().Be(Wanted);
    }

    [Theory]
    [InlineData(false, false, true)]  // lower name, not recorded: we win
    [InlineData(true, false, false)]  // higher name
    [InlineData(false, true, false)]  // lower name, but recorded
    [InlineData(true, true, false)]
    public void A_probe_for_the_address_we_probe_for_is_won_by_the_recorded_then_by_the_higher_name(bool higher, bool recorded, bool weWin)
    {
        using PortRig rig = new();
        RawPeer peer = rig.AddPeer(higher);
        UntilProbes(rig, peer, 1);
        peer.SendsVn2Vn(FipVn2VnSubcode.ProbeRequest, Wanted, recorded);
        if (weWin) peer.ExpectsVn2Vn(FipVn2VnSubcode.ProbeReply);
        peer.ExpectsSilence();
        rig.Advance(1200);
        if (weWin) rig.Port.Local.Id.Should().Be(Wanted);
        else rig.Port.Local.Id.Should().NotBe(Wanted).And.NotBe(FcId.None);
    }

    [Fact]
    public void A_recorded_address_is_probed_for_with_the_REC_flag_and_kept_against_a_higher_name()
    {
        using PortRig rig = PortRig.Online(peerHasHigherName: true);
        rig.SetLink(false);
        rig.SetLink(true);
        rig.Peer.Ignores();
        ReceivedFrame probe = UntilProbes(rig, rig.Peer, 1);
        probe.Flags.Should().HaveFlag(FipFlags.RecordedOrPointToPoint);
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.ProbeRequest, Wanted, recorded: false);
        rig.Peer.ExpectsVn2Vn(FipVn2VnSubcode.ProbeReply);
        rig.Advance(1200);
        rig.Port.Local.Id.Should().Be(Wanted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_probe_reply_sends_us_to_another_address(int probes)
    {
        using PortRig rig = new();
        RawPeer peer = rig.AddPeer();
        UntilProbes(rig, peer, probes);
        peer.SendsVn2Vn(FipVn2VnSubcode.ProbeReply, Wanted, to: PortRig.PortMac);
        rig.Advance(1300);
        rig.Port.Local.Id.Should().NotBe(Wanted).And.NotBe(FcId.None);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Another_ports_claim_of_the_address_we_probe_for_is_respected_whatever_the_names(bool higher)
    {
        using PortRig rig = new();
        RawPeer peer = rig.AddPeer(higher);
        UntilProbes(rig, peer, 2);
        peer.SendsVn2Vn(FipVn2VnSubcode.ClaimNotification, Wanted);
        rig.Advance(1300);
        rig.Port.Local.Id.Should().NotBe(Wanted).And.NotBe(FcId.None);
    }

    [Theory]
    [InlineData(FipVn2VnSubcode.ClaimNotification)]
    [InlineData(FipVn2VnSubcode.Beacon)]
    public void Online_a_lower_names_use_of_our_address_is_answered_with_our_claim(FipVn2VnSubcode subcode)
    {
        using PortRig rig = PortRig.Online(peerHasHigherName: false);
        rig.Peer.SendsVn2Vn(subcode, Wanted);
        rig.Peer.ExpectsVn2Vn(FipVn2VnSubcode.ClaimNotification);
        rig.Port.Local.Id.Should().Be(Wanted);
    }

    [Theory]
    [InlineData(FipVn2VnSubcode.ClaimNotification)]
    [InlineData(FipVn2VnSubcode.Beacon)]
    public void Online_a_higher_names_use_of_our_address_ends_our_logins_and_sends_us_to_another(FipVn2VnSubcode subcode)
    {
        using PortRig rig = PortRig.WithImagePair();
        RawPeer rival = rig.AddPeer(higherName: true, number: 2);
        rival.SendsVn2Vn(subcode, Wanted);
        rig.Port.Local.Id.Should().Be(FcId.None);
        rig.StateOf(rig.Peer).Should().Be(LoginState.Idle);
        rig.Advance(1300);
        rig.Port.Local.Id.Should().NotBe(Wanted).And.NotBe(FcId.None);
        rig.Probes.Lines.Should().StartWith(
            ["rport-logout-start solicited=1", "rport-logout-end solicited=1", "fabric-login-start", "fabric-login-end status=0"]);
    }

    [Fact]
    public void After_ten_conflicts_in_a_row_the_port_tries_only_every_ten_seconds()
    {
        using PortRig rig = new();
        RawPeer peer = rig.AddPeer();
        for (int i = 0; i < 10; i++)
        {
            ReceivedFrame probe = UntilProbes(rig, peer, 1);
            FcId wanted = probe.Descriptor<FipVxPortIdentificationDescriptor>()!.Value.AddressIdentifier;
            peer.SendsVn2Vn(FipVn2VnSubcode.ProbeReply, wanted, to: PortRig.PortMac);
            peer.Ignores();
        }
        rig.Advance(9900);
        peer.ExpectsSilence();
        rig.Advance(200);
        peer.ExpectsVn2Vn(FipVn2VnSubcode.ProbeRequest);
    }

    [Fact]
    public void A_beacon_of_an_unknown_port_makes_us_claim_again_but_not_more_than_every_400_ms()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.Beacon);
        rig.Peer.ExpectsVn2Vn(FipVn2VnSubcode.ClaimNotification);
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.Beacon);
        rig.Peer.ExpectsSilence();
        rig.Advance(401);
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.Beacon);
        rig.Peer.ExpectsVn2Vn(FipVn2VnSubcode.ClaimNotification);
    }

    [Fact]
    public void A_port_known_by_its_claim_response_is_logged_in_with_when_its_beacon_says_that_it_uses_its_address()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.ClaimResponse, to: PortRig.PortMac);
        rig.Peer.ExpectsSilence();
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.Beacon);
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
    }

    [Fact]
    public void A_port_whose_beacon_made_us_claim_is_logged_in_with_at_its_response()
    {
        using PortRig rig = PortRig.Online();
        rig.Advance(500);
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.Beacon);
        rig.Peer.ExpectsVn2Vn(FipVn2VnSubcode.ClaimNotification);
        rig.Peer.ExpectsSilence();
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.ClaimResponse, to: PortRig.PortMac);
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
    }

    [Fact]
    public void A_port_that_only_claims_is_not_logged_in_with()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.ClaimNotification);
        rig.Peer.ExpectsVn2Vn(FipVn2VnSubcode.ClaimResponse);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void A_neighbour_silent_for_20_s_is_gone_and_its_session_with_it()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.KeepsBeaconing = false;
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.Beacon);
        rig.Advance(19_900);
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
        rig.Advance(2_100);
        rig.StateOf(rig.Peer).Should().Be(LoginState.Idle);
        rig.Probes.Lines.Should().Equal("rport-logout-start solicited=1", "rport-logout-end solicited=1");
    }

    [Fact]
    public void A_neighbour_that_beacons_stays()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Advance(60_000);
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
        rig.Peer.Reads(0, 1);
    }

    [Fact]
    public void A_port_that_is_only_a_target_is_left_alone()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.FcpFeatures = Fc4Features.FcpTarget;
        rig.Peer.ClaimsAndIsAnswered();
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void A_frame_cut_in_its_descriptors_is_counted_and_ignored()
    {
        using PortRig rig = PortRig.Online();
        byte[] claim = rig.Peer.Vn2VnFrame(FipVn2VnSubcode.ClaimNotification);
        for (int length = 14; length < claim.Length; length += 4) rig.Peer.SendsBytes(claim.AsSpan(0, length));
        rig.Peer.ExpectsSilence();
        rig.Port.Counters.FipMalformed.Should().BeGreaterThan(10);
    }

    [Theory]
    [InlineData(24 + 1, 0)]    // first descriptor of length 0
    [InlineData(24 + 1, 255)]  // beyond the list
    [InlineData(24 + 1, 3)]    // not the length of its type
    [InlineData(24, 99)]       // unknown and critical
    [InlineData(14, 0x20)]     // FIP version 2
    public void A_frame_with_a_damaged_descriptor_is_discarded_whole(int at, byte value)
    {
        using PortRig rig = PortRig.Online();
        byte[] claim = rig.Peer.Vn2VnFrame(FipVn2VnSubcode.ClaimNotification);
        claim[at] = value;
        rig.Peer.SendsBytes(claim);
        rig.Peer.ExpectsSilence();
        rig.Port.Counters.FipMalformed.Should().Be(1);
    }

    [Fact]
    public void Frames_of_other_VLANs_and_of_none_are_not_for_a_port_on_a_VLAN()
    {
        using PortRig rig = PortRig.Online(options: new PortOptions { Vlan = new Formats.Ethernet.VlanTag(101, 3) });
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.ClaimNotification);
        rig.Peer.Vlan = new Formats.Ethernet.VlanTag(102);
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.ClaimNotification);
        rig.Peer.ExpectsSilence();
        rig.Peer.Vlan = new Formats.Ethernet.VlanTag(101, 3);
        rig.Peer.EstablishesImagePair();
        rig.Peer.Heard.Should().BeEmpty();
        PortRig.TakesUnitAttentions(rig.Peer);
        OxId oxId = rig.Peer.SendsCommand(Cdbs.TestUnitReady);
        ReceivedFrame rsp = rig.Peer.ExpectsFcp(Formats.Fcp.FcpIu.Rsp, oxId);
        rsp.Vlan!.Value.Vid.Should().Be(101);
    }

    private static ReceivedFrame UntilProbes(PortRig rig, RawPeer peer, int count)
    {
        ReceivedFrame? last = null;
        for (int ms = 0; ms < 1000 && count > 0; ms++)
        {
            rig.Advance(1);
            if (peer.Heard.Count == 0) continue;
            last = peer.ExpectsVn2Vn(FipVn2VnSubcode.ProbeRequest);
            count--;
        }
        return last ?? throw new ConversationException("no probe");
    }

    [Fact]
    public void A_neighbour_that_speaks_in_the_name_of_another_is_not_heard()
    {
        using PortRig rig = PortRig.WithImagePair();
        RawPeer rogue = rig.AddPeer(number: 2);
        rig.EstablishesImagePair(rogue);
        rig.Peer.Ignores();
        rogue.Ignores();

        // Its own MAC address, the other's S_ID: in FCoE, and in the FIP frame that may carry a LOGO.
        rogue.SendsFrame(RawPeer.CommandHeader(rogue.NextOxId()) with { SId = rig.Peer.Id }, RawPeer.CommandPayload(Cdbs.TestUnitReady, default, 0), from: rogue.VnPortMac);
        LogoPayload logo = new() { Command = ElsCommand.Logo, NPortId = rig.Peer.Id, NPortName = rig.Peer.PortName };
        rogue.SendsFrame(RawPeer.ElsHeader(rogue.NextOxId()) with { SId = rig.Peer.Id }, RawPeer.BytesOf(logo), from: rogue.VnPortMac);
        rogue.SendsInFip(FipDescriptorType.Logo, FipLinkServiceSubcode.Request, RawPeer.ElsHeader(rogue.NextOxId()) with { SId = rig.Peer.Id }, RawPeer.BytesOf(logo));

        rig.Port.Counters.SourceMacWrong.Should().Be(3);
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
        rig.Peer.ExpectsSilence();
        rogue.ExpectsSilence();
    }
}
