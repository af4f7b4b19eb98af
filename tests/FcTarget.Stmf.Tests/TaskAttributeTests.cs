// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Tests;

/// <summary>SAM-5 8.6 (task attributes), 5.9 (ACA), 5.3.1 (TASK ABORTED).</summary>
public sealed class TaskAttributeTests
{
    private static readonly byte[] Read = [0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0], ReadNaca = [0x28, 0, 0, 0, 0, 0, 0, 0, 1, Cdb.Naca];

    private readonly TestUnit _unit = new("u");
    private readonly TargetRig _rig;
    private readonly ItNexus _other = TargetRig.NewNexus("2000000000000002");

    public TaskAttributeTests()
    {
        _rig = new TargetRig(_unit);
        _rig.Router.BeginNexus(_other);
        _rig.Ready();
        Send(nexus: _other).SenseCode.Should().Be(0x62900);
    }

    private TestTask Send(TaskAttribute attribute = TaskAttribute.Simple, ItNexus? nexus = null, byte[]? cdb = null)
    {
        TestTask task = _rig.NewTask().Prepare(nexus ?? _rig.Nexus, Lun.FromNumber(0), cdb ?? Read, 0, dataIn: false, attribute: attribute);
        _rig.Router.Dispatch(task);
        _rig.Loop.RunAll();
        return task;
    }

    private void End(TestTask task)
    {
        _unit.Release(task);
        _rig.Loop.RunAll();
    }

    private void Fail(TestTask task)
    {
        _unit.Held.Remove(task);
        task.CompleteCheckCondition(Sense.InvalidFieldInCdb);
        _rig.Loop.RunAll();
    }

    private TaskManagementResponse Manage(TaskManagementFunction function, ItNexus? nexus = null)
    {
        Request request = new(nexus ?? _rig.Nexus, function);
        _rig.Router.Manage(request);
        _rig.Loop.RunAll();
        request.IsDone.Should().BeTrue();
        return request.Response;
    }

    [Fact]
    public void SIMPLE_tasks_run_side_by_side()
    {
        TestTask a = Send(), b = Send(nexus: _other);
        _unit.Held.Should().Equal(a, b);
    }

    [Fact]
    public void An_ORDERED_task_waits_for_all_older_ones_and_holds_all_younger_ones_of_any_nexus()
    {
        TestTask a = Send(), b = Send(), ordered = Send(TaskAttribute.Ordered, _other), c = Send(), d = Send(TaskAttribute.Ordered), e = Send();
        _unit.Held.Should().Equal(a, b);
        End(b);
        _unit.Held.Should().Equal(a);
        End(a);
        _unit.Held.Should().Equal(ordered);
        End(ordered);
        _unit.Held.Should().Equal(c);
        End(c);
        _unit.Held.Should().Equal(d);
        End(d);
        _unit.Held.Should().Equal(e);
    }

    [Fact]
    public void A_HEAD_OF_QUEUE_task_waits_for_nobody_and_SIMPLE_and_ORDERED_wait_for_it()
    {
        TestTask a = Send(), ordered = Send(TaskAttribute.Ordered), head = Send(TaskAttribute.HeadOfQueue), second = Send(TaskAttribute.HeadOfQueue), b = Send();
        _unit.Held.Should().Equal(a, head, second);
        End(a);
        _unit.Held.Should().Equal(head, second);
        End(head);
        End(second);
        _unit.Held.Should().Equal(ordered);
        End(ordered);
        _unit.Held.Should().Equal(b);
    }

    [Fact]
    public void A_dormant_task_that_is_aborted_never_reaches_the_unit()
    {
        TestTask a = Send(), ordered = Send(TaskAttribute.Ordered), b = Send();
        ordered.AbortHere(AbortReason.ByInitiator);
        ordered.Completions.Should().Be(1);
        _rig.Loop.RunAll();
        _unit.Held.Should().Equal(a, b);
        _unit.Aborted.Should().BeEmpty();
        End(a);
        End(b);
        _unit.TaskSet.Count.Should().Be(0);
    }

    [Fact]
    public void A_task_aborted_between_its_release_and_its_turn_ends_once_and_unseen()
    {
        TestTask a = Send(), ordered = Send(TaskAttribute.Ordered);
        _unit.Release(a); // posts the release; the loop has not run it
        ordered.AbortHere(AbortReason.ByInitiator);
        ordered.Completions.Should().Be(0, "its Continue is on the way");
        _rig.Loop.RunAll();
        ordered.Completions.Should().Be(1);
        ordered.Status.Should().Be(ScsiStatus.TaskAborted);
        _unit.Held.Should().BeEmpty();
    }

    [Fact]
    public void A_dormant_task_meets_the_unit_attention_when_its_turn_comes()
    {
        TestTask a = Send(), ordered = Send(TaskAttribute.Ordered);
        _rig.Router.Luns.Add(7, new TestUnit("new"));
        End(a);
        ordered.SenseCode.Should().Be(0x63F0E);
    }

    [Fact]
    public void Random_attributes_never_break_the_order_and_every_task_ends()
    {
        Random random = new(11);
        List<TestTask> all = [], ended = [];
        for (int i = 0; i < 4000; i++)
        {
            if (random.Next(2) == 0 || _unit.Held.Count == 0)
            {
                all.Add(Send((TaskAttribute)random.Next(3), random.Next(2) == 0 ? null : _other));
            }
            else
            {
                var next = (TestTask)_unit.Held[random.Next(_unit.Held.Count)];
                ended.Add(next);
                End(next);
            }
            foreach (TestTask running in _unit.Held.Cast<TestTask>().Where(t => t.Attribute != TaskAttribute.HeadOfQueue))
            {
                int at = all.IndexOf(running);
                all.Take(at).Where(older => !older.IsComplete)
                    .Should().NotContain(older => running.Attribute == TaskAttribute.Ordered || older.Attribute == TaskAttribute.Ordered);
            }
        }
        while (_unit.Held.Count > 0) End((TestTask)_unit.Held[0]);
        all.Should().OnlyContain(task => task.Completions == 1);
        ended.Count.Should().BeGreaterThan(1000);
    }

    // ---- ACA ------------------------------------------------------------------------------------------------------

    [Fact]
    public void CHECK_CONDITION_with_NACA_establishes_ACA_and_everybody_else_is_told()
    {
        TestTask running = Send(), failing = Send(cdb: ReadNaca), waiting = Send(TaskAttribute.Ordered);
        Fail(failing);
        Send().Status.Should().Be(ScsiStatus.AcaActive);
        Send(nexus: _other).Status.Should().Be(ScsiStatus.AcaActive);
        Send(TaskAttribute.Aca, _other).Status.Should().Be(ScsiStatus.AcaActive);
        TestTask aca = Send(TaskAttribute.Aca);
        Send(TaskAttribute.Aca).Status.Should().Be(ScsiStatus.AcaActive, "one ACA task at a time");
        _unit.Held.Should().Equal(running, aca);
        End(aca);
        End(running);
        _unit.Held.Should().BeEmpty("dormant tasks stay so while ACA is in effect");
        Manage(TaskManagementFunction.ClearAca).Should().Be(TaskManagementResponse.FunctionComplete);
        _unit.Held.Should().Equal(waiting);
    }

    [Fact]
    public void CLEAR_ACA_of_another_nexus_clears_nothing()
    {
        Fail(Send(cdb: ReadNaca));
        Manage(TaskManagementFunction.ClearAca, _other).Should().Be(TaskManagementResponse.FunctionComplete);
        Send().Status.Should().Be(ScsiStatus.AcaActive);
    }

    [Fact]
    public void LOGICAL_UNIT_RESET_and_the_loss_of_the_nexus_clear_ACA()
    {
        Fail(Send(cdb: ReadNaca));
        Manage(TaskManagementFunction.LogicalUnitReset, _other);
        Send().SenseCode.Should().Be(0x62903);
        Fail(Send(cdb: ReadNaca));
        _rig.Router.EndNexus(_rig.Nexus);
        Send(nexus: _other).SenseCode.Should().Be(0x62903);
        _unit.Held.Should().Equal(Send(nexus: _other));
    }

    [Fact]
    public void CHECK_CONDITION_without_NACA_establishes_nothing()
    {
        Fail(Send());
        _unit.Held.Should().Equal(Send());
    }

    [Fact]
    public void An_ACA_task_without_ACA_is_an_invalid_message() => Send(TaskAttribute.Aca).SenseCode.Should().Be(0x54900);

    // ---- TAS ------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_TAS_the_tasks_that_another_nexus_aborts_are_reported_its_own_are_not(bool tas)
    {
        _unit.TaskSet.ReportsAborts = tas;
        TestTask mine = Send(), others = Send(nexus: _other);
        Manage(TaskManagementFunction.ClearTaskSet);
        others.IsAborted.Should().BeTrue();
        others.Status.Should().Be(ScsiStatus.TaskAborted);
        others.ReportsAbort.Should().Be(tas);
        mine.ReportsAbort.Should().BeFalse();
    }

    private sealed class Request : TaskManagementRequest
    {
        public Request(ItNexus nexus, TaskManagementFunction function)
        {
            Nexus = nexus;
            Function = function;
            Lun = Lun.FromNumber(0);
        }

        public bool IsDone { get; private set; }

        protected internal override void PostDone() => IsDone = true;
    }
}
