// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Scsi;
using FcTarget.Stmf;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

public sealed class FcpConversationTests
{
    private static byte[] Pattern(int length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    // ---- reads ----------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(1)]
    [InlineData(4)]     // 2048: one frame
    [InlineData(8)]
    [InlineData(128)]
    [InlineData(1024)]  // 512 KiB
    public void A_read_comes_as_one_sequence_of_data_then_FCP_RSP(int blocks)
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] written = Pattern(blocks * 512);
        rig.Peer.Writes(16, written);
        OxId oxId = rig.Peer.SendsRead10(16, (ushort)blocks);
        rig.Advance(1000);
        rig.Peer.ExpectsData(oxId, written.Length).Should().Equal(written);
        Response rsp = rig.Peer.ExpectsGood(oxId);
        ((int)(ushort)rsp.Header.SeqCnt).Should().Be((written.Length + 2111) / 2112, "SEQ_CNT goes on over the sequences of an exchange");
        rig.Peer.ExpectsSilence();
        rig.OpenExchanges.Should().Be(0);
    }

    [Fact]
    public void Read_frames_carry_2112_bytes_with_our_addresses_and_the_RX_ID()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsRead10(0, 8);
        ReceivedFrame first = rig.Peer.ExpectsFcp(FcpIu.Data, oxId), last = rig.Peer.ExpectsFcp(FcpIu.Data, oxId);
        first.Payload.Should().HaveCount(2112);
        last.Payload.Should().HaveCount(4096 - 2112);
        first.Eof.Should().Be(Eof.EOFn);
        last.Eof.Should().Be(Eof.EOFt);
        first.Header.SId.Should().Be(PortRig.PortId);
        first.Header.DId.Should().Be(rig.Peer.Id);
        first.Header.RxId.Should().Be(last.Header.RxId).And.NotBe(RxId.Unassigned);
        rig.Peer.ExpectsGood(oxId).Header.RxId.Should().Be(first.Header.RxId);
    }

    [Fact]
    public void Data_that_is_no_whole_number_of_words_is_filled_up_and_says_so()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(Cdbs.Inquiry(37), FcpDataDirection.ReadData, 37);
        ReceivedFrame data = rig.Peer.ExpectsFcp(FcpIu.Data, oxId);
        data.Header.FCtl.FillBytes().Should().Be(3);
        data.Payload.Should().HaveCount(37);
        rig.Peer.ExpectsGood(oxId);
    }

    [Fact]
    public void A_small_read_does_not_wait_for_the_end_of_a_long_one()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId large = rig.Peer.SendsRead10(0, 4096), small = rig.Peer.SendsRead10(0, 1);
        rig.Advance(1000);
        List<ReceivedFrame> all = [.. rig.Peer.Heard];
        all.FindIndex(f => f.Header.OxId == small && f.Header.RCtl == FcpIu.Rsp)
            .Should().BeLessThan(all.FindIndex(f => f.Header.OxId == large && f.Header.RCtl == FcpIu.Rsp));
        rig.Peer.ExpectsData(large, 4096 * 512);
        rig.Peer.ExpectsRsp(large);
    }

    // ---- writes ---------------------------------------------------------------------------------------------------

    [Fact]
    public void A_write_is_asked_for_in_bursts_of_256_KiB()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] data = Pattern(600 * 1024);
        OxId oxId = rig.Peer.SendsWrite10(0, (ushort)(data.Length / 512));
        foreach ((int offset, int length) in ((int, int)[])[(0, 256 * 1024), (256 * 1024, 256 * 1024), (512 * 1024, 88 * 1024)])
        {
            RxId rxId = rig.Peer.ExpectsXferRdy(oxId, (uint)offset, (uint)length);
            rig.Peer.ExpectsSilence();
            rig.Peer.SendsBurst(oxId, rxId, (uint)offset, data.AsSpan(offset, length));
        }
        rig.Peer.ExpectsGood(oxId);
        rig.Peer.ExpectsSilence();
        rig.Peer.Reads(0, 1000).Should().Equal(data[..(1000 * 512)]);
    }

    [Fact]
    public void Write_data_may_come_in_any_order_and_twice()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] data = Pattern(8192);
        OxId oxId = rig.Peer.SendsWrite10(0, 16);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 8192);
        foreach (int i in (int[])[3, 1, 1, 0, 3])
            rig.Peer.SendsDataFrame(oxId, rxId, (uint)(i * 2048), data.AsSpan(i * 2048, 2048), i == 3, (ushort)i, i == 0);
        rig.Peer.ExpectsSilence();
        rig.Peer.SendsDataFrame(oxId, rxId, 4096, data.AsSpan(4096, 2048), false, 2, false);
        rig.Peer.ExpectsGood(oxId);
        rig.Port.Counters.DataDuplicate.Should().Be(2);
        rig.Port.Counters.DataOutOfOrder.Should().BeGreaterThan(0);
        rig.Peer.Reads(0, 16).Should().Equal(data);
    }

    [Fact]
    public void Write_data_outside_the_burst_or_without_offset_is_refused()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] data = Pattern(4096);
        OxId oxId = rig.Peer.SendsWrite10(0, 8);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 4096);
        rig.Peer.SendsDataFrame(oxId, rxId, 4096, data.AsSpan(0, 512), false);
        rig.Peer.SendsDataFrame(oxId, rxId, 3584, data.AsSpan(0, 1024), false);
        rig.Peer.SendsDataFrame(oxId, rxId, 0xFFFF_FFF0, data.AsSpan(0, 32), false);
        rig.Peer.SendsDataFrame(oxId, rxId, 0, default, true);
        FcHeader noOffset = RawPeer.DataHeader(oxId, rxId, 0, true, 0);
        noOffset.FCtl &= ~FCtl.RelativeOffsetPresent;
        rig.Peer.SendsFrame(noOffset, data.AsSpan(0, 512));
        rig.Port.Counters.DataRefused.Should().Be(5);
        rig.Peer.ExpectsSilence();
        rig.Peer.SendsBurst(oxId, rxId, 0, data);
        rig.Peer.ExpectsGood(oxId);
    }

    [Fact]
    public void Data_for_an_exchange_that_is_not_open_is_counted()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsWrite10(0, 1);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 512);
        rig.Peer.SendsDataFrame(oxId, new RxId((ushort)(rxId.Value ^ 0x1000)), 0, new byte[512], true);
        rig.Peer.SendsDataFrame(new OxId((ushort)(oxId.Value + 1)), rxId, 0, new byte[512], true);
        RawPeer other = rig.AddPeer(number: 2);
        rig.EstablishesImagePair(other);
        other.SendsDataFrame(oxId, rxId, 0, new byte[512], true);
        rig.Port.Counters.ExchangeUnknown.Should().Be(3);
        rig.Peer.SendsDataFrame(oxId, rxId, 0, new byte[512], true);
        rig.Peer.ExpectsGood(oxId);
    }

    [Fact]
    public void Many_large_writes_never_ask_for_more_than_the_credit_and_all_complete()
    {
        using PortRig rig = PortRig.WithImagePair();
        const int Writes = 64, Length = 128 * 1024;
        List<OxId> open = [];
        for (int i = 0; i < Writes; i++) open.Add(rig.Peer.SendsWrite10((uint)(i % 32 * 256), Length / 512));
        int done = 0;
        while (done < Writes)
        {
            List<ReceivedFrame> asked = [.. rig.Peer.Heard.Where(f => f.Header.RCtl == FcpIu.XferRdy)];
            asked.Sum(f => (long)(uint)f.As<FcpXferRdy>().BurstLen).Should().BeLessThanOrEqualTo(4 * 1024 * 1024);
            asked.Should().NotBeEmpty();
            OxId first = asked[0].Header.OxId;
            RxId rxId = rig.Peer.ExpectsXferRdy(first, 0, Length);
            rig.Peer.SendsBurst(first, rxId, 0, Pattern(Length, done));
            rig.Peer.ExpectsGood(first);
            done++;
        }
        rig.Peer.ExpectsSilence();
        rig.OpenExchanges.Should().Be(0);
    }

    [Fact]
    public void Writes_whose_data_never_comes_give_their_credit_back_after_E_D_TOV()
    {
        using PortRig rig = PortRig.WithImagePair();
        List<OxId> stalled = [];
        for (int i = 0; i < 32; i++) stalled.Add(rig.Peer.SendsWrite10(0, 256));
        OxId waiting = rig.Peer.SendsWrite10(0, 256);
        foreach (OxId oxId in stalled) rig.Peer.ExpectsXferRdy(oxId, 0, 128 * 1024);
        rig.Peer.ExpectsSilence();
        rig.Advance(2000);
        RxId rxId = rig.Peer.ExpectsXferRdy(waiting, 0, 128 * 1024);
        rig.Peer.SendsBurst(waiting, rxId, 0, new byte[128 * 1024]);
        rig.Peer.ExpectsGood(waiting);
    }

    // ---- residuals, status, sense ---------------------------------------------------------------------------------

    [Theory]
    [InlineData(2, 512u, FcpRspFlags.ResidOver, 512u, 512)]    // more blocks than FCP_DL
    [InlineData(1, 2048u, FcpRspFlags.ResidUnder, 1536u, 512)] // fewer
    public void A_read_of_another_length_than_FCP_DL_reports_the_residual(
        int blocks, uint expected, FcpRspFlags flags, uint resid, int moved)
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(Cdbs.Read10(0, (ushort)blocks), FcpDataDirection.ReadData, expected);
        rig.Peer.ExpectsData(oxId, moved);
        Response rsp = rig.Peer.ExpectsRsp(oxId);
        rsp.Status.Should().Be(ScsiStatus.Good);
        rsp.Flags.Should().Be(flags);
        rsp.Resid.Should().Be(resid);
    }

    [Theory]
    [InlineData(2, 512u, FcpRspFlags.ResidOver, 512u, 512u)]
    [InlineData(1, 2048u, FcpRspFlags.ResidUnder, 1536u, 512u)]
    public void A_write_of_another_length_than_FCP_DL_reports_the_residual(
        int blocks, uint expected, FcpRspFlags flags, uint resid, uint moved)
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(Cdbs.Write10(0, (ushort)blocks), FcpDataDirection.WriteData, expected);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, moved);
        rig.Peer.SendsBurst(oxId, rxId, 0, new byte[moved]);
        Response rsp = rig.Peer.ExpectsRsp(oxId);
        rsp.Flags.Should().Be(flags);
        rsp.Resid.Should().Be(resid);
    }

    [Theory]
    [InlineData(FcpDataDirection.WriteData)]
    [InlineData(FcpDataDirection.None)]
    public void A_read_sent_with_the_wrong_direction_moves_nothing_and_reports_all_of_it(FcpDataDirection direction)
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(Cdbs.Read10(0, 1), direction, 512);
        Response rsp = rig.Peer.ExpectsRsp(oxId);
        rsp.Flags.Should().Be(FcpRspFlags.ResidUnder);
        rsp.Resid.Should().Be(512);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void Check_condition_brings_its_sense_data_and_the_whole_residual()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsRead10(0xFFFF_FFF0, 1);
        Response rsp = rig.Peer.ExpectsRsp(oxId);
        rsp.Status.Should().Be(ScsiStatus.CheckCondition);
        rsp.KeyCodeQualifier.Should().Be(((byte)5, (byte)0x21, (byte)0));
        rsp.Flags.Should().Be(FcpRspFlags.SenseLengthValid | FcpRspFlags.ResidUnder);
        rsp.Resid.Should().Be(512);
    }

    [Fact]
    public void A_LUN_that_is_not_mapped_is_answered_by_the_standard()
    {
        using PortRig rig = PortRig.WithImagePair();
        Response tur = rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 99));
        tur.KeyCodeQualifier.Should().Be(((byte)5, (byte)0x25, (byte)0));
        OxId inquiry = rig.Peer.SendsCommand(Cdbs.Inquiry(36), FcpDataDirection.ReadData, 36, lun: 99);
        rig.Peer.ExpectsData(inquiry, 36)[0].Should().Be(0x7F);
        rig.Peer.ExpectsGood(inquiry);
    }

    [Fact]
    public void TASK_SET_FULL_answers_a_command_when_every_exchange_is_taken()
    {
        using PortRig rig = PortRig.WithImagePair(options: new PortOptions { MaxExchanges = 3 });
        for (int i = 0; i < 3; i++) rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        OxId refused = rig.Peer.SendsRead10(0, 8);
        Response rsp = rig.Peer.ExpectsRsp(refused);
        rsp.Status.Should().Be(ScsiStatus.TaskSetFull);
        rsp.Flags.Should().Be(FcpRspFlags.ResidUnder);
        rsp.Resid.Should().Be(4096);
        rsp.Header.RxId.Should().Be(RxId.Unassigned);
        rig.Held.Completes(rig.Held.Tasks[0]);
        rig.Pump();
        rig.Peer.Reads(0, 8);
        rig.Probes.Lines.Count(l => l == "scsi-response 28").Should().Be(1);
        rig.Probes.Lines.Count(l => l == "scsi-command").Should().Be(5);
    }

    // ---- malformed and repeated commands --------------------------------------------------------------------------

    [Fact]
    public void A_repeated_FCP_CMND_of_an_open_exchange_is_ignored()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1, oxId: oxId);
        rig.Held.Tasks.Should().ContainSingle();
        rig.Port.Counters.CommandsDuplicate.Should().Be(1);
        rig.Held.Completes(rig.Held.Only);
        rig.Peer.ExpectsGood(oxId);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void A_cut_FCP_CMND_and_a_bidirectional_one_are_answered_FCP_CMND_fields_invalid()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId cut = rig.Peer.NextOxId();
        rig.Peer.SendsFrame(RawPeer.CommandHeader(cut), RawPeer.CommandPayload(Cdbs.TestUnitReady, default, 0).AsSpan(0, 28));
        rig.Peer.ExpectsRsp(cut).Code.Should().Be(FcpRspCode.CmndFieldsInvalid);
        OxId both = rig.Peer.SendsCommand(Cdbs.Read10(0, 1), FcpDataDirection.Bidirectional, 512);
        rig.Peer.ExpectsRsp(both).Code.Should().Be(FcpRspCode.CmndFieldsInvalid);
        rig.OpenExchanges.Should().Be(0);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public void A_reserved_task_attribute_is_answered_FCP_CMND_fields_invalid(int attribute)
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(Cdbs.TestUnitReady, attribute: (FcpTaskAttribute)attribute);
        rig.Peer.ExpectsRsp(oxId).Code.Should().Be(FcpRspCode.CmndFieldsInvalid);
        OxId query = rig.Peer.SendsCommand(default, attribute: (FcpTaskAttribute)attribute, taskManagement: FcpTaskManagementFlags.QueryTaskSet);
        rig.Peer.ExpectsRsp(query).Code.Should().Be(FcpRspCode.TaskManagementFunctionComplete, "task management has no attribute");
    }

    [Theory]
    [InlineData(FCtl.EndSequence)]
    [InlineData(FCtl.SequenceInitiative)]
    public void An_FCP_CMND_without_its_end_or_without_the_initiative_is_not_executed(FCtl missing)
    {
        using PortRig rig = PortRig.WithImagePair();
        FcHeader header = RawPeer.CommandHeader(rig.Peer.NextOxId());
        header.FCtl &= ~missing;
        rig.Peer.SendsFrame(header, RawPeer.CommandPayload(Cdbs.TestUnitReady, FcpDataDirection.None, 0));
        rig.Peer.ExpectsSilence();
        rig.Port.Counters.CommandsIncomplete.Should().Be(1);
        rig.OpenExchanges.Should().Be(0);
        // Nobody knows it: the initiator's ABTS says so, and the OX_ID serves again.
        rig.Peer.SendsAbts(header.OxId, RxId.Unassigned);
        rig.Peer.Expects("BA_ACC", frame => frame.IsFc && frame.Header.RCtl == RCtl.BaAcc);
        rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(Cdbs.TestUnitReady, oxId: header.OxId)).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void A_CDB_of_32_bytes_reaches_the_logical_unit_whole()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] cdb = Pattern(32);
        rig.Peer.SendsCommand(cdb, lun: 1);
        rig.Held.Only.Cdb.ToArray().Should().Equal(cdb);
    }

    // ---- the logical unit's data ----------------------------------------------------------------------------------

    [Fact]
    public void Segments_of_read_data_are_sequences_whose_offsets_go_on()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] data = Pattern(10_000);
        OxId oxId = rig.Peer.SendsCommand(new byte[6], FcpDataDirection.ReadData, 10_000, lun: 1);
        ScsiTask task = rig.Held.Only;
        task.SendData(data.AsMemory(0, 5000));
        rig.Pump();
        rig.Held.Continued.Should().Be(1);
        task.SendData(data.AsMemory(5000));
        rig.Pump();
        rig.Held.Completes(task);
        rig.Peer.ExpectsData(oxId, 10_000).Should().Equal(data);
        rig.Peer.ExpectsGood(oxId);
    }

    [Fact]
    public void Segments_of_write_data_are_bursts_whose_offsets_go_on()
    {
        using PortRig rig = PortRig.WithImagePair();
        byte[] data = Pattern(3000), got = new byte[3000];
        OxId oxId = rig.Peer.SendsCommand(new byte[6], FcpDataDirection.WriteData, 3000, lun: 1);
        ScsiTask task = rig.Held.Only;
        for (int at = 0; at < 3000; at += 1000)
        {
            task.ReceiveData(got.AsMemory(at, 1000));
            RxId rxId = rig.Peer.ExpectsXferRdy(oxId, (uint)at, 1000);
            rig.Peer.SendsBurst(oxId, rxId, (uint)at, data.AsSpan(at, 1000));
        }
        rig.Held.Completes(task);
        rig.Peer.ExpectsGood(oxId);
        got.Should().Equal(data);
    }

    [Fact]
    public void An_empty_segment_goes_on_without_a_frame()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(new byte[6], FcpDataDirection.ReadData, 512, lun: 1);
        rig.Held.Only.SendData(default);
        rig.Pump();
        rig.Held.Continued.Should().Be(1);
        rig.Held.Only.ReceiveData(new byte[512]); // the initiator gives none
        rig.Pump();
        rig.Held.Continued.Should().Be(2);
        rig.Peer.ExpectsSilence();
        rig.Held.Completes(rig.Held.Only);
        rig.Peer.ExpectsRsp(oxId).Resid.Should().Be(512);
    }

    // ---- confirmed completion -------------------------------------------------------------------------------------

    [Fact]
    public void A_long_read_asks_for_FCP_CONF_and_keeps_the_exchange_until_it_comes()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.ConfirmsCompletion = false;
        OxId oxId = rig.Peer.SendsRead10(0, 512);
        rig.Peer.ExpectsData(oxId, 512 * 512);
        Response rsp = rig.Peer.ExpectsRsp(oxId);
        rsp.Flags.Should().HaveFlag(FcpRspFlags.ConfirmationRequested);
        rig.OpenExchanges.Should().Be(1);
        rig.Peer.SendsConf(oxId, rsp.Header.RxId);
        rig.OpenExchanges.Should().Be(0);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void A_lost_FCP_CONF_delays_but_does_not_stop()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.ConfirmsCompletion = false;
        OxId lost = rig.Peer.SendsRead10(0, 512);
        rig.Peer.ExpectsData(lost, 512 * 512);
        rig.Peer.ExpectsRsp(lost);
        rig.Advance(2000);
        rig.OpenExchanges.Should().Be(0);
        rig.Peer.Reads(0, 512);
    }

    [Fact]
    public void An_initiator_that_did_not_allow_confirmation_is_never_asked()
    {
        using PortRig rig = PortRig.Online();
        rig.Peer.FcpParameters &= ~Formats.LinkServices.FcpServiceParameters.ConfirmedCompletionAllowed;
        rig.EstablishesImagePair(rig.Peer);
        OxId oxId = rig.Peer.SendsRead10(0, 4096);
        rig.Peer.ExpectsData(oxId, 4096 * 512);
        rig.Peer.ExpectsRsp(oxId).Flags.Should().Be(FcpRspFlags.None);
    }
}
