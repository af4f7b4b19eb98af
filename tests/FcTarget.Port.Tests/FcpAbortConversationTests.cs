// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.LinkServices;
using FcTarget.Scsi;
using FcTarget.Stmf;
using FcTarget.TestKit;

namespace FcTarget.Port.Tests;

public sealed class FcpAbortConversationTests
{
    private static readonly string[] AbortedXfer = ["scsi-command", "xfer-start 0+4096", "abts-receive", "xfer-done 0+4096"];

    // ---- ABTS -----------------------------------------------------------------------------------------------------

    [Fact]
    public void Abts_of_a_command_the_unit_has_is_accepted_when_the_unit_lets_go()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Held.CompletesAborted = false;
        OxId oxId = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.SendsAbts(oxId, RxId.Unassigned);
        rig.Held.Aborted.Should().ContainSingle().Which.Reason.Should().Be(AbortReason.ByInitiator);
        rig.Peer.ExpectsSilence();
        rig.Held.Completes(rig.Held.Only);
        BaAccPayload accept = rig.Peer.ExpectsBaAcc(oxId);
        accept.OxId.Should().Be(oxId);
        ((ushort)accept.LowSeqCnt).Should().Be(0);
        ((ushort)accept.HighSeqCnt).Should().Be(0xFFFF);
        rig.Peer.ExpectsSilence();
        rig.OpenExchanges.Should().Be(0);
        rig.Probes.Lines.Should().Equal("scsi-command", "abts-receive");
    }

    [Fact]
    public void Abts_repeated_while_the_unit_holds_on_is_answered_once()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Held.CompletesAborted = false;
        OxId oxId = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.SendsAbts(oxId, RxId.Unassigned);
        rig.Peer.SendsAbts(oxId, RxId.Unassigned);
        rig.Held.Aborted.Should().ContainSingle();
        rig.Held.Completes(rig.Held.Only);
        rig.Peer.ExpectsBaAcc(oxId);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void Abts_after_XFER_RDY_ends_the_write()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsWrite10(0, 8);
        RxId rxId = rig.Peer.ExpectsXferRdy(oxId, 0, 4096);
        rig.Peer.SendsAbts(oxId, rxId);
        rig.Peer.ExpectsBaAcc(oxId).RxId.Should().Be(rxId);
        rig.Peer.SendsDataFrame(oxId, rxId, 0, new byte[2048], last: false);
        rig.Peer.ExpectsSilence();
        rig.Probes.Lines.Should().Equal(AbortedXfer);
    }

    [Fact]
    public void Abts_in_the_middle_of_a_burst_ends_the_write_and_the_OX_ID_can_be_used_again()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsWrite10(0, 8);
        RxId old = rig.Peer.ExpectsXferRdy(oxId, 0, 4096);
        rig.Peer.SendsDataFrame(oxId, old, 0, new byte[2048], last: false);
        rig.Peer.SendsAbts(oxId, RxId.Unassigned);
        rig.Peer.ExpectsBaAcc(oxId);

        byte[] data = Enumerable.Repeat((byte)0x5A, 4096).ToArray();
        rig.Peer.SendsCommand(Cdbs.Write10(0, 8), FcpDataDirection.WriteData, 4096, oxId: oxId);
        RxId fresh = rig.Peer.ExpectsXferRdy(oxId, 0, 4096);
        fresh.Should().NotBe(old, "a late frame of the old exchange must not reach the new one");
        rig.Peer.SendsDataFrame(oxId, old, 0, new byte[2048], last: false);
        rig.Peer.SendsBurst(oxId, fresh, 0, data);
        rig.Peer.ExpectsGood(oxId);
        rig.Peer.Reads(0, 8).Should().Equal(data);
    }

    [Fact]
    public void Abts_while_read_data_goes_out_stops_it()
    {
        // Room for 16 frames on the way: the rest of the read waits in the port.
        using PortRig rig = new(segment: new Wire.MemorySegmentOptions { ReceiveSlots = 16, TransmitSlots = 16 });
        RawPeer peer = rig.AddPeer();
        rig.ComesOnline();
        rig.EstablishesImagePair(peer);
        rig.Probes.Clear();
        OxId oxId = peer.NextOxId();
        Span<byte> frame = peer.Encapsulate(
            RawPeer.CommandHeader(oxId), RawPeer.CommandPayload(Cdbs.Read10(0, 1024), FcpDataDirection.ReadData, 512 * 1024));
        peer.Wire.TryGetTransmitSlot(out Span<byte> slot).Should().BeTrue();
        frame.CopyTo(slot);
        peer.Wire.Commit(frame.Length);
        peer.Wire.Flush();
        for (int i = 0; i < 10; i++) rig.Port.Loop.Poll();
        rig.OpenExchanges.Should().Be(1);
        peer.SendsAbts(oxId, RxId.Unassigned);
        peer.ExpectsBaAcc(oxId);
        int frames = peer.Heard.Count;
        frames.Should().BeLessThan(100);
        rig.Advance(1000);
        peer.Heard.Should().HaveCount(frames, "nothing follows BA_ACC").And.NotContain(f => f.Header.RCtl == FcpIu.Rsp);
        rig.Probes.Lines.Should().Equal("scsi-command", "xfer-start 0+524288", "abts-receive", "xfer-done 0+524288");
    }

    [Fact]
    public void Abts_of_an_exchange_never_seen_is_accepted_when_RX_ID_is_unassigned()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId lost = rig.Peer.NextOxId();
        rig.Peer.SendsAbts(lost, RxId.Unassigned);
        rig.Peer.ExpectsBaAcc(lost).OxId.Should().Be(lost);
        rig.Port.Counters.AbtsUnknownExchange.Should().Be(1);
        rig.Probes.Lines.Should().Equal("abts-receive");
    }

    [Fact]
    public void Abts_with_an_RX_ID_that_is_not_the_exchanges_is_rejected()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.SendsAbts(oxId, new RxId((ushort)0x0FFE));
        BaRjtPayload reject = rig.Peer.ExpectsBaRjt(oxId);
        reject.Reason.Should().Be(BaRjtReason.LogicalError);
        reject.Explanation.Should().Be(BaRjtExplanation.InvalidOxIdRxIdCombination);
        rig.Held.Aborted.Should().BeEmpty();
    }

    [Fact]
    public void Abts_while_FCP_CONF_is_awaited_is_accepted()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.ConfirmsCompletion = false;
        OxId oxId = rig.Peer.SendsRead10(0, 512);
        rig.Peer.ExpectsData(oxId, 512 * 512);
        RxId rxId = rig.Peer.ExpectsRsp(oxId).Header.RxId;
        rig.Peer.SendsAbts(oxId, rxId);
        rig.Peer.ExpectsBaAcc(oxId);
        rig.OpenExchanges.Should().Be(0);
    }

    [Fact]
    public void A_write_that_waits_for_credit_can_be_aborted_and_others_go_on()
    {
        using PortRig rig = PortRig.WithImagePair();
        List<OxId> holders = [];
        for (int i = 0; i < 16; i++) holders.Add(rig.Peer.SendsWrite10(0, 512));
        OxId first = rig.Peer.SendsWrite10(0, 512), second = rig.Peer.SendsWrite10(0, 512);
        RxId last = default;
        foreach (OxId holder in holders) last = rig.Peer.ExpectsXferRdy(holder, 0, 256 * 1024);
        rig.Peer.SendsAbts(first, RxId.Unassigned);
        rig.Peer.ExpectsBaAcc(first);
        rig.Peer.ExpectsSilence();
        rig.Peer.SendsAbts(holders[^1], last);
        rig.Peer.ExpectsBaAcc(holders[^1]);
        rig.Peer.ExpectsXferRdy(second, 0, 256 * 1024);
    }

    [Fact]
    public void A_session_that_ends_in_mid_burst_takes_its_exchanges_with_it()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Held.CompletesAborted = false;
        OxId write = rig.Peer.SendsWrite10(0, 8);
        rig.Peer.ExpectsXferRdy(write, 0, 4096);
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.ExpectsAccept(rig.Peer.SendsLogo());
        rig.OpenExchanges.Should().Be(1, "the unit still holds one");
        rig.Held.Completes(rig.Held.Only);
        rig.Pump();
        rig.OpenExchanges.Should().Be(0);
        rig.Peer.ExpectsSilence();
    }

    // ---- task management ------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(FcpTaskManagementFlags.AbortTaskSet)]
    [InlineData(FcpTaskManagementFlags.ClearTaskSet)]
    [InlineData(FcpTaskManagementFlags.LogicalUnitReset)]
    [InlineData(FcpTaskManagementFlags.TargetReset)]
    public void TaskManagement_is_complete_when_the_unit_has_let_go_of_every_task(FcpTaskManagementFlags function)
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Held.CompletesAborted = false;
        OxId command = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        OxId management = rig.Peer.SendsCommand(new byte[16], lun: 1, taskManagement: function);
        rig.Held.Aborted.Should().ContainSingle();
        rig.Peer.ExpectsSilence();
        rig.Held.Completes(rig.Held.Only);
        Response rsp = rig.Peer.ExpectsRsp(management);
        rsp.Code.Should().Be(FcpRspCode.TaskManagementFunctionComplete);
        rsp.Status.Should().Be(ScsiStatus.Good);
        rsp.Flags.Should().Be(FcpRspFlags.ResponseLengthValid);
        rig.Peer.Heard.Should().NotContain(f => f.Header.OxId == command, "an aborted command is not answered");
        rig.OpenExchanges.Should().Be(0);
    }

    [Theory]
    [InlineData(FcpTaskManagementFlags.ClearAca, 0, FcpRspCode.TaskManagementFunctionComplete)]
    [InlineData(FcpTaskManagementFlags.QueryTaskSet, 0, FcpRspCode.TaskManagementFunctionComplete)]
    [InlineData(FcpTaskManagementFlags.LogicalUnitReset, 77, FcpRspCode.TaskManagementFunctionIncorrectLun)]
    [InlineData(FcpTaskManagementFlags.TerminateTask, 0, FcpRspCode.TaskManagementFunctionRejected)]
    [InlineData(FcpTaskManagementFlags.AbortTaskSet | FcpTaskManagementFlags.ClearTaskSet, 0, FcpRspCode.CmndFieldsInvalid)]
    public void TaskManagement_is_answered_with_its_RSP_CODE(FcpTaskManagementFlags function, int lun, FcpRspCode code)
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId oxId = rig.Peer.SendsCommand(new byte[16], lun: lun, taskManagement: function);
        rig.Peer.ExpectsRsp(oxId).Code.Should().Be(code);
        rig.Probes.Lines.Should().Equal("scsi-command", "scsi-response 00");
        rig.Probes.All[1].Facts.RspCode.Should().Be((byte)code);
        rig.Probes.All[1].Facts.TaskManagementFlags.Should().Be((byte)function);
    }

    [Fact]
    public void Query_task_set_succeeds_when_there_is_a_task()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        OxId query = rig.Peer.SendsCommand(new byte[16], lun: 1, taskManagement: FcpTaskManagementFlags.QueryTaskSet);
        rig.Peer.ExpectsRsp(query).Code.Should().Be(FcpRspCode.TaskManagementFunctionSucceeded);
    }

    [Fact]
    public void Query_asynchronous_event_tells_in_FCP_RSP_INFO_which_unit_attention_is_pending_and_leaves_it_there()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(new byte[16], taskManagement: FcpTaskManagementFlags.LogicalUnitReset));
        OxId query = rig.Peer.SendsCommand(new byte[16], taskManagement: FcpTaskManagementFlags.QueryAsynchronousEvent);
        FcpRsp.TryRead(rig.Peer.ExpectsFcp(FcpIu.Rsp, query).Payload, out FcpRsp rsp).Should().Be(FcpRspError.None);
        rsp.Code.Should().Be(FcpRspCode.TaskManagementFunctionSucceeded);
        rsp.Additional.Should().Be(0x162903); // one condition; UNIT ATTENTION, BUS DEVICE RESET FUNCTION OCCURRED
        rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(Cdbs.TestUnitReady)).KeyCodeQualifier.Should().Be((0x6, 0x29, 0x03));
        rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(new byte[16], taskManagement: FcpTaskManagementFlags.QueryAsynchronousEvent))
            .Code.Should().Be(FcpRspCode.TaskManagementFunctionComplete);
    }

    [Fact]
    public void Abts_of_a_task_management_function_is_accepted_when_the_function_is_done_and_no_FCP_RSP_follows()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Held.CompletesAborted = false;
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        OxId management = rig.Peer.SendsCommand(new byte[16], lun: 1, taskManagement: FcpTaskManagementFlags.LogicalUnitReset);
        rig.Peer.SendsAbts(management, RxId.Unassigned);
        rig.Peer.ExpectsSilence();
        rig.Held.Completes(rig.Held.Only);
        rig.Peer.ExpectsBaAcc(management);
        rig.Peer.ExpectsSilence();
    }

    [Fact]
    public void A_logical_unit_reset_is_told_to_every_initiator()
    {
        using PortRig rig = PortRig.WithImagePair();
        RawPeer other = rig.AddPeer(number: 2);
        rig.EstablishesImagePair(other);
        OxId held = other.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(new byte[16], lun: 1, taskManagement: FcpTaskManagementFlags.LogicalUnitReset));
        foreach (RawPeer peer in (RawPeer[])[rig.Peer, other])
            peer.ExpectsRsp(peer.SendsCommand(Cdbs.TestUnitReady, lun: 1)).KeyCodeQualifier.Should().Be(((byte)6, (byte)0x29, (byte)3));
        other.Heard.Should().NotContain(f => f.Header.OxId == held);
        other.ExpectsGood(other.SendsCommand(Cdbs.TestUnitReady)); // LUN 0 was not reset
    }

    [Fact]
    public void Commands_of_a_logical_unit_that_is_taken_away_end_in_LOGICAL_UNIT_NOT_SUPPORTED_without_a_time_out()
    {
        using PortRig rig = PortRig.WithImagePair();
        OxId held = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1), write = rig.Peer.SendsWrite10(0, 8);
        rig.Peer.ExpectsXferRdy(write, 0, 4096);
        rig.Router.Luns.Remove(1).Should().BeTrue();
        rig.Router.Luns.Remove(0).Should().BeTrue();
        foreach (OxId oxId in (OxId[])[held, write])
        {
            Response rsp = rig.Peer.ExpectsRsp(oxId);
            rsp.Status.Should().Be(ScsiStatus.CheckCondition);
            rsp.KeyCodeQualifier.Should().Be(((byte)5, (byte)0x25, (byte)0));
        }
        rig.Peer.ExpectsSilence();
        rig.OpenExchanges.Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_TAS_a_command_that_another_initiator_clears_ends_with_TASK_ABORTED(bool tas)
    {
        using PortRig rig = PortRig.WithImagePair();
        RawPeer other = rig.AddPeer(number: 2);
        rig.EstablishesImagePair(other);
        rig.Held.TaskSet.ReportsAborts = tas;
        OxId theirs = other.SendsCommand(Cdbs.TestUnitReady, lun: 1), own = rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.ExpectsRsp(rig.Peer.SendsCommand(new byte[16], lun: 1, taskManagement: FcpTaskManagementFlags.ClearTaskSet))
            .Code.Should().Be(FcpRspCode.TaskManagementFunctionComplete);
        if (tas) other.ExpectsRsp(theirs).Status.Should().Be(ScsiStatus.TaskAborted);
        else other.Heard.Should().NotContain(f => f.Header.OxId == theirs);
        rig.Peer.Heard.Should().NotContain(f => f.Header.OxId == own);
        rig.OpenExchanges.Should().Be(0);
    }

    [Fact]
    public void An_ORDERED_command_waits_on_the_wire_too()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1);
        rig.Peer.SendsCommand(Cdbs.TestUnitReady, lun: 1, attribute: FcpTaskAttribute.Ordered);
        rig.Held.Tasks.Should().ContainSingle();
        rig.Held.Completes(rig.Held.Only);
        rig.Pump();
        rig.Held.Only.Attribute.Should().Be(TaskAttribute.Ordered);
    }
}
