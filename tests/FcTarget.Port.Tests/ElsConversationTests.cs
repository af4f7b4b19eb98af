// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

public sealed class ElsConversationTests
{
    // ---- PRLI -----------------------------------------------------------------------------------------------------

    [Fact]
    public void Prli_of_an_initiator_establishes_the_image_pair()
    {
        using PortRig rig = PortRig.LoggedIn();
        ReceivedFrame accept = rig.Peer.ExpectsAccept(rig.Peer.SendsPrli());
        accept.Payload.Should().HaveCount(20);
        PrliPage page = OnlyPage(accept);
        page.Type.Should().Be(FcType.Fcp);
        page.Flags.Should().Be(PrliFlags.EstablishImagePair);
        page.ResponseCode.Should().Be(ProcessResponseCode.RequestExecuted);
        page.FcpParameters.Should().HaveFlag(FcpServiceParameters.TargetFunction).And.HaveFlag(FcpServiceParameters.ReadXferRdyDisabled);
        page.FcpParameters.Should().NotHaveFlag(FcpServiceParameters.InitiatorFunction)
            .And.NotHaveFlag(FcpServiceParameters.WriteXferRdyDisabled);
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
    }

    [Fact]
    public void Prli_before_Plogi_is_rejected_with_N_Port_login_required()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.ExpectsReject(rig.Peer.SendsPrli(), ElsReject.PlogiRequired);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void Prli_without_initiator_function_establishes_nothing()
    {
        using PortRig rig = PortRig.LoggedIn();
        PrliPage page = OnlyPage(rig.Peer.ExpectsAccept(rig.Peer.SendsEls(RawPeer.Prli(FcpServiceParameters.TargetFunction))));
        page.ResponseCode.Should().Be(ProcessResponseCode.ServiceParametersInvalid);
        page.Flags.Should().Be(PrliFlags.None);
        rig.StateOf(rig.Peer).Should().Be(LoginState.LoggedIn);
    }

    [Fact]
    public void Prli_of_another_type_is_answered_no_such_image()
    {
        using PortRig rig = PortRig.LoggedIn();
        PrliPage page = OnlyPage(rig.Peer.ExpectsAccept(rig.Peer.SendsEls(RawPeer.Prli(default, FcType.Nvme))));
        page.Type.Should().Be(FcType.Nvme);
        page.ResponseCode.Should().Be(ProcessResponseCode.NoSuchImage);
        rig.StateOf(rig.Peer).Should().Be(LoginState.LoggedIn);
    }

    [Fact]
    public void Prli_of_several_pages_is_answered_page_by_page()
    {
        using PortRig rig = PortRig.LoggedIn();
        PrliPage nvme = new() { Type = FcType.Nvme, Flags = PrliFlags.EstablishImagePair };
        PrliPage fcp = new() { Type = FcType.Fcp, Flags = PrliFlags.EstablishImagePair, FcpParameters = rig.Peer.FcpParameters };
        ReceivedFrame accept = rig.Peer.ExpectsAccept(rig.Peer.SendsEls(RawPeer.Prli(nvme, fcp)));
        ProcessPages.TryRead(accept.Payload, out ProcessPages pages).Should().BeTrue();
        pages.TryNext(out PrliPage first).Should().BeTrue();
        first.Type.Should().Be(FcType.Nvme);
        first.ResponseCode.Should().Be(ProcessResponseCode.NoSuchImage);
        pages.TryNext(out PrliPage second).Should().BeTrue();
        second.Type.Should().Be(FcType.Fcp);
        second.ResponseCode.Should().Be(ProcessResponseCode.RequestExecuted);
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
    }

    [Fact]
    public void Prli_that_only_asks_leaves_the_session_as_it_is()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        PrliPage page = OnlyPage(rig.Peer.ExpectsAccept(rig.Peer.SendsEls(RawPeer.Prli(rig.Peer.FcpParameters, flags: PrliFlags.None))));
        page.ResponseCode.Should().Be(ProcessResponseCode.RequestExecuted);
        page.Flags.Should().Be(PrliFlags.None);
        rig.Held.Aborted.Should().BeEmpty();
    }

    [Fact]
    public void Prli_in_an_image_pair_begins_a_new_one_and_ends_the_commands_of_the_old()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.ExpectsAccept(rig.Peer.SendsPrli());
        rig.Held.Aborted.Should().ContainSingle();
        rig.OpenExchanges.Should().Be(0);
        rig.Peer.ExpectsSilence();
    }

    [Theory]
    [InlineData(1, 12)]   // page length below 16
    [InlineData(1, 17)]   // not words
    [InlineData(3, 40)]   // beyond the payload
    [InlineData(3, 4)]    // no page
    [InlineData(3, 19)]   // half a page
    public void Prli_with_contradicting_lengths_is_rejected(int at, byte value)
    {
        using PortRig rig = PortRig.LoggedIn();
        byte[] prli = RawPeer.Prli(rig.Peer.FcpParameters);
        prli[at] = value;
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(prli), ElsReject.InvalidPayloadLength);
        rig.StateOf(rig.Peer).Should().Be(LoginState.LoggedIn);
    }

    // ---- PRLO -----------------------------------------------------------------------------------------------------

    [Fact]
    public void Prlo_ends_the_image_pair_but_not_the_login()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        ReceivedFrame accept = rig.Peer.ExpectsAccept(rig.Peer.SendsEls(Prlo(FcType.Fcp)));
        ProcessPages.TryRead(accept.Payload, out ProcessPages pages).Should().BeTrue();
        pages.TryNext(out PrloPage page).Should().BeTrue();
        page.ResponseCode.Should().Be(ProcessResponseCode.RequestExecuted);
        rig.StateOf(rig.Peer).Should().Be(LoginState.LoggedIn);
        rig.Held.Aborted.Should().ContainSingle();
        rig.Peer.ExpectsAccept(rig.Peer.SendsPrli());
        PortRig.TakesUnitAttentions(rig.Peer);
        rig.Peer.Reads(0, 1);
    }

    [Fact]
    public void Prlo_of_another_type_leaves_the_image_pair_alone()
    {
        using PortRig rig = PortRig.WithImagePair();
        ReceivedFrame accept = rig.Peer.ExpectsAccept(rig.Peer.SendsEls(Prlo(FcType.Nvme)));
        ProcessPages.TryRead(accept.Payload, out ProcessPages pages).Should().BeTrue();
        pages.TryNext(out PrloPage page).Should().BeTrue();
        page.Type.Should().Be(FcType.Nvme);
        page.ResponseCode.Should().Be(ProcessResponseCode.NoSuchImage);
        rig.Peer.Reads(0, 1);
    }

    [Fact]
    public void Prlo_that_is_cut_is_rejected_and_the_image_pair_stays()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(Prlo(FcType.Fcp).AsSpan(0, 8)), ElsReject.InvalidPayloadLength);
        rig.Peer.Reads(0, 1);
    }

    [Fact]
    public void Prlo_without_login_is_rejected()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(Prlo(FcType.Fcp)), ElsReject.PlogiRequired);
    }

    [Fact]
    public void A_command_without_image_pair_is_answered_with_Prlo_once_a_second()
    {
        using PortRig rig = PortRig.LoggedIn();
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        ReceivedFrame prlo = rig.Peer.ExpectsEls(ElsCommand.Prlo);
        ProcessPages.TryRead(prlo.Payload, out ProcessPages pages).Should().BeTrue();
        pages.TryNext(out PrloPage page).Should().BeTrue();
        page.Type.Should().Be(FcType.Fcp);
        rig.Peer.ExpectsSilence();
        rig.Port.Counters.CommandsWithoutImagePair.Should().Be(2);
        rig.StateOf(rig.Peer).Should().Be(LoginState.LoggedIn);
        rig.Peer.ExpectsAccept(rig.Peer.SendsPrli());
        PortRig.TakesUnitAttentions(rig.Peer);
        rig.Peer.Reads(0, 1);
    }

    [Fact]
    public void Write_data_on_its_way_when_the_image_pair_ends_is_counted_and_not_answered()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId write = rig.Peer.SendsWrite10(0, 8);
        RxId rxId = rig.Peer.ExpectsXferRdy(write, 0, 4096);
        rig.Peer.ExpectsAccept(rig.Peer.SendsEls(Prlo(FcType.Fcp)));
        rig.Peer.SendsDataFrame(write, rxId, 0, new byte[512], last: false);
        rig.Peer.ExpectsSilence();
        rig.Port.Counters.ExchangeUnknown.Should().Be(1);
        rig.StateOf(rig.Peer).Should().Be(LoginState.LoggedIn);
    }

    // ---- ADISC, PDISC ---------------------------------------------------------------------------------------------

    [Fact]
    public void Adisc_with_the_names_of_the_login_is_accepted_with_ours()
    {
        using PortRig rig = PortRig.WithImagePair();
        AdiscPayload answer = rig.Peer.ExpectsAccept(rig.Peer.SendsEls(Adisc(rig.Peer))).As<AdiscPayload>();
        answer.PortName.Should().Be(rig.Port.Local.PortName);
        answer.NodeName.Should().Be(rig.Port.Local.NodeName);
        answer.NPortId.Should().Be(PortRig.PortId);
    }

    [Fact]
    public void Adisc_with_another_name_or_without_login_is_rejected()
    {
        using PortRig rig = PortRig.WithImagePair();
        AdiscPayload adisc = Adisc(rig.Peer);
        adisc.PortName = new Wwn(0x2000_0000_0000_0001ul);
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(adisc), ElsReject.PlogiRequired);
        rig.Peer.ExpectsReject(rig.Peer.SendsEls(Bytes(Adisc(rig.Peer)).AsSpan(0, 20)), ElsReject.InvalidPayloadLength);
        RawPeer stranger = rig.AddPeer(number: 2);
        stranger.ExpectsReject(stranger.SendsEls(Adisc(stranger)), ElsReject.PlogiRequired);
    }

    [Fact]
    public void Pdisc_is_accepted_with_our_parameters_and_changes_nothing()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        LoginPayload answer = rig.Peer.ExpectsAccept(rig.Peer.SendsEls(rig.Peer.LoginPayload(ElsCommand.Pdisc))).As<LoginPayload>();
        answer.PortName.Should().Be(rig.Port.Local.PortName);
        rig.Held.Aborted.Should().BeEmpty();
        RawPeer stranger = rig.AddPeer(number: 2);
        stranger.ExpectsReject(stranger.SendsEls(stranger.LoginPayload(ElsCommand.Pdisc)), ElsReject.PlogiRequired);
    }

    // ---- RRQ, REC, RSCN --------------------------------------------------------------------------------------------

    [Fact]
    public void Rrq_is_accepted_from_a_logged_in_port_only()
    {
        using PortRig rig = PortRig.LoggedIn();
        RrqPayload rrq = new() { Command = ElsCommand.Rrq, OriginatorSId = rig.Peer.Id, OxId = new OxId((ushort)1) };
        rig.Peer.ExpectsAccept(rig.Peer.SendsEls(rrq)).Payload.Should().HaveCount(4);
        RawPeer stranger = rig.AddPeer(number: 2);
        stranger.ExpectsReject(stranger.SendsEls(rrq), ElsReject.PlogiRequired);
    }

    [Fact]
    public void Rec_and_Rrq_of_an_exchange_between_others_are_rejected_with_invalid_originator_S_ID()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        RawPeer other = rig.AddPeer(number: 2);
        rig.EstablishesImagePair(other);
        RecPayload rec = new() { Command = ElsCommand.Rec, OriginatorSId = rig.Peer.Id, OxId = oxId, RxId = RxId.Unassigned };
        other.ExpectsReject(other.SendsEls(rec), ElsReject.InvalidOriginatorSId);
        RrqPayload rrq = new() { Command = ElsCommand.Rrq, OriginatorSId = rig.Peer.Id, OxId = oxId, RxId = RxId.Unassigned };
        other.ExpectsReject(other.SendsEls(rrq), ElsReject.InvalidOriginatorSId);
        rig.Peer.ExpectsAccept(rig.Peer.SendsEls(rec));
    }

    [Fact]
    public void Rec_tells_who_has_the_initiative_and_how_much_has_moved()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsWrite10(0, 16);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 8192);
        rig.Peer.SendsDataFrame(oxId, rxId, 0, new byte[2048], last: false);
        RecAccPayload waiting = Rec(rig.Peer, oxId, RxId.Unassigned).As<RecAccPayload>();
        waiting.OxId.Should().Be(oxId);
        waiting.RxId.Should().Be(rxId);
        waiting.OriginatorId.Should().Be(rig.Peer.Id);
        waiting.ResponderId.Should().Be(PortRig.PortId);
        ((uint)waiting.Fc4Value).Should().Be(2048);
        waiting.EStat.Should().HaveFlag(ExchangeStatus.Responder).And.NotHaveFlag(ExchangeStatus.SequenceInitiative);

        OxId held = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        Rec(rig.Peer, held, RxId.Unassigned).As<RecAccPayload>().EStat.Should().HaveFlag(ExchangeStatus.SequenceInitiative);
    }

    [Fact]
    public void Rec_of_an_unknown_exchange_is_rejected_with_invalid_OX_ID_RX_ID_combination()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId unknown = new((ushort)0x7777);
        rig.Peer.ExpectsReject(SendsRec(rig.Peer, unknown, RxId.Unassigned), ElsReject.InvalidOxRxCombination);
        OxId held = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.ExpectsReject(SendsRec(rig.Peer, held, new RxId((ushort)0x5555)), ElsReject.InvalidOxRxCombination);
    }

    [Fact]
    public void Rscn_is_accepted_and_fires_a_probe_a_page()
    {
        using PortRig rig = PortRig.LoggedIn();
        rig.Probes.Clear();
        rig.Peer.ExpectsAccept(rig.Peer.SendsEls([0x61, 4, 0, 12, 0x00, 0x01, 0x02, 0x03, 0x03, 0xAA, 0xBB, 0xCC]));
        rig.Probes.Lines.Should().Equal("rscn-receive 010203", "rscn-receive aabbcc");
        rig.Peer.ExpectsReject(rig.Peer.SendsEls([0x61, 4, 0, 11, 0, 1, 2, 3]), ElsReject.InvalidPayloadLength);
    }

    [Fact]
    public void An_ELS_answer_that_nobody_waits_for_is_dropped()
    {
        using PortRig rig = PortRig.LoggedIn();
        rig.Peer.SendsFrame(
            RawPeer.ElsHeader(new OxId((ushort)0xC123)) with { RCtl = RCtl.ElsReply, FCtl = FCtlValues.ElsReply },
            [2, 0, 0, 0]);
        rig.Peer.ExpectsSilence();
        rig.Port.Counters.FrameUnexpected.Should().Be(1);
    }

    [Theory]
    [InlineData(new[] { 0, 1, 2 })]
    [InlineData(new[] { 2, 0, 1 })]
    [InlineData(new[] { 1, 1, 0, 2 })]
    public void An_ELS_of_several_frames_is_put_together_in_any_order(int[] order)
    {
        using PortRig rig = PortRig.LoggedIn();
        byte[] prli = RawPeer.Prli(rig.Peer.FcpParameters);
        OxId oxId = rig.Peer.NextOxId();
        foreach (int i in order)
        {
            FcHeader header = RawPeer.ElsHeader(oxId) with { SeqId = 7, SeqCnt = (ushort)i };
            header.FCtl = i == 2 ? FCtlValues.ExchangeRequest : FCtl.FirstSequence;
            rig.Peer.SendsFrame(header, prli.AsSpan(i * 8, Math.Min(8, prli.Length - (i * 8))), i == 0 ? Sof.SOFi3 : Sof.SOFn3);
        }
        rig.Peer.ExpectsAccept(oxId);
        rig.Peer.ExpectsSilence();
        rig.StateOf(rig.Peer).Should().Be(LoginState.ImagePair);
    }

    // ---- helpers --------------------------------------------------------------------------------------------------

    private static PrliPage OnlyPage(ReceivedFrame accept)
    {
        ProcessPages.TryRead(accept.Payload, out ProcessPages pages).Should().BeTrue();
        pages.Remaining.Should().Be(1);
        pages.TryNext(out PrliPage page).Should().BeTrue();
        return page;
    }

    private static byte[] Prlo(FcType type)
    {
        byte[] bytes = new byte[20];
        PrloPage page = new() { Type = type };
        ProcessPages.Write(bytes, ElsCommand.Prlo, page);
        return bytes;
    }

    private static AdiscPayload Adisc(RawPeer peer) =>
        new() { Command = ElsCommand.Adisc, PortName = peer.PortName, NodeName = peer.NodeName, NPortId = peer.Id };

    private static byte[] Bytes(in AdiscPayload adisc)
    {
        byte[] bytes = new byte[AdiscPayload.WireSize];
        ElsPayload.Write(bytes, adisc);
        return bytes;
    }

    private static OxId SendsRec(RawPeer peer, OxId oxId, RxId rxId) =>
        peer.SendsEls(new RecPayload { Command = ElsCommand.Rec, OriginatorSId = peer.Id, OxId = oxId, RxId = rxId });

    private static ReceivedFrame Rec(RawPeer peer, OxId oxId, RxId rxId) => peer.ExpectsAccept(SendsRec(peer, oxId, rxId));
}
