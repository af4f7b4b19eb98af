// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

/// <summary>Class 2 through the switch (FC-FS-3): it is the fabric that says F_RJT, whoever the frame is for.</summary>
public sealed class SwitchClassTests
{
    [Fact]
    public void A_class_2_frame_to_another_port_is_answered_with_F_RJT_and_goes_no_further()
    {
        using SwitchRig rig = new();
        RawPeer a = rig.AddLoggedIn(1), b = rig.AddLoggedIn(2);
        OxId oxId = a.NextOxId();
        a.SendsFrame(RawPeer.CommandHeader(oxId) with { SId = a.Id, DId = b.Id }, new byte[32], Sof.SOFi2);
        ReceivedFrame answer = a.Expects("F_RJT", f => f.IsFc && f.Header.OxId == oxId);
        LinkReject.Of(answer.Header).Should().Be(LinkReject.ByFabric);
        ((uint)answer.Header.Parameter).Should().Be(0x02_05_0000);
        (answer.Header.SId, answer.Header.DId, answer.Source, answer.Destination).Should().Be((b.Id, a.Id, SwitchRig.FcfMac, a.GrantedMac));
        b.ExpectsSilence();
        rig.Counters.FramesRouted.Should().Be(0);
    }

    [Fact]
    public void A_class_2_frame_to_the_F_Port_controller_is_told_so_by_its_own_reason_code()
    {
        using SwitchRig rig = new();
        RawPeer a = rig.AddLoggedIn(1);
        a.SendsFrame(RawPeer.ElsHeader(a.NextOxId()) with { SId = a.Id, DId = FcId.FPortController }, new byte[4], Sof.SOFi2);
        LinkReject.Of(a.Expects("F_RJT", f => f.IsFc).Header).Should().Be(LinkReject.ByFPortController);
    }

    [Fact]
    public void A_FLOGI_in_class_2_is_rejected_and_makes_no_login()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        FcHeader flogi = RawPeer.ElsHeader(peer.NextOxId()) with { DId = FcId.FPortController };
        peer.SendsFrame(flogi, RawPeer.BytesOf(peer.LoginPayload(ElsCommand.Flogi)), Sof.SOFi2, from: peer.ENode);
        ReceivedFrame answer = peer.Expects("F_RJT", f => f.IsFc);
        ((uint)answer.Header.Parameter).Should().Be(0x02_15_0000);
        answer.Header.DId.Should().Be(FcId.None);
        rig.Fcf.Status.ENodes.Should().Be(0);
        peer.LogsInWithFabric();
    }

    [Fact]
    public void A_class_2_frame_with_somebody_elses_S_ID_has_no_answer()
    {
        using SwitchRig rig = new();
        RawPeer a = rig.AddLoggedIn(1), b = rig.AddLoggedIn(2), stranger = rig.AddPeer(3);
        b.SendsFrame(RawPeer.ElsHeader(b.NextOxId()) with { SId = a.Id, DId = FcId.FabricController }, new byte[4], Sof.SOFi2);
        stranger.SendsFrame(
            RawPeer.ElsHeader(stranger.NextOxId()) with { SId = new FcId(0x777777u), DId = a.Id }, new byte[4], Sof.SOFi2, from: stranger.ENode);
        a.ExpectsSilence();
        b.ExpectsSilence();
        stranger.ExpectsSilence();
        (rig.Counters.SourceMacSpoofed, rig.Counters.SourceNotLoggedIn, rig.Port.Counters.LinkRejectsSent).Should().Be((1, 1, 0));
    }
}
