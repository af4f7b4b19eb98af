// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Tests;

public sealed class TaskRouterTests
{
    private static readonly byte[] TestUnitReady = new byte[6];
    private static readonly byte[] Inquiry = [0x12, 0, 0, 0, 255, 0];
    private static readonly byte[] RequestSense = [0x03, 0, 0, 0, 252, 0];
    private static readonly byte[] ReportLuns = [0xA0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];

    [Fact]
    public void A_command_reaches_the_unit_behind_its_LUN()
    {
        var first = new TestUnit("a");
        var second = new TestUnit("b");
        TargetRig rig = new(first, second);
        rig.Ready();
        TestTask task = rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(1), Inquiry, 0, dataIn: false);
        rig.Router.Dispatch(task);
        second.Held.Should().Equal(task);
        first.Held.Should().BeEmpty();
        task.LogicalUnit.Should().BeSameAs(second);
        second.TaskSet.Count.Should().Be(1);
        second.Release(task);
        second.TaskSet.Count.Should().Be(0);
    }

    [Theory]
    [InlineData(0x4001_0000_0000_0000ul)] // flat space addressing names the same LUN
    [InlineData(0x0001_0000_0000_0000ul)]
    public void Both_addressing_methods_lead_to_the_same_unit(ulong lun)
    {
        var unit = new TestUnit("b");
        TargetRig rig = new(new TestUnit("a"), unit);
        TestTask task = rig.NewTask().Prepare(rig.Nexus, new Lun(lun), Inquiry, 0, dataIn: false);
        rig.Router.Dispatch(task);
        unit.Held.Should().Equal(task);
    }

    [Fact]
    public void A_sparse_map_is_searched()
    {
        TargetRig rig = new();
        foreach (int lun in new[] { 300, 3, 16383, 70 }) rig.Router.Luns.Add(lun, new TestUnit($"lun{lun}"));
        foreach (LunMap.Entry entry in rig.Router.Luns.Entries)
        {
            TestTask task = rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(entry.Lun), Inquiry, 0, dataIn: false);
            rig.Router.Dispatch(task);
            task.LogicalUnit.Should().BeSameAs(entry.Unit);
        }
        rig.Command(TestUnitReady, lun: 4).SenseCode.Should().Be(0x52500);
    }

    [Fact]
    public void Inquiry_to_an_unmapped_LUN_answers_qualifier_3_type_1F()
    {
        TestTask task = new TargetRig(new TestUnit("a")).Command(Inquiry, expect: 255, lun: 9);
        task.Status.Should().Be(ScsiStatus.Good);
        task.DataIn.Length.Should().Be(StandardInquiryData.Length);
        task.DataIn[0].Should().Be(0x7F);
        task.Residual.Should().Be(96 - 255);
    }

    [Theory]
    [InlineData(0x00, "7f00000100")]
    [InlineData(0x80, null)]
    [InlineData(0x83, null)]
    public void Only_VPD_page_00h_is_there_for_an_unmapped_LUN(byte page, string? expected)
    {
        TestTask task = new TargetRig().Command([0x12, 1, page, 0, 255, 0], expect: 255);
        if (expected is not null) Convert.ToHexStringLower(task.DataIn).Should().Be(expected);
        else task.SenseCode.Should().Be(0x52400);
    }

    [Theory]
    [InlineData(new byte[] { 0x12, 0, 0x80, 0, 255, 0 }, 0xC0, 2)] // page code without EVPD
    [InlineData(new byte[] { 0x12, 2, 0, 0, 255, 0 }, 0xC9, 1)]    // CMDDT, bit 1
    [InlineData(new byte[] { 0x12, 0, 0, 0, 255, 8 }, 0xCB, 5)] // reserved bit of CONTROL
    public void A_wrong_field_of_Inquiry_is_pointed_at(byte[] cdb, byte flags, byte field)
    {
        TestTask task = new TargetRig().Command(cdb, expect: 255);
        task.SenseCode.Should().Be(0x52400);
        task.SenseData[15].Should().Be(flags);
        task.SenseData[17].Should().Be(field);
    }

    [Fact]
    public void Any_other_command_to_an_unmapped_LUN_ends_in_logical_unit_not_supported()
    {
        var rig = new TargetRig(new TestUnit("a"));
        foreach (byte code in new byte[] { 0x00, 0x28, 0x2A, 0x5E, 0x7F, 0xC1, 0xFF })
        {
            TestTask task = rig.Command([code, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], lun: 5);
            task.Status.Should().Be(ScsiStatus.CheckCondition);
            task.SenseCode.Should().Be(0x52500);
        }
    }

    [Fact]
    public void Request_sense_to_an_unmapped_LUN_succeeds_and_says_logical_unit_not_supported()
    {
        var rig = new TargetRig();
        TestTask fixedFormat = rig.Command(RequestSense, expect: 252);
        fixedFormat.Status.Should().Be(ScsiStatus.Good);
        Convert.ToHexStringLower(fixedFormat.DataIn).Should().Be("700005000000000a00000000250000000000");
        TestTask descriptors = rig.Command([0x03, 1, 0, 0, 252, 0], expect: 252);
        Convert.ToHexStringLower(descriptors.DataIn).Should().Be("7205250000000000");
    }

    [Fact]
    public void Report_luns_lists_the_view_whatever_LUN_it_is_sent_to()
    {
        TargetRig rig = new(new TestUnit("a"));
        rig.Router.Luns.Add(300, new TestUnit("b"));
        foreach (Lun lun in new[] { Lun.FromNumber(0), Lun.FromNumber(77), Lun.ReportLuns, new Lun(0xFFFF_FFFF_FFFF_FFFF) })
        {
            TestTask task = rig.CommandTo(lun, ReportLuns, expect: 256);
            task.Status.Should().Be(ScsiStatus.Good);
            Convert.ToHexStringLower(task.DataIn).Should().Be("0000001000000000" + "0000000000000000" + "412c000000000000");
        }
    }

    [Theory]
    [InlineData(1, "0000000800000000c101000000000000")]
    [InlineData(2, "00000010000000000000000000000000c101000000000000")]
    public void Report_luns_lists_the_well_known_unit_when_asked(byte select, string expected)
    {
        TestTask task = new TargetRig(new TestUnit("a")).Command([0xA0, 0, select, 0, 0, 0, 0, 0, 1, 0, 0, 0], expect: 256);
        Convert.ToHexStringLower(task.DataIn).Should().Be(expected);
    }

    [Fact]
    public void Report_luns_with_an_unknown_select_report_is_refused()
    {
        TestTask task = new TargetRig().Command([0xA0, 0, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0], expect: 256);
        task.SenseCode.Should().Be(0x52400);
        task.SenseData[17].Should().Be(2);
    }

    [Fact]
    public void Report_luns_is_cut_at_the_allocation_length()
    {
        TestTask task = new TargetRig(new TestUnit("a")).Command([0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0], expect: 256);
        Convert.ToHexStringLower(task.DataIn).Should().Be("00000008");
        task.Residual.Should().Be(4 - 256);
    }

    [Fact]
    public void The_well_known_unit_identifies_itself()
    {
        var rig = new TargetRig();
        rig.CommandTo(Lun.ReportLuns, Inquiry, expect: 255).DataIn[0].Should().Be(0x1E);
        rig.CommandTo(Lun.ReportLuns, TestUnitReady).Status.Should().Be(ScsiStatus.Good);
        Convert.ToHexStringLower(rig.CommandTo(Lun.ReportLuns, [0x12, 1, 0x83, 0, 255, 0], expect: 255).DataIn)
            .Should().Be("1e830014" + "0194000400000001" + "0193000820000000000000aa");
        rig.CommandTo(Lun.ReportLuns, [0x28, 0, 0, 0, 0, 0, 0, 0, 0, 0]).SenseCode.Should().Be(0x52000);
    }

    [Fact]
    public void A_full_task_set_answers_task_set_full()
    {
        var unit = new TestUnit("a", capacity: 2);
        TargetRig rig = new(unit);
        var tasks = Enumerable.Range(0, 3).Select(_ => rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), Inquiry, 0, dataIn: false)).ToList();
        tasks.ForEach(rig.Router.Dispatch);
        tasks[2].Status.Should().Be(ScsiStatus.TaskSetFull);
        unit.TaskSet.Count.Should().Be(2);
        unit.Release(unit.Held[0]);
        rig.Router.Dispatch(tasks[2].Prepare(rig.Nexus, Lun.FromNumber(0), Inquiry, 0, dataIn: false));
        unit.Held.Should().HaveCount(2);
    }

    [Fact]
    public void The_ACA_attribute_without_an_ACA_condition_is_an_invalid_message()
    {
        TargetRig rig = new(new TestUnit("a"));
        TestTask task = rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), TestUnitReady, 0, dataIn: false, attribute: TaskAttribute.Aca);
        rig.Router.Dispatch(task);
        task.SenseCode.Should().Be(0x54900);
    }

    [Fact]
    public void A_nexus_that_has_ended_sees_nothing()
    {
        TargetRig rig = new(new TestUnit("a"));
        rig.Router.EndNexus(rig.Nexus);
        rig.Command(TestUnitReady).SenseCode.Should().Be(0x52500);
        rig.Command(Inquiry, expect: 255).DataIn[0].Should().Be(0x7F);
        Convert.ToHexStringLower(rig.Command(ReportLuns, expect: 256).DataIn).Should().Be("0000000000000000");
    }

    [Fact]
    public void The_end_of_a_nexus_aborts_its_tasks_only()
    {
        var unit = new TestUnit("a");
        TargetRig rig = new(unit);
        ItNexus other = TargetRig.NewNexus("2000000000000002");
        rig.Router.BeginNexus(other);
        TestTask mine = rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), Inquiry, 0, dataIn: false);
        TestTask theirs = rig.NewTask().Prepare(other, Lun.FromNumber(0), Inquiry, 0, dataIn: false);
        rig.Router.Dispatch(mine);
        rig.Router.Dispatch(theirs);
        rig.Router.EndNexus(rig.Nexus);
        rig.Loop.RunAll();
        unit.Aborted.Should().Equal((mine, AbortReason.NexusLoss));
        mine.IsComplete.Should().BeTrue();
        theirs.IsComplete.Should().BeFalse();
    }
}
