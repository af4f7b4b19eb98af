// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Tests;

public sealed class TaskSetTests
{
    private static readonly byte[] Inquiry = [0x12, 0, 0, 0, 255, 0];

    private sealed class Request : TaskManagementRequest
    {
        private int _done;

        public Request(ItNexus nexus)
        {
            Nexus = nexus;
            Function = TaskManagementFunction.AbortTaskSet;
            Lun = Lun.FromNumber(0);
        }

        public int Done => Volatile.Read(ref _done);

        protected internal override void PostDone() => Interlocked.Increment(ref _done);
    }

    /// <summary>Completes each command at once, on the loop of its task: no list that threads would share.</summary>
    private sealed class PromptUnit : ILogicalUnit
    {
        public LogicalUnitIdentity Identity { get; } = new("a", 1, "a");

        public TaskSet TaskSet { get; } = new();

        public void Execute(ScsiTask task) => task.PostContinue();

        public void Continue(ScsiTask task) => task.Complete(ScsiStatus.Good);

        public void Abort(ScsiTask task, AbortReason reason) { } // it comes back through Continue
    }

    [Fact]
    public void Several_loops_and_task_management_share_a_set()
    {
        var unit = new PromptUnit();
        var router = new TaskRouter();
        router.Luns.Add(0, unit);
        Parallel.For(0, 4, worker =>
        {
            ItNexus nexus = TargetRig.NewNexus($"200000000000000{worker}");
            router.BeginNexus(nexus);
            var loop = new TestLoop();
            TestTask[] tasks = [.. Enumerable.Range(0, 8).Select(i => new TestTask(loop, i))];
            for (int round = 0; round < 2000; round++)
            {
                foreach (TestTask task in tasks) router.Dispatch(task.Prepare(nexus, Lun.FromNumber(0), Inquiry, 0, dataIn: false));
                var request = new Request(nexus);
                if (round % 3 == 0) router.Manage(request);
                loop.RunAll();
                tasks.Should().OnlyContain(t => t.Completions == 1);
                if (round % 3 == 0) request.Done.Should().Be(1);
            }
            router.EndNexus(nexus);
        });
        unit.TaskSet.Count.Should().Be(0);
    }

    [Fact]
    public void Dispatch_and_completion_allocate_nothing()
    {
        var unit = new PromptUnit();
        TargetRig rig = new(unit);
        rig.Command(new byte[6]);
        TestTask task = rig.NewTask();
        for (int i = 0; i < 10; i++) rig.Run(task.Prepare(rig.Nexus, Lun.FromNumber(0), Inquiry, 0, dataIn: false));
        Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) rig.Run(task.Prepare(rig.Nexus, Lun.FromNumber(0), Inquiry, 0, dataIn: false));
        }).Should().Be(0);
    }
}
