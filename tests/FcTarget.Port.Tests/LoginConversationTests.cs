// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Fip;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

public sealed class LoginConversationTests
{
    [Fact]
    public void With_a_lower_named_peer_we_send_FLOGI_in_FIP_then_PLOGI_in_FCoE()
    {
        using PortRig rig = PortRig.Online();
        RawPeer peer = rig.Peer;
        peer.ClaimsAndIsAnswered();
        ReceivedFrame flogi = peer.ExpectsEls(ElsCommand.Flogi);
        flogi.Encapsulated.Should().Be(FipDescriptorType.Flogi);
        flogi.Destination.Should().Be(peer.ENode);
        flogi.Source.Should().Be(PortRig.PortMac);
        flogi.Header.DId.Should().Be(peer.Id);
        flogi.Header.SId.Should().Be(PortRig.PortId);
        flogi.As<LoginPayload>().PortName.Should().Be(rig.Port.Local.PortName);
        peer.ExpectsSilence();
        peer.AcceptsLogin(flogi);

        ReceivedFrame plogi = peer.ExpectsEls(ElsCommand.Plogi);
        plogi.IsFip.Should().BeFalse();
        plogi.Destination.Should().Be(peer.VnPortMac);
        plogi.Source.Should().Be(MacAddress.Fpma(MacAddress.Vn2VnFcMap, PortRig.PortId));
        LoginPayload ours = plogi.As<LoginPayload>();
        ours.Class3.IsValid.Should().BeTrue();
        ours.Class3.ReceiveDataFieldSize.Should().Be((UInt16BE)2112);
        ours.Common.ReceiveDataFieldSize.Should().Be(2112);
        peer.AcceptsLogin(plogi);
        peer.ExpectsSilence();
        rig.StateOf(peer).Should().Be(LoginState.LoggedIn);
    }

    [Fact]
    public void With_a_higher_named_peer_we_wait_for_its_PLOGI()
    {
        using PortRig rig = PortRig.Online(peerHasHigherName: true);
        RawPeer peer = rig.Peer;
        peer.ClaimsAndIsAnswered();
        peer.AcceptsLogin(peer.ExpectsEls(ElsCommand.Flogi));
        peer.ExpectsSilence();
        rig.StateOf(peer).Should().Be(LoginState.PlogiWait);
        ReceivedFrame accept = peer.ExpectsAccept(peer.SendsPlogi());
        accept.As<LoginPayload>().PortName.Should().Be(rig.Port.Local.PortName);
        accept.As<LoginPayload>().NodeName.Should().Be(rig.Port.Local.NodeName);
        rig.StateOf(peer).Should().Be(LoginState.LoggedIn);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Crossing_FLOGIs_lead_to_one_login(bool higher)
    {
        using PortRig rig = PortRig.Online(higher);
        RawPeer peer = rig.Peer;
        peer.ClaimsAndIsAnswered();
        ReceivedFrame theirs = peer.ExpectsEls(ElsCommand.Flogi);
        OxId ours = peer.SendsFlogi();
        ReceivedFrame accept = peer.ExpectsAccept(ours);
        accept.Encapsulated.Should().Be(FipDescriptorType.Flogi);
        (accept.As<LoginPayload>().Common.FPortFeatures & FPortFeatures.FPort).Should().Be(FPortFeatures.None, "we are an N_Port");
        peer.AcceptsLogin(theirs);
        peer.CompletesPlogi();
        peer.ExpectsSilence();
        rig.StateOf(peer).Should().Be(LoginState.LoggedIn);
    }

    [Fact]
    public void Of_crossing_PLOGIs_the_higher_names_stands_ours()
    {
        using PortRig rig = PortRig.Online();
        RawPeer peer = rig.Peer;
        peer.ClaimsAndIsAnswered();
        peer.AcceptsLogin(peer.ExpectsEls(ElsCommand.Flogi));
        ReceivedFrame plogi = peer.ExpectsEls(ElsCommand.Plogi);
        peer.ExpectsReject(peer.SendsPlogi(), ElsReject.CommandInProgress);
        peer.AcceptsLogin(plogi);
        rig.StateOf(peer).Should().Be(LoginState.LoggedIn);
    }

    [Fact]
    public void FLOGI_from_a_port_that_is_no_neighbour_is_rejected_in_FIP()
    {
        using PortRig rig = PortRig.Online();
        ReceivedFrame reject = rig.Peer.ExpectsReject(rig.Peer.SendsFlogi(), ElsReject.NotInNeighborSet);
        reject.Encapsulated.Should().Be(FipDescriptorType.Flogi);
        reject.Destination.Should().Be(rig.Peer.ENode);
    }

    [Fact]
    public void FLOGI_that_is_too_short_is_rejected()
    {
        using PortRig rig = PortRig.Online();
        RawPeer peer = rig.Peer;
        peer.ClaimsAndIsAnswered();
        OxId oxId = peer.NextOxId();
        peer.SendsInFip(FipDescriptorType.Flogi, FipLinkServiceSubcode.Request, RawPeer.ElsHeader(oxId), [4, 0, 0, 0]);
        peer.ExpectsReject(oxId, ElsReject.InvalidPayloadLength);
    }

    [Fact]
    public void FLOGI_without_answer_is_sent_again()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.ClaimsAndIsAnswered();
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
        rig.Advance(3900);
        rig.Peer.ExpectsSilence();
        rig.Advance(1200);
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
    }

    [Fact]
    public void Rejected_logins_are_tried_again_after_1_2_4_and_then_every_8_seconds()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.ClaimsAndIsAnswered();
        rig.Peer.Rejects(rig.Peer.ExpectsEls(ElsCommand.Flogi), ElsReject.LogicalBusy);
        foreach (int seconds in (int[])[1, 2, 4, 8, 8])
        {
            rig.Advance((seconds * 1000) - 1);
            rig.Peer.ExpectsSilence();
            rig.Advance(1);
            rig.Peer.Rejects(rig.Peer.ExpectsEls(ElsCommand.Flogi), ElsReject.LogicalBusy);
        }
    }

    [Fact]
    public void A_peer_whose_PLOGI_does_not_come_is_asked_with_FLOGI_again()
    {
        using PortRig rig = PortRig.Online(peerHasHigherName: true);
        rig.Peer.ClaimsAndIsAnswered();
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        rig.Advance(5100);
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
    }

    // ---- relogin --------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PLOGI_in_a_running_session_ends_it_and_begins_a_new_one(bool higher)
    {
        using PortRig rig = PortRig.WithImagePair(higher);
        RawPeer peer = rig.Peer;
        OxId held = peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        peer.ExpectsAccept(peer.SendsPlogi());
        rig.Held.Aborted.Should().ContainSingle();
        rig.StateOf(peer).Should().Be(LoginState.LoggedIn);
        rig.OpenExchanges.Should().Be(0);
        peer.ExpectsAccept(peer.SendsPrli());
        peer.ExpectsRsp(peer.SendsCommand(Cdbs.TestUnitReady)).KeyCodeQualifier
            .Should().Be(((byte)6, (byte)0x29, (byte)0x07), "I_T NEXUS LOSS OCCURRED");
        peer.Heard.Should().NotContain(f => f.IsFc && f.Header.OxId == held);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FLOGI_in_a_running_session_ends_it_and_begins_the_login_anew(bool higher)
    {
        using PortRig rig = PortRig.WithImagePair(higher);
        RawPeer peer = rig.Peer;
        peer.ExpectsAccept(peer.SendsFlogi());
        rig.StateOf(peer).Should().Be(higher ? LoginState.PlogiWait : LoginState.Plogi);
        peer.CompletesPlogi();
        peer.ExpectsAccept(peer.SendsPrli());
        PortRig.TakesUnitAttentions(peer);
        peer.Reads(0, 1);
        peer.ExpectsSilence();
    }

    // ---- PLOGI ----------------------------------------------------------------------------------------------------

    [Fact]
    public void PLOGI_without_class_3_is_rejected_and_the_session_stays()
    {
        using PortRig rig = PortRig.WithImagePair();
        LoginPayload plogi = rig.Peer.LoginPayload(ElsCommand.Plogi);
        plogi.Class3 = default;
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(plogi), ElsReject.ClassNotSupported);
        rig.Peer.Reads(0, 1);
    }

    [Fact]
    public void PLOGI_with_a_receive_size_below_256_is_rejected()
    {
        using PortRig rig = PortRig.Online(peerHasHigherName: true);
        rig.Peer.ClaimsAndIsAnswered();
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        rig.Peer.ReceiveDataFieldSize = 252;
        rig.Peer.ExpectsReject(rig.Peer.SendsPlogi(), ElsReject.BadReceiveDataFieldSize);
        rig.StateOf(rig.Peer).Should().Be(LoginState.PlogiWait);
    }

    [Fact]
    public void PLOGI_that_is_too_short_is_rejected()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.ExpectsReject(rig.Peer.SendsEls([3, 0, 0, 0, 1, 2, 3, 4]), ElsReject.InvalidPayloadLength);
    }

    [Fact]
    public void PLOGI_with_our_own_name_is_rejected()
    {
        using PortRig rig = PortRig.Online();
        LoginPayload plogi = rig.Peer.LoginPayload(ElsCommand.Plogi);
        plogi.PortName = rig.Port.Local.PortName;
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(plogi), ElsReject.InvalidPortName);
    }

    [Fact]
    public void Read_data_goes_out_in_frames_as_small_as_the_peer_asks()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.ReceiveDataFieldSize = 512;
        rig.EstablishesImagePair(rig.Peer);
        OxId oxId = rig.Peer.SendsRead10(0, 4);
        rig.Peer.Heard.Where(f => f.Header.RCtl == FcpIu.Data).Should().HaveCount(4).And.OnlyContain(f => f.Payload.Length == 512);
        rig.Peer.ExpectsData(oxId, 2048);
        rig.Peer.ExpectsGood(oxId);
    }

    // ---- LOGO -----------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LOGO_ends_the_session_and_is_accepted_in_the_frame_it_came_in(bool inFip)
    {
        using PortRig rig = PortRig.WithImagePair();
        ReceivedFrame accept = rig.Peer.ExpectsAccept(rig.Peer.SendsLogo(inFip));
        accept.Encapsulated.Should().Be(inFip ? FipDescriptorType.Logo : null);
        rig.StateOf(rig.Peer).Should().Be(LoginState.Idle);
        rig.Probes.Lines.Should().Equal("rport-logout-start solicited=0", "rport-logout-end solicited=0");
    }

    [Fact]
    public void LOGO_without_login_is_accepted_all_the_same()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.ExpectsAccept(rig.Peer.SendsLogo());
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void LOGO_that_names_another_port_does_not_log_that_one_out()
    {
        using PortRig rig = PortRig.WithImagePair();
        RawPeer other = rig.AddPeer(number: 2);
        rig.EstablishesImagePair(other);
        LogoPayload forged = new() { Command = ElsCommand.Logo, NPortId = rig.Peer.Id, NPortName = other.PortName };
        other.ExpectsAccept(other.SendsEls(forged));
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
        rig.StateOf(other).Should().Be(LoginState.Idle);
    }

    [Fact]
    public void LOGO_with_the_address_and_the_name_of_another_port_is_rejected()
    {
        using PortRig rig = PortRig.WithImagePair();
        RawPeer other = rig.AddPeer(number: 2);
        LogoPayload forged = new() { Command = ElsCommand.Logo, NPortId = rig.Peer.Id, NPortName = rig.Peer.PortName };
        rig.EstablishesImagePair(other);
        other.ExpectsReject(other.SendsEls(forged), ElsReject.InvalidNPortId);
        other.ExpectsAccept(other.SendsLogo());
        other.ExpectsReject(other.SendsEls(forged), ElsReject.InvalidNPortId); // it beacons under another name
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
    }

    [Fact]
    public void After_LOGO_the_next_beacon_begins_a_new_login()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.ExpectsAccept(rig.Peer.SendsLogo());
        rig.Advance(8000);
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        rig.Peer.CompletesPlogi();
        rig.Peer.ExpectsAccept(rig.Peer.SendsPrli());
        PortRig.TakesUnitAttentions(rig.Peer);
        rig.Peer.Reads(0, 1);
    }

    [Fact]
    public void A_stranger_who_sends_FCP_CMND_is_told_LOGO_at_most_once_a_second()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.SendsRead10(0, 1);
        ReceivedFrame logo = rig.Peer.ExpectsEls(ElsCommand.Logo);
        logo.As<LogoPayload>().NPortId.Should().Be(PortRig.PortId);
        logo.As<LogoPayload>().NPortName.Should().Be(rig.Port.Local.PortName);
        logo.Header.DId.Should().Be(rig.Peer.Id);
        rig.Peer.SendsRead10(0, 1);
        rig.Peer.SendsAbts(new OxId((ushort)0x100), RxId.Unassigned);
        rig.Peer.ExpectsSilence();
        rig.Advance(1001);
        rig.Peer.SendsRead10(0, 1);
        rig.Peer.ExpectsEls(ElsCommand.Logo);
    }

    [Fact]
    public void On_shutdown_every_peer_hears_LOGO_and_the_port_waits_for_the_answers()
    {
        using PortRig rig = PortRig.WithImagePair();
        RawPeer other = rig.AddPeer(higherName: true, number: 2);
        rig.EstablishesImagePair(other);
        rig.Probes.Clear();
        bool stopped = false;
        rig.Port.RequestStop(() => stopped = true);
        rig.Pump();
        ReceivedFrame first = rig.Peer.ExpectsEls(ElsCommand.Logo), second = other.ExpectsEls(ElsCommand.Logo);
        first.Encapsulated.Should().Be(FipDescriptorType.Logo);
        rig.Peer.Accepts(first, LsAccPayload.Accept);
        stopped.Should().BeFalse();
        other.Accepts(second, LsAccPayload.Accept);
        rig.Advance(20);
        stopped.Should().BeTrue();
        rig.Probes.Lines.Should().BeEquivalentTo(
            "rport-logout-start solicited=1", "rport-logout-start solicited=1",
            "rport-logout-end solicited=1", "rport-logout-end solicited=1");
    }

    [Fact]
    public void On_shutdown_a_silent_peer_is_waited_for_E_D_TOV()
    {
        using PortRig rig = PortRig.WithImagePair();
        bool stopped = false;
        rig.Port.RequestStop(() => stopped = true);
        rig.Advance(1990);
        stopped.Should().BeFalse();
        rig.Advance(30);
        stopped.Should().BeTrue();
    }

    [Fact]
    public void A_port_that_leaves_takes_no_new_login()
    {
        using PortRig rig = PortRig.WithImagePair();
        bool stopped = false;
        rig.Port.RequestStop(() => stopped = true);
        rig.Peer.Accepts(rig.Peer.ExpectsEls(ElsCommand.Logo), LsAccPayload.Accept);
        rig.Peer.ExpectsReject(rig.Peer.SendsFlogi(), ElsReject.LogicalBusy);
        rig.Peer.ExpectsReject(rig.Peer.SendsPlogi(), ElsReject.LogicalBusy);
        rig.Peer.SendsVn2Vn(FipVn2VnSubcode.Beacon);
        rig.Peer.ExpectsSilence();
        rig.Advance(20);
        stopped.Should().BeTrue();
    }

    // ---- link -----------------------------------------------------------------------------------------------------

    [Fact]
    public void A_link_bounce_brings_address_login_and_data_back()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] data = new byte[1024];
        new Random(1).NextBytes(data);
        rig.Peer.Writes(8, data);
        rig.SetLink(false);
        rig.Port.Local.Id.Should().Be(FcId.None);
        rig.StateOf(rig.Peer).Should().Be(LoginState.Idle);
        rig.SetLink(true);
        rig.ComesOnline();
        rig.Port.Local.Id.Should().Be(PortRig.PortId, "the recorded N_Port_ID is tried first");
        rig.EstablishesImagePair(rig.Peer);
        rig.Peer.Reads(8, 2).Should().Equal(data);
        rig.Probes.Lines.Where(l => !l.Contains("scsi") && !l.Contains("xfer")).Should().Equal(
            "link-down", "rport-logout-start solicited=1", "rport-logout-end solicited=1",
            "link-up", "fabric-login-start", "fabric-login-end status=0",
            "rport-login-start solicited=1", "rport-login-end solicited=1 status=0");
    }

    // ---- several peers --------------------------------------------------------------------------------------------

    [Fact]
    public void Peers_come_and_go_without_disturbing_each_other()
    {
        using PortRig rig = PortRig.Online();
        List<RawPeer> peers = [rig.Peer];
        for (int i = 2; i <= 6; i++) peers.Add(rig.AddPeer(higherName: i % 2 == 0, number: i));
        foreach (RawPeer peer in peers) rig.EstablishesImagePair(peer);
        for (int i = 0; i < peers.Count; i++)
        {
            byte[] data = Enumerable.Repeat((byte)(i + 1), 4096).ToArray();
            OxId held = peers[i].SendsWrite10((uint)(i * 8), 8);
            RawPeer next = peers[(i + 1) % peers.Count];
            next.ExpectsAccept(next.SendsLogo());
            RxId rxId = peers[i].ExpectsXferRdy(held, 0, 4096);
            peers[i].SendsBurst(held, rxId, 0, data);
            peers[i].ExpectsGood(held);
            next.ExpectsAccept(next.SendsPlogi());
            next.ExpectsAccept(next.SendsPrli());
            PortRig.TakesUnitAttentions(next);
        }
        for (int i = 0; i < peers.Count; i++) peers[i].Reads((uint)(i * 8), 8).Should().OnlyContain(b => b == i + 1);
        foreach (RawPeer peer in peers)
            peer.Heard.Should().OnlyContain(f => f.IsVn2Vn(FipVn2VnSubcode.ClaimNotification), "of the other peers");
    }

    [Fact]
    public void A_port_that_comes_back_with_another_address_is_gone_from_the_old_one()
    {
        using PortRig rig = PortRig.WithImagePair();
        FcId old = rig.Peer.Id;
        rig.Peer.Id = new FcId(0x000777u);
        rig.Peer.EstablishesImagePair();
        rig.Port.Local.Find(old)!.State.Should().Be(LoginState.Idle);
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
    }

    [Fact]
    public void Logins_beyond_the_limit_are_refused_and_idle_ports_make_room()
    {
        using PortRig rig = PortRig.Online(options: new PortOptions { MaxRemotePorts = 2 });
        RawPeer second = rig.AddPeer(number: 2), third = rig.AddPeer(number: 3);
        foreach (RawPeer peer in (RawPeer[])[rig.Peer, second]) rig.EstablishesImagePair(peer);
        third.ClaimsAndIsAnswered();
        third.ExpectsReject(third.SendsPlogi(), ElsReject.InsufficientResources);
        second.ExpectsAccept(second.SendsLogo());
        third.ExpectsAccept(third.SendsPlogi());
    }
}
