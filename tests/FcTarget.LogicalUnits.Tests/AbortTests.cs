// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Tests;

public sealed class AbortTests : IDisposable
{
    private readonly IoEngine _engine = new(workers: 1, smallBuffers: 1, largeBuffers: 1);
    private readonly RecordingStore _store = new(1 << 20);
    private readonly BlockDevice _disk;
    private readonly TargetRig _rig;

    public AbortTests()
    {
        _disk = Disk.On(_store, _engine);
        _rig = new TargetRig(_disk) { LargestPiece = 200_000 }.Ready();
    }

    public void Dispose()
    {
        _store.LetGo();
        _engine.Dispose();
        _disk.Dispose();
    }

    public static TheoryData<byte[], int> Commands() => new()
    {
        { Disk.Cdb10(0x28, 0, 1000), 0 },
        { Disk.Cdb10(0x2A, 0, 1000), 512_000 },
        { Disk.Cdb10(0x2A, 0, 1000, flags: 8), 512_000 },
        { Disk.Cdb10(0x2F, 0, 500, flags: 2), 256_000 },
        { Disk.Cdb10(0x41, 0, 8), 512 },
        { Disk.UnmapCdb(24), 24 },
        { Disk.Cdb10(0x35, 0, 0), 0 },
        { [0x12, 0, 0, 0, 255, 0], 0 },
        { [0xA0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], 0 },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void An_abort_after_any_number_of_steps_ends_the_task_once_and_frees_its_buffer(byte[] cdb, int dataOut)
    {
        using BlockDevice memory = Disk.InMemory();
        TargetRig[] rigs = [_rig, new TargetRig(memory) { LargestPiece = 200_000 }.Ready()];
        foreach (TargetRig rig in rigs)
        {
            TestTask task = rig.NewTask();
            for (int steps = 0; steps < 16; steps++)
            {
                task.Prepare(rig.Nexus, Lun.FromNumber(0), cdb, dataOut == 0 ? 512_000u : (uint)dataOut, dataIn: dataOut == 0, new byte[dataOut], hasDataOut: dataOut != 0);
                rig.Router.Dispatch(task);
                for (int i = 0; i < steps; i++) rig.Loop.RunOne();
                task.AbortHere(AbortReason.ByInitiator);
                rig.Loop.RunUntilComplete(task);
                rig.Loop.RunAll();
                task.Completions.Should().Be(1);
                rig.Router.Luns.Entries[0].Unit.TaskSet.Count.Should().Be(0);
                _engine.OutstandingBuffers.Should().Be(0);
            }
        }
    }

    [Fact]
    public void A_task_that_waits_for_a_buffer_ends_at_once()
    {
        TestTask holder = Read(), waiting = Read(), next = Read();
        waiting.RequestAbort(AbortReason.ByInitiator);
        _rig.Loop.RunUntilComplete(waiting);
        holder.IsComplete.Should().BeFalse("its data has not been moved");
        _rig.Loop.RunUntilComplete(holder);
        _rig.Loop.RunUntilComplete(next);
        next.Status.Should().Be(ScsiStatus.Good);
        _engine.OutstandingBuffers.Should().Be(0);
    }

    [Fact]
    public void A_task_whose_buffer_is_on_the_way_ends_when_it_comes()
    {
        TestTask holder = Read(), waiting = Read();
        while (!holder.IsComplete) RunOneWhenThere();
        waiting.AbortHere(AbortReason.ByInitiator);
        waiting.IsComplete.Should().BeFalse();
        _rig.Loop.RunUntilComplete(waiting);
        _engine.OutstandingBuffers.Should().Be(0);
    }

    [Fact]
    public void A_task_that_a_worker_has_ends_when_the_worker_is_done()
    {
        _store.HoldUp();
        TestTask task = Read();
        _rig.Loop.RunAll();
        task.AbortHere(AbortReason.LogicalUnitReset);
        task.IsComplete.Should().BeFalse();
        _store.LetGo();
        _rig.Loop.RunUntilComplete(task);
        task.Transferred.Should().Be(0);
        task.Completions.Should().Be(1);
        _engine.OutstandingBuffers.Should().Be(0);
    }

    private TestTask Read()
    {
        TestTask task = _rig.NewTask().Prepare(_rig.Nexus, Lun.FromNumber(0), Disk.Cdb10(0x28, 0, 1), 512, dataIn: true);
        _rig.Router.Dispatch(task);
        return task;
    }

    private void RunOneWhenThere() => SpinWait.SpinUntil(_rig.Loop.RunOne, TimeSpan.FromSeconds(10)).Should().BeTrue();
}
