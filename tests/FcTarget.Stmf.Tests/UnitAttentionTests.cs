// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Tests;

public sealed class UnitAttentionTests
{
    private static readonly byte[] TestUnitReady = new byte[6];
    private static readonly byte[] Inquiry = [0x12, 0, 0, 0, 255, 0];
    private static readonly byte[] RequestSense = [0x03, 0, 0, 0, 252, 0];
    private static readonly byte[] ReportLuns = [0xA0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];

    [Fact]
    public void The_first_session_of_a_pair_of_ports_begins_with_power_on_on_every_LUN()
    {
        TargetRig rig = new(new TestUnit("a"), new TestUnit("b"));
        rig.Command(TestUnitReady).SenseCode.Should().Be(0x62900);
        rig.Command(TestUnitReady, lun: 1).SenseCode.Should().Be(0x62900);
    }

    [Fact]
    public void A_later_session_begins_with_I_T_nexus_loss()
    {
        TargetRig rig = new(new TestUnit("a"));
        rig.Router.EndNexus(rig.Nexus);
        ItNexus again = TargetRig.NewNexus(rig.Nexus.InitiatorPortName);
        rig.Router.BeginNexus(again);
        rig.Command(TestUnitReady, nexus: again).SenseCode.Should().Be(0x62907);
    }

    [Fact]
    public void It_is_reported_once_and_does_not_hold_up_inquiry_and_report_luns()
    {
        var unit = new TestUnit("a");
        TargetRig rig = new(unit);
        rig.Command(ReportLuns, expect: 256).Status.Should().Be(ScsiStatus.Good);
        rig.Router.Dispatch(rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), Inquiry, 0, dataIn: false));
        unit.Held.Should().HaveCount(1);
        rig.Command(TestUnitReady).SenseCode.Should().Be(0x62900);
        rig.Router.Dispatch(rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), TestUnitReady, 0, dataIn: false));
        unit.Held.Should().HaveCount(2);
    }

    [Fact]
    public void Request_sense_returns_it_as_data_and_clears_it()
    {
        var unit = new TestUnit("a");
        TargetRig rig = new(unit);
        TestTask task = rig.Command(RequestSense, expect: 252);
        task.Status.Should().Be(ScsiStatus.Good);
        Convert.ToHexStringLower(task.DataIn).Should().Be("700006000000000a00000000290000000000");
        rig.Router.Dispatch(rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), TestUnitReady, 0, dataIn: false));
        unit.Held.Should().HaveCount(1);
    }

    [Fact]
    public void A_malformed_request_sense_clears_nothing()
    {
        TargetRig rig = new(new TestUnit("a"));
        rig.Command([0x03, 0x80, 0, 0, 252, 0], expect: 252).SenseCode.Should().Be(0x52400);
        rig.Command(TestUnitReady).SenseCode.Should().Be(0x62900);
    }

    [Fact]
    public void A_change_of_the_map_is_told_until_report_luns_shows_it()
    {
        var unit = new TestUnit("a");
        TargetRig rig = new(unit);
        rig.Command(TestUnitReady);
        rig.Router.Luns.Add(7, new TestUnit("b"));
        rig.Command(TestUnitReady).SenseCode.Should().Be(0x63F0E);
        rig.Router.Luns.Remove(7);
        rig.Command(ReportLuns, expect: 256);
        rig.Router.Dispatch(rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), TestUnitReady, 0, dataIn: false));
        unit.Held.Should().HaveCount(1);
    }

    [Fact]
    public void A_unit_that_is_unmapped_ends_its_tasks_and_says_that_it_is_gone()
    {
        var unit = new TestUnit("a");
        TargetRig rig = new(unit);
        TestTask task = rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), Inquiry, 0, dataIn: false);
        rig.Router.Dispatch(task);
        rig.Router.Luns.Remove(0).Should().BeTrue();
        rig.Router.Luns.Remove(0).Should().BeFalse();
        rig.Loop.RunAll();
        (task.Completions, task.Status, task.SenseCode, task.ReportsAbort).Should().Be((1, ScsiStatus.CheckCondition, 0x52500, true));
        rig.Command(TestUnitReady).SenseCode.Should().Be(0x52500);
    }

    [Fact]
    public void A_LUN_or_a_unit_is_mapped_once()
    {
        var unit = new TestUnit("a");
        var map = new LunMap();
        map.Add(0, unit);
        map.Invoking(m => m.Add(0, new TestUnit("b"))).Should().Throw<ArgumentException>().WithMessage("LUN 0 is taken by 'a'.*");
        map.Invoking(m => m.Add(1, unit)).Should().Throw<ArgumentException>().WithMessage("'a' is LUN 0 already.*");
        map.Invoking(m => m.Add(16384, new TestUnit("b"))).Should().Throw<ArgumentException>();
        map.FirstFree().Should().Be(1);
    }
}
