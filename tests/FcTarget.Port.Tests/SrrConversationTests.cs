// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

/// <summary>SRR (FCP-4): write data that was lost is asked for again; what cannot be sent again is refused; what never comes is given up.</summary>
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
