// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>Class 3 frames of a port that is logged in to which the standard has no answer, and the few to which it has one.</summary>
public sealed class SilenceTests
{
    [Theory]
    [InlineData(RCtl.UnsolicitedCommand, FcType.Nvme)]
    [InlineData(RCtl.UnsolicitedData, FcType.IpFc)]
    [InlineData(RCtl.UnsolicitedCommand, FcType.SbChannel)]
    [InlineData(RCtl.UnsolicitedControl, FcType.Ct)]       // a request to a generic service, which an N_Port is not
    [InlineData(RCtl.SolicitedControl, FcType.Ct)]         // the answer to none
    [InlineData(RCtl.UnsolicitedControl, FcType.SwIls)]
    [InlineData(RCtl.Nop, FcType.Bls)]
    [InlineData(RCtl.Rmc, FcType.Bls)]
    [InlineData(RCtl.Prmt, FcType.Bls)]
    [InlineData(RCtl.BaAcc, FcType.Bls)]
    [InlineData(RCtl.ElsReply, FcType.Els)]
    [InlineData(RCtl.PRjt, FcType.Bls)]
    [InlineData(RCtl.Uncategorized, FcType.Fcp)]
    [InlineData(RCtl.DataDescriptor, FcType.Fcp)]
    public void A_frame_of_class_3_that_nobody_waits_for_is_counted_and_not_answered(RCtl rCtl, FcType type)
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.SendsFrame(
            new FcHeader { RCtl = rCtl, Type = type, FCtl = FCtlValues.ExchangeRequest, OxId = rig.Peer.NextOxId() }, new byte[16]);
        rig.Peer.ExpectsSilence();
        (rig.Port.Counters.FrameUnexpected + rig.Port.Counters.ExchangeUnknown).Should().Be(1);
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
    }

    [Theory]
    [InlineData(RCtl.BaAcc)]
    [InlineData(RCtl.BaRjt)]
    public void The_answer_to_an_ABTS_that_we_did_not_send_aborts_nothing(RCtl rCtl)
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        FcHeader header = new() { RCtl = rCtl, FCtl = FCtlValues.BasicReplyByOriginator, OxId = oxId, RxId = RxId.Unassigned };
        rig.Peer.SendsFrame(header, new byte[12]);
        rig.Peer.ExpectsSilence();
        rig.Held.Aborted.Should().BeEmpty();
        rig.Held.Completes(rig.Held.Tasks[0]);
        rig.Peer.ExpectsGood(oxId);
    }

    [Fact]
    public void An_FC_4_link_service_that_is_not_SRR_is_rejected_command_not_supported()
    {
        using PortRig rig = PortRig.WithImagePair();
        FcHeader header = new()
        {
            RCtl = RCtl.Fc4LinkServiceRequest,
            Type = FcType.Fcp,
            FCtl = FCtlValues.ExchangeRequest,
            OxId = rig.Peer.NextOxId(),
        };
        rig.Peer.SendsFrame(header, [0x7F, 0, 0, 0]);
        ReceivedFrame answer = rig.Peer.Expects("LS_RJT", f => f.Header.RCtl == RCtl.Fc4LinkServiceReply && f.Header.OxId == header.OxId);
        answer.As<LsRjtPayload>().Reject.Should().Be(ElsReject.CommandNotSupported);
    }
}
