// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>Frames of another class than 3 (FC-FS-3): class 2 has an answer to every frame, the others have none.</summary>
public sealed class ClassOfServiceTests
{
    [Theory]
    [InlineData(Sof.SOFi2)]
    [InlineData(Sof.SOFn2)]
    public void A_class_2_frame_is_answered_with_P_RJT_class_not_supported(Sof sof)
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.NextOxId();
        FcHeader sent = RawPeer.CommandHeader(oxId) with { SeqId = 0x5A, SeqCnt = 7 };
        rig.Peer.SendsFrame(sent, RawPeer.CommandPayload(Cdbs.TestUnitReady, default, 0), sof);

        ReceivedFrame answer = rig.Peer.Expects("P_RJT", f => f.IsFc && f.Header.RCtl == RCtl.PRjt);
        LinkReject.Of(answer.Header).Should().Be(LinkReject.ByNPort);
        ((uint)answer.Header.Parameter).Should().Be(0x02_05_0000);
        (answer.Header.DId, answer.Header.SId).Should().Be((rig.Peer.Id, PortRig.PortId));
        (answer.Header.OxId, answer.Header.RxId, answer.Header.SeqId).Should().Be((oxId, RxId.Unassigned, (byte)0x5A));
        ((ushort)answer.Header.SeqCnt).Should().Be(7);
        answer.Header.FCtl.Should().Be(sent.FCtl | FCtl.ExchangeResponder | FCtl.SequenceRecipient);
        (answer.Sof, answer.Eof, answer.Payload.Length).Should().Be((Sof.SOFn2, Eof.EOFt, 0));

        rig.Peer.ExpectsSilence();
        (rig.Port.Counters.ClassUnsupported, rig.Port.Counters.LinkRejectsSent, rig.Port.Counters.Commands).Should().Be((1, 1, 2));
        rig.Peer.Reads(0, 1);
    }

    [Fact]
    public void Each_frame_of_a_class_2_sequence_has_its_own_P_RJT_and_only_the_last_ends_the_sequence()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.NextOxId();
        rig.Peer.SendsFrame(RawPeer.DataHeader(oxId, default, 0, last: false, 0), new byte[2048], Sof.SOFi2);
        rig.Peer.SendsFrame(RawPeer.DataHeader(oxId, default, 2048, last: true, 1), new byte[6], Sof.SOFn2);
        ReceivedFrame first = rig.Peer.Expects("P_RJT", f => f.Header.RCtl == RCtl.PRjt);
        ReceivedFrame second = rig.Peer.Expects("P_RJT", f => f.Header.RCtl == RCtl.PRjt);
        (first.Eof, second.Eof).Should().Be((Eof.EOFn, Eof.EOFt));
        ((ushort)second.Header.SeqCnt).Should().Be(1);
        second.Header.FCtl.FillBytes().Should().Be(0, "there is no payload to fill");
        second.Header.FCtl.Has(FCtl.RelativeOffsetPresent).Should().BeFalse("PARAMETER holds the reason");
    }

    [Theory]
    [InlineData(Sof.SOFf)]
    [InlineData(Sof.SOFi4)]
    [InlineData(Sof.SOFn4)]
    [InlineData(Sof.SOFc4)]
    public void Class_F_and_the_obsolete_class_4_are_discarded(Sof sof)
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.SendsFrame(RawPeer.CommandHeader(rig.Peer.NextOxId()), RawPeer.CommandPayload(Cdbs.TestUnitReady, default, 0), sof);
        rig.Peer.ExpectsSilence();
        (rig.Port.Counters.ClassUnsupported, rig.Port.Counters.LinkRejectsSent).Should().Be((1, 0));
    }

    [Theory]
    [InlineData(RCtl.Ack1)]
    [InlineData(RCtl.PRjt)]
    [InlineData(RCtl.FRjt)]
    [InlineData(RCtl.PBsy)]
    [InlineData(RCtl.FBsyToDataFrame)]
    public void A_Link_Control_frame_is_never_rejected(RCtl rCtl)
    {
        using PortRig rig = PortRig.WithImagePair();
        FcHeader header = new() { RCtl = rCtl, FCtl = FCtl.EndSequence, OxId = rig.Peer.NextOxId(), RxId = RxId.Unassigned };
        rig.Peer.SendsFrame(header, default, Sof.SOFn2);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void A_class_2_frame_of_a_port_that_is_not_logged_in_is_rejected_alike()
    {
        using PortRig rig = PortRig.Online();
        RawPeer stranger = rig.AddPeer(number: 2);
        stranger.SendsFrame(RawPeer.ElsHeader(stranger.NextOxId()), RawPeer.Prli(stranger.FcpParameters), Sof.SOFi2);
        LinkReject.Of(stranger.Expects("P_RJT", f => f.IsFc).Header).Should().Be(LinkReject.ByNPort);
    }

    [Fact]
    public void A_class_2_frame_in_the_name_of_another_port_has_no_answer()
    {
        using PortRig rig = PortRig.WithImagePair();
        RawPeer other = rig.AddPeer(number: 2);
        other.SendsFrame(RawPeer.ElsHeader(other.NextOxId()) with { SId = rig.Peer.Id }, new byte[4], Sof.SOFi2);
        other.SendsFrame(RawPeer.ElsHeader(other.NextOxId()), new byte[4], Sof.SOFi2, from: new MacAddress(0x01_00_5E_00_00_01ul));
        other.ExpectsSilence();
        rig.Peer.ExpectsSilence();
        rig.Port.Counters.SourceMacWrong.Should().Be(1);
        rig.Port.Counters.LinkRejectsSent.Should().Be(0);
    }

    [Fact]
    public void A_damaged_class_2_frame_has_no_answer()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] frame = rig.Peer.Encapsulate(RawPeer.ElsHeader(rig.Peer.NextOxId()), new byte[8], Sof.SOFi2);
        frame[^12] ^= 1;
        rig.Peer.SendsBytes(frame);
        rig.Peer.ExpectsSilence();
        rig.Port.Counters.FcoeBadCrc.Should().Be(1);
    }

    [Fact]
    public void In_point_to_point_a_FLOGI_in_class_2_is_rejected()
    {
        using PortRig rig = new(new PortOptions { Topology = Topology.PointToPoint });
        RawPeer peer = rig.AddPeer();
        peer.Ignores();
        OxId oxId = peer.NextOxId();
        FcHeader flogi = RawPeer.ElsHeader(oxId) with { DId = FcId.FPortController };
        peer.SendsFrame(
            flogi, RawPeer.BytesOf(peer.LoginPayload(ElsCommand.Flogi)), Sof.SOFi2,
            to: MacAddress.Fpma(MacAddress.DefaultFcMap, FcId.FPortController));
        ReceivedFrame answer = peer.Expects("P_RJT", f => f.IsFc && f.Header.OxId == oxId);
        LinkReject.Of(answer.Header).Should().Be(LinkReject.ByNPort);
        (answer.Header.SId, answer.Destination).Should().Be((FcId.FPortController, peer.ENode));
    }

    [Fact]
    public void Rejecting_allocates_nothing()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] frame = rig.Peer.Encapsulate(RawPeer.ElsHeader(rig.Peer.NextOxId()), new byte[8], Sof.SOFi2);
        rig.Peer.Wire.SetLink(false); // what it would hear, the test would keep
        for (int i = 0; i < 1000; i++) Once();
        Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) Once();
        }).Should().Be(0);

        void Once()
        {
            rig.Port.OnFrame(frame);
            rig.Wire.Flush();
        }
    }
}
