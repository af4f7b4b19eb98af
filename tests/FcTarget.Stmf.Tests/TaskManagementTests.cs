// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Tests;

public sealed class TaskManagementTests
{
    private static readonly byte[] TestUnitReady = new byte[6];
    private static readonly byte[] Inquiry = [0x12, 0, 0, 0, 255, 0];

    private readonly TestUnit _unit = new("a");
    private readonly TestUnit _second = new("b");
    private readonly TargetRig _rig;
    private readonly ItNexus _other = TargetRig.NewNexus("2000000000000002");

    public TaskManagementTests()
    {
        _rig = new TargetRig(_unit, _second);
        _rig.Router.BeginNexus(_other);
        foreach (ItNexus nexus in new[] { _rig.Nexus, _other })
            for (int lun = 0; lun < 2; lun++) _rig.Command(TestUnitReady, lun: lun, nexus: nexus);
    }

    private sealed class Request : TaskManagementRequest
    {
        public Request(ItNexus nexus, TaskManagementFunction function, Lun lun)
        {
            Nexus = nexus;
            Function = function;
            Lun = lun;
        }

        public int Done { get; private set; }

        protected internal override void PostDone() => Done++;
    }

    private Request Manage(TaskManagementFunction function, int lun = 0, ItNexus? nexus = null)
    {
        var request = new Request(nexus ?? _rig.Nexus, function, Lun.FromNumber(lun));
        _rig.Router.Manage(request);
        return request;
    }

    private TestTask Hold(ItNexus nexus, int lun = 0)
    {
        TestTask task = _rig.NewTask().Prepare(nexus, Lun.FromNumber(lun), Inquiry, 0, dataIn: false);
        _rig.Router.Dispatch(task);
        return task;
    }

    [Fact]
    public void Abort_task_set_ends_the_tasks_of_its_own_nexus_and_then_is_done()
    {
        TestTask mine = Hold(_rig.Nexus), mineToo = Hold(_rig.Nexus), theirs = Hold(_other), elsewhere = Hold(_rig.Nexus, lun: 1);
        Request request = Manage(TaskManagementFunction.AbortTaskSet);
        request.Done.Should().Be(0);
        _rig.Loop.RunAll();
        request.Done.Should().Be(1);
        request.Response.Should().Be(TaskManagementResponse.FunctionComplete);
        new[] { mine, mineToo, theirs, elsewhere }.Select(t => t.IsComplete).Should().Equal(true, true, false, false);
        _unit.Aborted.Select(a => a.Reason).Should().AllBeEquivalentTo(AbortReason.AbortTaskSet);
        Hold(_other).SenseCode.Should().Be(0, "no unit attention comes of ABORT TASK SET");
    }

    [Fact]
    public void It_is_not_done_while_a_task_is_still_being_worked_on()
    {
        _unit.CompletesAborted = false;
        TestTask task = Hold(_rig.Nexus);
        Request request = Manage(TaskManagementFunction.AbortTaskSet);
        _rig.Loop.RunAll();
        task.IsAborted.Should().BeTrue();
        request.Done.Should().Be(0);
        _unit.Release(task);
        request.Done.Should().Be(1);
    }

    [Fact]
    public void Two_functions_may_wait_for_the_same_task()
    {
        _unit.CompletesAborted = false;
        TestTask task = Hold(_rig.Nexus);
        Request first = Manage(TaskManagementFunction.AbortTaskSet);
        Request second = Manage(TaskManagementFunction.LogicalUnitReset, nexus: _other);
        _rig.Loop.RunAll();
        (first.Done + second.Done).Should().Be(0);
        _unit.Aborted.Should().HaveCount(1, "a task is aborted once");
        _unit.Release(task);
        (first.Done, second.Done).Should().Be((1, 1));
    }

    [Fact]
    public void Tasks_that_come_later_are_not_waited_for()
    {
        _unit.CompletesAborted = false;
        TestTask task = Hold(_rig.Nexus);
        Request request = Manage(TaskManagementFunction.AbortTaskSet);
        TestTask later = Hold(_rig.Nexus);
        _unit.Release(later);
        request.Done.Should().Be(0);
        TestTask stays = Hold(_rig.Nexus);
        _rig.Loop.RunAll();
        _unit.Release(task);
        request.Done.Should().Be(1);
        stays.IsAborted.Should().BeFalse();
    }

    [Fact]
    public void Without_tasks_a_function_is_done_at_once()
    {
        Manage(TaskManagementFunction.AbortTaskSet).Done.Should().Be(1);
        Manage(TaskManagementFunction.ClearTaskSet).Done.Should().Be(1);
        Manage(TaskManagementFunction.ClearAca).Done.Should().Be(1);
    }

    [Fact]
    public void Clear_task_set_ends_all_tasks_and_tells_the_others_who_lost_some()
    {
        ItNexus idle = TargetRig.NewNexus("2000000000000003");
        _rig.Router.BeginNexus(idle);
        _rig.Command(TestUnitReady, nexus: idle);
        TestTask mine = Hold(_rig.Nexus), theirs = Hold(_other);
        Request request = Manage(TaskManagementFunction.ClearTaskSet);
        _rig.Loop.RunAll();
        request.Done.Should().Be(1);
        (mine.IsComplete, theirs.IsComplete).Should().Be((true, true));
        _rig.Command(TestUnitReady, nexus: _other).SenseCode.Should().Be(0x62F00);
        Hold(_rig.Nexus).IsComplete.Should().BeFalse();
        Hold(idle).IsComplete.Should().BeFalse();
    }

    [Fact]
    public void Logical_unit_reset_ends_all_tasks_and_every_nexus_hears_of_it()
    {
        TestTask mine = Hold(_rig.Nexus), theirs = Hold(_other), elsewhere = Hold(_other, lun: 1);
        Request request = Manage(TaskManagementFunction.LogicalUnitReset);
        _rig.Loop.RunAll();
        request.Done.Should().Be(1);
        new[] { mine, theirs, elsewhere }.Select(t => t.IsComplete).Should().Equal(true, true, false);
        _rig.Command(TestUnitReady).SenseCode.Should().Be(0x62903);
        _rig.Command(TestUnitReady, nexus: _other).SenseCode.Should().Be(0x62903);
        Hold(_other, lun: 1).IsComplete.Should().BeFalse();
    }

    [Fact]
    public void Target_reset_resets_every_unit()
    {
        TestTask mine = Hold(_rig.Nexus), theirs = Hold(_other, lun: 1);
        Request request = Manage(TaskManagementFunction.TargetReset);
        _rig.Loop.RunAll();
        request.Done.Should().Be(1);
        (mine.IsComplete, theirs.IsComplete).Should().Be((true, true));
        _rig.Command(TestUnitReady, lun: 1).SenseCode.Should().Be(0x62903);
        _unit.Aborted.Concat(_second.Aborted).Select(a => a.Reason).Should().AllBeEquivalentTo(AbortReason.TargetReset);
    }

    [Fact]
    public void Query_task_set_succeeds_when_the_nexus_has_tasks()
    {
        Hold(_other);
        Manage(TaskManagementFunction.QueryTaskSet).Response.Should().Be(TaskManagementResponse.FunctionComplete);
        Manage(TaskManagementFunction.QueryTaskSet, nexus: _other).Response.Should().Be(TaskManagementResponse.FunctionSucceeded);
    }

    [Fact]
    public void Query_asynchronous_event_succeeds_when_a_unit_attention_is_pending()
    {
        var none = Manage(TaskManagementFunction.QueryAsynchronousEvent);
        (none.Response, none.AdditionalResponse).Should().Be((TaskManagementResponse.FunctionComplete, 0u));
        Manage(TaskManagementFunction.LogicalUnitReset, nexus: _other);
        var one = Manage(TaskManagementFunction.QueryAsynchronousEvent);
        (one.Response, one.AdditionalResponse).Should().Be((TaskManagementResponse.FunctionSucceeded, 0x162903u)); // UADE DEPTH 01b, UNIT ATTENTION
        Hold(_other);
        Manage(TaskManagementFunction.ClearTaskSet);
        Manage(TaskManagementFunction.QueryAsynchronousEvent, nexus: _other).AdditionalResponse.Should().Be(0x262903u, "there are two, and it does not take them");
        Manage(TaskManagementFunction.QueryAsynchronousEvent, nexus: _other).AdditionalResponse.Should().Be(0x262903u);
    }

    [Theory]
    [InlineData(TaskManagementFunction.AbortTaskSet)]
    [InlineData(TaskManagementFunction.ClearTaskSet)]
    [InlineData(TaskManagementFunction.LogicalUnitReset)]
    [InlineData(TaskManagementFunction.ClearAca)]
    [InlineData(TaskManagementFunction.QueryTaskSet)]
    [InlineData(TaskManagementFunction.QueryAsynchronousEvent)]
    public void A_function_for_an_unmapped_LUN_has_an_incorrect_logical_unit_number(TaskManagementFunction function)
    {
        Request request = Manage(function, lun: 9);
        request.Done.Should().Be(1);
        request.Response.Should().Be(TaskManagementResponse.IncorrectLogicalUnitNumber);
    }

    [Fact]
    public void An_unknown_function_is_rejected() =>
        Manage((TaskManagementFunction)99).Response.Should().Be(TaskManagementResponse.FunctionRejected);

    [Fact]
    public void An_abort_that_comes_after_the_task_does_not_hit_the_next_command_of_the_same_object()
    {
        TestTask task = Hold(_rig.Nexus);
        task.RequestAbort(AbortReason.ByInitiator);
        _unit.Release(task);
        _rig.Router.Dispatch(task.Prepare(_rig.Nexus, Lun.FromNumber(0), Inquiry, 0, dataIn: false));
        _rig.Loop.RunAll();
        task.IsAborted.Should().BeFalse();
        _unit.Held.Should().Equal(task);
    }
}
