// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

public sealed class PointToPointConversationTests
{
    private static readonly FcId Lower = new(0x010101u), Higher = new(0x010102u);

    private static PortRig Rig(bool peerHasHigherName)
    {
        PortRig rig = new(new PortOptions { Topology = Topology.PointToPoint });
        RawPeer peer = rig.AddPeer(peerHasHigherName);
        peer.Target = FcId.FPortController;
        return rig;
    }

    [Fact]
    public void FLOGI_goes_to_the_F_Port_Controller_with_S_ID_0_as_soon_as_the_link_is_up()
    {
        using PortRig rig = Rig(false);
        ReceivedFrame flogi = rig.Peer.ExpectsEls(ElsCommand.Flogi);
        flogi.IsFip.Should().BeFalse();
        flogi.Destination.Should().Be(MacAddress.Fpma(MacAddress.DefaultFcMap, FcId.FPortController));
        flogi.Source.Should().Be(PortRig.PortMac);
        flogi.Header.DId.Should().Be(FcId.FPortController);
        flogi.Header.SId.Should().Be(FcId.None);
        rig.Peer.ExpectsSilence();
        rig.Advance(4000);
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Our_FLOGI_accepted_leads_to_a_session_with_the_higher_name_sending_PLOGI(bool higher)
    {
        using PortRig rig = Rig(higher);
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        EndsInSession(rig, higher);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_peers_FLOGI_leads_to_a_session_too(bool higher)
    {
        using PortRig rig = Rig(higher);
        rig.Peer.ExpectsEls(ElsCommand.Flogi);
        ReceivedFrame accept = rig.Peer.ExpectsAccept(rig.Peer.SendsFlogi());
        (accept.As<LoginPayload>().Common.FPortFeatures & FPortFeatures.FPort).Should().Be(FPortFeatures.None);
        EndsInSession(rig, higher);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Crossing_FLOGIs_lead_to_one_session(bool higher)
    {
        using PortRig rig = Rig(higher);
        ReceivedFrame theirs = rig.Peer.ExpectsEls(ElsCommand.Flogi);
        rig.Peer.ExpectsAccept(rig.Peer.SendsFlogi());
        rig.Peer.AcceptsLogin(theirs);
        EndsInSession(rig, higher);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_peers_FLOGI_in_a_session_begins_anew(bool higher)
    {
        using PortRig rig = Rig(higher);
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        EndsInSession(rig, higher);
        (rig.Peer.Id, rig.Peer.Target) = (FcId.None, FcId.FPortController);
        rig.Peer.ExpectsAccept(rig.Peer.SendsFlogi());
        EndsInSession(rig, higher);
    }

    [Fact]
    public void FLOGI_with_our_own_name_is_rejected()
    {
        using PortRig rig = Rig(false);
        rig.Peer.Ignores();
        rig.Peer.PortName = rig.Port.Local.PortName;
        rig.Peer.ExpectsReject(rig.Peer.SendsFlogi(), ElsReject.InvalidPortName);
        rig.Port.Local.Id.Should().Be(FcId.None);
    }

    [Fact]
    public void A_fabrics_accept_is_not_taken_for_a_peer()
    {
        using PortRig rig = Rig(false);
        ReceivedFrame flogi = rig.Peer.ExpectsEls(ElsCommand.Flogi);
        LoginPayload accept = rig.Peer.LoginPayload(ElsCommand.LsAcc);
        accept.Common.FPortFeatures = FPortFeatures.FPort;
        rig.Peer.Accepts(flogi, accept);
        rig.Port.Local.Id.Should().Be(FcId.None);
    }

    [Fact]
    public void A_link_bounce_begins_with_FLOGI_again()
    {
        using PortRig rig = Rig(false);
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        EndsInSession(rig, false);
        rig.SetLink(false);
        rig.Port.Local.Id.Should().Be(FcId.None);
        rig.SetLink(true);
        (rig.Peer.Id, rig.Peer.Target) = (FcId.None, FcId.FPortController);
        rig.Peer.AcceptsLogin(rig.Peer.ExpectsEls(ElsCommand.Flogi));
        EndsInSession(rig, false);
    }

    private static void EndsInSession(PortRig rig, bool peerIsHigher)
    {
        rig.Peer.CompletesPlogi();
        rig.Port.Local.Id.Should().Be(peerIsHigher ? Lower : Higher);
        rig.Peer.Id.Should().Be(peerIsHigher ? Higher : Lower);
        rig.Peer.ExpectsAccept(rig.Peer.SendsPrli());
        PortRig.TakesUnitAttentions(rig.Peer);
        byte[] data = [.. Enumerable.Repeat((byte)0xC3, 4096)];
        rig.Peer.Writes(0, data);
        rig.Peer.Reads(0, 8).Should().Equal(data);
        rig.Peer.ExpectsSilence();
    }
}
