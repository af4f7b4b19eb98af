// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>
/// REC and SRR (FCP-4): write data that was lost is asked for again, FCP_RSP is sent again; what cannot be is refused; what never comes is given up.
/// </summary>
public sealed class SrrConversationTests
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 8192).Select(i => (byte)(i * 7))];

    [Fact]
    public void Write_data_lost_in_mid_burst_is_asked_for_again_from_the_first_hole_on()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsWrite10(0, 16);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 8192);
        rig.Peer.SendsDataFrame(oxId, rxId, 0, Data.AsSpan(0, 2048), last: false);
        rig.Peer.SendsDataFrame(oxId, rxId, 4096, Data.AsSpan(4096, 2048), last: false, seqCnt: 2, first: false);
        Srr(rig.Peer, oxId, rxId, FcpIu.XferRdy, offset: 2048).Should().BeNull();
        rig.Peer.ExpectsXferRdy(oxId, 2048, 6144);
        rig.Peer.SendsBurst(oxId, rxId, 2048, Data.AsSpan(2048));
        rig.Peer.ExpectsGood(oxId);
        rig.Peer.Reads(0, 16).Should().Equal(Data);
    }

    [Fact]
    public void A_lost_FCP_XFER_RDY_is_sent_again()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsWrite10(0, 16);
        rig.Peer.ExpectsXferRdy(oxId, 0, 8192);
        Srr(rig.Peer, oxId, RxId.Unassigned, FcpIu.XferRdy, offset: 0).Should().BeNull();
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 8192);
        rig.Peer.SendsBurst(oxId, rxId, 0, Data);
        rig.Peer.ExpectsGood(oxId);
    }

    [Fact]
    public void After_the_stall_gave_its_credit_back_a_burst_still_goes_on()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsWrite10(0, 16);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 8192);
        rig.Advance(3_000);
        Srr(rig.Peer, oxId, rxId, FcpIu.XferRdy, offset: 0).Should().BeNull();
        rig.Peer.ExpectsXferRdy(oxId, 0, 8192);
        rig.Peer.SendsBurst(oxId, rxId, 0, Data);
        rig.Peer.ExpectsGood(oxId);
    }

    [Fact]
    public void What_was_sent_is_not_kept_and_an_unknown_exchange_is_said_to_be_unknown()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsWrite10(0, 16);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 8192);
        Srr(rig.Peer, oxId, rxId, FcpIu.Rsp, offset: 0).Should().Be(ElsReject.UnableToSupplyData);
        Srr(rig.Peer, oxId, new RxId((ushort)0x5555), FcpIu.XferRdy, offset: 0).Should().Be(ElsReject.InvalidOxRxCombination);
        OxId held = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        Srr(rig.Peer, held, RxId.Unassigned, FcpIu.XferRdy, offset: 0).Should().Be(ElsReject.UnableToSupplyData);
    }

    [Theory]
    [InlineData(4, 0x14)]
    [InlineData(16, 0x00)]
    public void A_short_SRR_or_another_FC_4_link_service_is_refused(int length, byte command)
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] payload = new byte[length];
        payload[0] = command;
        Request(rig.Peer, payload).Should().Be(command == 0x14 ? ElsReject.InvalidPayloadLength : ElsReject.CommandNotSupported);
    }

    [Fact]
    public void A_write_whose_data_never_comes_is_given_up_after_RR_TOV()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsWrite10(0, 16);
        rig.Peer.ExpectsXferRdy(oxId, 0, 8192);
        rig.Advance(61_000);
        rig.OpenExchanges.Should().Be(1);
        rig.Advance(2_000);
        rig.OpenExchanges.Should().Be(0);
        rig.Port.Counters.WritesAbandoned.Should().Be(1);
        rig.Peer.ExpectsSilence();
    }

    // ---- FCP_RSP again --------------------------------------------------------------------------------------------

    /// <summary>COMPARE AND WRITE of one block: done twice, the second one miscompares.</summary>
    private static (OxId OxId, RxId RxId) ComparesAndWrites(PortRig rig, byte from, byte to)
    {
        byte[] cdb = new byte[16];
        (cdb[0], cdb[13]) = (0x89, 1);
        OxId oxId = rig.Peer.SendsCommand(cdb, FcpDataDirection.WriteData, 1024);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 1024);
        byte[] both = new byte[1024];
        both.AsSpan(0, 512).Fill(from);
        both.AsSpan(512).Fill(to);
        rig.Peer.SendsBurst(oxId, rxId, 0, both);
        return (oxId, rxId);
    }

    private static RecAccPayload Rec(RawPeer peer, OxId oxId, RxId rxId) => peer.ExpectsAccept(SendsRec(peer, oxId, rxId)).As<RecAccPayload>();

    private static OxId SendsRec(RawPeer peer, OxId oxId, RxId rxId) =>
        peer.SendsEls(new RecPayload { Command = ElsCommand.Rec, OriginatorSId = peer.Id, OxId = oxId, RxId = rxId });

    [Fact]
    public void A_lost_FCP_RSP_is_sent_again_and_the_command_is_not_repeated()
    {
        using PortRig rig = PortRig.WithImagePair();
        (OxId oxId, RxId rxId) = ComparesAndWrites(rig, from: 0, to: 1);
        Response lost = rig.Peer.ExpectsGood(oxId);
        rig.OpenExchanges.Should().Be(0);
        rig.Advance(3000);
        RecAccPayload rec = Rec(rig.Peer, oxId, rxId);
        rec.EStat.Should().Be(ExchangeStatus.Responder | ExchangeStatus.Complete);
        ((uint)rec.Fc4Value).Should().Be(1024);
        Srr(rig.Peer, oxId, rxId, FcpIu.Rsp, offset: 0).Should().BeNull();
        Response again = rig.Peer.ExpectsGood(oxId);
        again.Header.RxId.Should().Be(rxId);
        again.Header.SeqId.Should().NotBe(lost.Header.SeqId);
        ((int)again.Header.SeqCnt).Should().Be(lost.Header.SeqCnt + 1);
        rig.Port.Counters.ResponsesSentAgain.Should().Be(1);
        rig.Probes.Expects("scsi-response", times: 1);
        rig.Peer.Reads(0, 1)[0].Should().Be(1);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void An_FCP_RSP_with_sense_data_and_residual_is_the_same_the_second_time()
    {
        using PortRig rig = PortRig.WithImagePair();
        (OxId oxId, RxId rxId) = ComparesAndWrites(rig, from: 7, to: 1);
        Response lost = rig.Peer.ExpectsRsp(oxId);
        lost.KeyCodeQualifier.Should().Be((0xE, 0x1D, 0));
        Srr(rig.Peer, oxId, rxId, FcpIu.Rsp, offset: 0).Should().BeNull();
        rig.Peer.ExpectsRsp(oxId).Should().BeEquivalentTo(lost, options => options.Excluding(r => r.Header));
    }

    [Fact]
    public void Sense_data_that_many_others_came_after_is_not_made_up()
    {
        using PortRig rig = PortRig.WithImagePair();
        (OxId oxId, RxId rxId) = ComparesAndWrites(rig, from: 7, to: 1);
        rig.Peer.ExpectsRsp(oxId);
        for (int i = 0; i < 16; i++) rig.Peer.ExpectsRsp(ComparesAndWrites(rig, from: 7, to: 1).OxId);
        Srr(rig.Peer, oxId, rxId, FcpIu.Rsp, offset: 0).Should().Be(ElsReject.UnableToSupplyData);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void An_FCP_RSP_that_waits_for_its_FCP_CONF_is_sent_again()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.ConfirmsCompletion = false;
        OxId oxId = rig.Peer.SendsRead10(0, 512);
        rig.Peer.ExpectsData(oxId, 512 * 512);
        RxId rxId = rig.Peer.ExpectsRsp(oxId).Header.RxId;
        RecAccPayload rec = Rec(rig.Peer, oxId, rxId);
        rec.EStat.Should().Be(ExchangeStatus.Responder | ExchangeStatus.Complete);
        ((uint)rec.Fc4Value).Should().Be(512 * 512);
        Srr(rig.Peer, oxId, rxId, FcpIu.Rsp, offset: 0).Should().BeNull();
        Response again = rig.Peer.ExpectsRsp(oxId);
        if ((again.Flags & FcpRspFlags.ConfirmationRequested) != 0) rig.Peer.SendsConf(oxId, rxId);
        rig.OpenExchanges.Should().Be(0);
        rig.Probes.Expects("scsi-response", times: 1);
    }

    [Fact]
    public void An_FCP_RSP_whose_FCP_CONF_never_came_can_still_be_asked_for()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.ConfirmsCompletion = false;
        OxId oxId = rig.Peer.SendsRead10(0, 512);
        rig.Peer.ExpectsData(oxId, 512 * 512);
        RxId rxId = rig.Peer.ExpectsRsp(oxId).Header.RxId;
        rig.Advance(2500);
        rig.OpenExchanges.Should().Be(0);
        Srr(rig.Peer, oxId, rxId, FcpIu.Data, offset: 0).Should().Be(ElsReject.UnableToSupplyData);
        Srr(rig.Peer, oxId, rxId, FcpIu.Rsp, offset: 0).Should().BeNull();
        rig.Peer.ExpectsRsp(oxId);
    }

    // Who does not know the RX_ID may mean a command that never arrived: the answer to the one before it would be taken for its own.
    [Fact]
    public void Without_the_RX_ID_nothing_is_said_of_an_exchange_that_is_over()
    {
        using PortRig rig = PortRig.WithImagePair();
        (OxId oxId, RxId rxId) = ComparesAndWrites(rig, from: 0, to: 1);
        rig.Peer.ExpectsGood(oxId);
        rig.Peer.ExpectsReject(SendsRec(rig.Peer, oxId, RxId.Unassigned), ElsReject.InvalidOxRxCombination);
        Srr(rig.Peer, oxId, RxId.Unassigned, FcpIu.Rsp, offset: 0).Should().Be(ElsReject.InvalidOxRxCombination);
        RxId another = new((ushort)(rxId.Value ^ 0x1000));
        Srr(rig.Peer, oxId, another, FcpIu.Rsp, offset: 0).Should().Be(ElsReject.InvalidOxRxCombination);
    }

    [Fact]
    public void A_response_is_forgotten_after_RR_TOV_and_with_the_session()
    {
        using PortRig rig = PortRig.WithImagePair();
        (OxId old, RxId oldRxId) = ComparesAndWrites(rig, from: 0, to: 1);
        rig.Peer.ExpectsGood(old);
        rig.Advance(61_000);
        rig.Peer.ExpectsReject(SendsRec(rig.Peer, old, oldRxId), ElsReject.InvalidOxRxCombination);

        (OxId oxId, RxId rxId) = ComparesAndWrites(rig, from: 1, to: 2);
        rig.Peer.ExpectsGood(oxId);
        rig.Peer.ExpectsAccept(rig.Peer.SendsPrli()); // a new image pair in the place of the old one
        Srr(rig.Peer, oxId, rxId, FcpIu.Rsp, offset: 0).Should().Be(ElsReject.InvalidOxRxCombination);
    }

    [Fact]
    public void An_OX_ID_that_is_in_use_again_does_not_get_the_old_answer()
    {
        using PortRig rig = PortRig.WithImagePair();
        (OxId oxId, RxId rxId) = ComparesAndWrites(rig, from: 0, to: 1);
        rig.Peer.ExpectsGood(oxId);
        FcHeader header = RawPeer.CommandHeader(oxId);
        rig.Peer.SendsFrame(header, RawPeer.CommandPayload(Cdbs.Write10(8, 1), FcpDataDirection.WriteData, 512));
        rig.Peer.ExpectsXferRdy(oxId, 0, 512);
        Srr(rig.Peer, oxId, rxId, FcpIu.Rsp, offset: 0).Should().Be(ElsReject.InvalidOxRxCombination);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void An_initiator_that_did_not_agree_on_retransmission_repeats_its_commands()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.FcpParameters &= ~FcpServiceParameters.Retry;
        rig.EstablishesImagePair(rig.Peer);
        (OxId oxId, RxId rxId) = ComparesAndWrites(rig, from: 0, to: 1);
        rig.Peer.ExpectsGood(oxId);
        rig.Peer.ExpectsReject(SendsRec(rig.Peer, oxId, rxId), ElsReject.InvalidOxRxCombination);
    }

    private static ElsReject? Srr(RawPeer peer, OxId oxId, RxId rxId, RCtl iu, uint offset)
    {
        byte[] payload = new byte[SrrPayload.WireSize];
        ElsPayload.Write(payload, new SrrPayload { Command = ElsCommand.Srr, OxId = oxId, RxId = rxId, RelativeOffset = offset, RCtlForIu = iu });
        return Request(peer, payload);
    }

    private static ElsReject? Request(RawPeer peer, byte[] payload)
    {
        OxId oxId = peer.NextOxId();
        peer.SendsFrame(RawPeer.ElsHeader(oxId) with { RCtl = RCtl.Fc4LinkServiceRequest, Type = FcType.Fcp }, payload);
        ReceivedFrame reply = peer.Expects("an FC-4 link service reply", f => f.IsFc && f.Header.RCtl == RCtl.Fc4LinkServiceReply && f.Header.OxId == oxId);
        return reply.Payload[0] == (byte)ElsCommand.LsAcc ? null : reply.As<LsRjtPayload>().Reject;
    }
}
