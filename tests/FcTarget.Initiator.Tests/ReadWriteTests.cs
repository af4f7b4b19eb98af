// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Scsi;
using FcTarget.TestKit;

namespace FcTarget.Initiator.Tests;

public sealed class ReadWriteTests
{
    public static TheoryData<int, int> SizesAndMtus()
    {
        TheoryData<int, int> all = [];
        foreach (int mtu in (int[])[1500, 2500, 9000])
            foreach (int size in (int[])[512, 1536, 4096, 65536, 65536 + 512, 262144, 262144 + 512, 1 << 20, 8 << 20])
                all.Add(size, mtu);
        return all;
    }

    [Theory]
    [MemberData(nameof(SizesAndMtus))]
    public void What_is_written_is_on_the_medium_and_is_read_back(int size, int mtu)
    {
        using InitiatorRig rig = new(mtu: mtu);
        byte[] data = InitiatorRig.Pattern(size), back = new byte[size];

        InitiatorCommand write = rig.Runs(rig.Write(3, data));
        write.Should().Match<InitiatorCommand>(c => c.IsGood && c.BytesMoved == size && c.Residual == 0);
        rig.Medium(3 * 512, size).SequenceEqual(data).Should().BeTrue();

        InitiatorCommand read = rig.Runs(rig.Read(3, back));
        read.Should().Match<InitiatorCommand>(c => c.IsGood && c.BytesMoved == size && c.Residual == 0);
        back.AsSpan().SequenceEqual(data).Should().BeTrue();
    }

    [Fact]
    public void Inquiry_for_more_than_there_is_ends_with_the_residual_under()
    {
        using InitiatorRig rig = new();
        byte[] data = new byte[255];
        InitiatorCommand inquiry = rig.Runs(rig.Command(Cdbs.Inquiry(255), dataIn: data));

        inquiry.IsGood.Should().BeTrue();
        inquiry.Residual.Should().Be(StandardInquiryData.Length - 255);
        inquiry.BytesMoved.Should().Be(StandardInquiryData.Length);
        data.AsSpan(8, 8).ToArray().Should().Equal("FCTARGET"u8.ToArray());
    }

    [Fact]
    public void Read_and_write_of_more_blocks_than_expected_end_with_the_residual_over()
    {
        using InitiatorRig rig = new();
        byte[] data = InitiatorRig.Pattern(1024), back = new byte[512];
        InitiatorCommand write = rig.Write(0, data);
        write.ExpectedLength = 512;
        rig.Runs(write);
        write.Should().Match<InitiatorCommand>(c => c.IsGood && c.Residual == 512 && c.BytesMoved == 512);

        InitiatorCommand read = rig.Command(Cdbs.Read10(0, 2), dataIn: back);
        rig.Runs(read);
        read.Should().Match<InitiatorCommand>(c => c.IsGood && c.Residual == 512 && c.BytesMoved == 512);
        back.Should().Equal(data[..512]);
    }

    [Fact]
    public void Write_of_fewer_blocks_than_expected_ends_with_the_residual_under()
    {
        using InitiatorRig rig = new();
        InitiatorCommand write = rig.Command(Cdbs.Write10(0, 1), dataOut: InitiatorRig.Pattern(1024));

        rig.Runs(write).Should().Match<InitiatorCommand>(c => c.IsGood && c.Residual == -512 && c.BytesMoved == 512);
    }

    [Fact]
    public void Check_condition_brings_sense_data_and_the_residual()
    {
        using InitiatorRig rig = new();
        InitiatorCommand read = rig.Runs(rig.Read(1 << 20, new byte[512]));

        ScsiResult result = ScsiResult.Of(read);
        result.Status.Should().Be(ScsiStatus.CheckCondition);
        result.Sense.Should().Be(Sense.LbaOutOfRange);
        result.Residual.Should().Be(-512);
    }

    [Fact]
    public void Unit_attention_is_a_result_like_any_other()
    {
        using InitiatorRig rig = new(logIn: false);
        rig.RunUntil(() => rig.Target is not null, TimeSpan.FromSeconds(5));

        ScsiResult result = ScsiResult.Of(rig.Runs(rig.Command(Cdbs.TestUnitReady)));

        result.IsUnitAttention.Should().BeTrue();
        result.Sense.Should().Be(Sense.PowerOnResetOrBusDeviceResetOccurred);
        rig.RunsWell(rig.Command(Cdbs.TestUnitReady));
    }

    [Fact]
    public void Target_without_a_free_exchange_answers_task_set_full()
    {
        using InitiatorRig rig = new(targetExchanges: 2);
        InitiatorCommand[] held = [rig.Command(Cdbs.TestUnitReady, lun: 1), rig.Command(Cdbs.TestUnitReady, lun: 1)];
        foreach (InitiatorCommand command in held) rig.Initiator.Submit(command);
        rig.Pump();

        rig.Runs(rig.Read(0, new byte[512])).Should().Match<InitiatorCommand>(
            c => c.Outcome == InitiatorOutcome.Completed && c.Status == ScsiStatus.TaskSetFull && c.Residual == -512);

        foreach (Stmf.ScsiTask task in rig.Held.Tasks.ToList()) rig.Held.Completes(task);
        rig.Pump();
        held.Should().OnlyContain(c => c.IsGood);
        rig.RunsWell(rig.Read(0, new byte[512]));
    }

    [Fact]
    public void Commands_beyond_the_initiators_exchanges_wait_in_line_and_all_end()
    {
        using InitiatorRig rig = new(exchanges: 3);
        byte[] data = InitiatorRig.Pattern(20 * 4096);
        InitiatorCommand[] writes = [.. Enumerable.Range(0, 20).Select(i => rig.Write(i * 8, data.AsMemory(i * 4096, 4096)))];
        foreach (InitiatorCommand write in writes) rig.Initiator.Submit(write);
        rig.Initiator.OpenExchanges.Should().Be(3);
        rig.Pump();

        writes.Should().OnlyContain(c => c.IsGood);
        rig.Medium(0, data.Length).SequenceEqual(data).Should().BeTrue();
        rig.Initiator.OpenExchanges.Should().Be(0);
    }

    [Fact]
    public void Many_large_commands_at_once_keep_their_data_apart()
    {
        using InitiatorRig rig = new();
        const int Count = 16, Size = 512 * 1024;
        byte[] data = InitiatorRig.Pattern(Count * Size), back = new byte[data.Length];
        InitiatorCommand[] writes = [.. Enumerable.Range(0, Count).Select(i => rig.Write(i * (Size / 512), data.AsMemory(i * Size, Size)))];
        foreach (InitiatorCommand write in writes) rig.Initiator.Submit(write);
        rig.RunUntil(() => writes.All(c => c.IsGood), TimeSpan.FromSeconds(10));
        InitiatorCommand[] reads = [.. Enumerable.Range(0, Count).Select(i => rig.Read(i * (Size / 512), back.AsMemory(i * Size, Size)))];
        foreach (InitiatorCommand read in reads) rig.Initiator.Submit(read);
        rig.RunUntil(() => reads.All(c => c.IsGood), TimeSpan.FromSeconds(10));

        back.AsSpan().SequenceEqual(data).Should().BeTrue();
    }

    [Fact]
    public void Logical_unit_reset_is_answered_and_ends_the_commands_of_the_unit_without_status()
    {
        using InitiatorRig rig = new();
        InitiatorCommand held = rig.Command(Cdbs.TestUnitReady, lun: 1);
        rig.Initiator.Submit(held);
        rig.Pump();
        InitiatorCommand reset = rig.Command(default, lun: 1);
        reset.TaskManagement = FcpTaskManagementFlags.LogicalUnitReset;

        rig.Runs(reset).Should().Match<InitiatorCommand>(
            c => c.Outcome == InitiatorOutcome.Completed && c.RspCode == FcpRspCode.TaskManagementFunctionComplete);
        rig.Held.Aborted.Should().ContainSingle();
        held.Outcome.Should().Be(InitiatorOutcome.None); // SAM-5, TAS=0: its initiator has to know
        rig.Initiator.Abort(held);
        rig.Pump();
        held.Outcome.Should().Be(InitiatorOutcome.Aborted);
    }

    [Fact]
    public void Task_management_for_a_unit_that_is_not_there_says_so()
    {
        using InitiatorRig rig = new();
        InitiatorCommand reset = rig.Command(default, lun: 9);
        reset.TaskManagement = FcpTaskManagementFlags.LogicalUnitReset;

        rig.Runs(reset).RspCode.Should().Be(FcpRspCode.TaskManagementFunctionIncorrectLun);
    }

    [Fact]
    public void Aborted_command_ends_after_its_logical_unit_let_go_of_it_and_its_exchange_rests_for_R_A_TOV()
    {
        using InitiatorRig rig = new();
        rig.Held.CompletesAborted = false;
        InitiatorCommand held = rig.Command(Cdbs.TestUnitReady, lun: 1);
        rig.Initiator.Submit(held);
        rig.Pump();

        rig.Initiator.Abort(held);
        rig.Pump();
        held.Outcome.Should().Be(InitiatorOutcome.None);
        rig.Held.Completes(rig.Held.Only);
        rig.Pump();

        held.Outcome.Should().Be(InitiatorOutcome.Aborted);
        rig.TargetOpenExchanges.Should().Be(0);
        rig.Advance(TimeSpan.FromSeconds(9));
        rig.Initiator.OpenExchanges.Should().Be(1);
        rig.Advance(TimeSpan.FromSeconds(2));
        rig.Initiator.OpenExchanges.Should().Be(0);
        rig.Initiator.Counters.RrqsSent.Should().Be(1);
    }

    [Fact]
    public void A_32_byte_CDB_arrives_whole()
    {
        using InitiatorRig rig = new();
        byte[] cdb = InitiatorRig.Pattern(32);
        rig.Initiator.Submit(rig.Command(cdb, lun: 1));
        rig.Pump();

        rig.Held.Only.Cdb.ToArray().Should().Equal(cdb);
    }
}
