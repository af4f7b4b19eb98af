// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>A SANITIZE ends the commands that are there, of every nexus, and touches the medium when they are over (SBC-4 4.11.2).</summary>
public sealed class SanitizeBeginTests : IDisposable
{
    private const int SanitizeInProgress = 0x2041B;

    private static readonly byte[] Erase = [0x48, 0x02, 0, 0, 0, 0, 0, 0, 0, 0], EraseImmediately = [0x48, 0x82, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly IoEngine _engine = new(workers: 1);
    private readonly RecordingStore _store = new(1 << 20);
    private readonly BlockDevice _disk, _memory = Disk.InMemory();
    private readonly TargetRig _rig;
    private readonly ItNexus _other = TargetRig.NewNexus("2000000000000002");

    public SanitizeBeginTests()
    {
        _disk = Disk.On(_store, _engine);
        _rig = new TargetRig(_disk, _memory) { LargestPiece = 4096 }.Ready();
        _rig.Router.BeginNexus(_other);
        for (int lun = 0; lun < 2; lun++) _rig.Command(new byte[6], lun: lun, nexus: _other);
    }

    public void Dispose()
    {
        _store.LetGo();
        _engine.Dispose();
        _disk.Dispose();
        _memory.Dispose();
    }

    private TestTask Begin(ItNexus nexus, int lun, byte[] cdb, uint expected = 0, byte[]? dataOut = null, TaskAttribute attribute = TaskAttribute.Simple)
    {
        TestTask task = _rig.NewTask().Prepare(
            nexus, Lun.FromNumber(lun), cdb, dataOut is null ? expected : (uint)dataOut.Length, dataIn: expected != 0, dataOut, dataOut is not null, attribute);
        _rig.Router.Dispatch(task);
        return task;
    }

    private static void Waits(BlockDevice disk) => disk.Background.Completion.GetAwaiter().GetResult();

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public void Commands_of_all_end_in_SANITIZE_IN_PROGRESS_those_that_wait_their_turn_too(int lun, bool immediately)
    {
        TestTask write = Begin(_other, lun, Disk.Cdb10(0x2A, 0, 100), dataOut: Disk.Pattern(51200));
        TestTask read = Begin(_rig.Nexus, lun, Disk.Cdb10(0x28, 0, 100), expected: 51200);
        TestTask ordered = Begin(_other, lun, new byte[6], attribute: TaskAttribute.Ordered);
        TestTask sanitize = Begin(_rig.Nexus, lun, immediately ? EraseImmediately : Erase, attribute: TaskAttribute.HeadOfQueue);
        _rig.Loop.RunUntilComplete(sanitize);
        foreach (TestTask task in (TestTask[])[write, read, ordered])
        {
            task.IsComplete.Should().BeTrue("the sanitize has waited for it");
            (task.Status, task.SenseCode, task.Completions).Should().Be((ScsiStatus.CheckCondition, SanitizeInProgress, 1));
            task.ReportsAbort.Should().BeTrue("the port sends it");
        }
        sanitize.Status.Should().Be(ScsiStatus.Good);
        Waits(lun == 0 ? _disk : _memory);
        _rig.Loop.RunAll();
        _rig.Command(Disk.Cdb10(0x28, 0, 100), 51200, lun: lun).DataIn.ToArray().Should().Equal(new byte[51200]);
        _engine.OutstandingBuffers.Should().Be(0);
    }

    [Fact]
    public void What_a_worker_is_writing_is_on_the_medium_before_the_first_block_is_erased()
    {
        _store.HoldUp();
        TestTask write = Begin(_other, 0, Disk.Cdb10(0x2A, 0, 8), dataOut: Disk.Pattern(4096));
        _rig.Loop.RunAll();
        TestTask sanitize = Begin(_rig.Nexus, 0, Erase);
        _rig.Loop.RunAll();
        sanitize.IsComplete.Should().BeFalse();
        _store.Log.Should().NotContain(line => line.StartsWith("discard"));
        _store.LetGo();
        _rig.Loop.RunUntilComplete(sanitize);
        write.SenseCode.Should().Be(SanitizeInProgress);
        _rig.Command(Disk.Cdb10(0x28, 0, 8), 4096).DataIn.ToArray().Should().Equal(new byte[4096]);
    }

    [Fact]
    public void Commands_that_a_sanitize_lets_pass_go_on_and_one_that_is_refused_ends_nobody()
    {
        TestTask inquiry = Begin(_other, 1, [0x12, 0, 0, 0, 36, 0], expected: 36), sense = Begin(_other, 1, [0x03, 0, 0, 0, 18, 0], expected: 18);
        TestTask read = Begin(_other, 1, Disk.Cdb10(0x28, 0, 8), expected: 4096);
        Begin(_rig.Nexus, 1, [0x48, 0x02, 0, 0, 0, 0, 0, 0, 1, 0]).SenseCode.Should().Be(0x52400, "it has a parameter list length");
        read.IsComplete.Should().BeFalse();
        _rig.Loop.RunUntilComplete(Begin(_rig.Nexus, 1, Erase));
        _rig.Loop.RunAll();
        read.SenseCode.Should().Be(SanitizeInProgress);
        inquiry.Status.Should().Be(ScsiStatus.Good);
        sense.Status.Should().Be(ScsiStatus.Good);
        _memory.TaskSet.Count.Should().Be(0);
    }

    [Fact]
    public void A_sanitize_that_is_aborted_while_it_waits_for_them_is_carried_out()
    {
        _store.HoldUp();
        TestTask write = Begin(_other, 0, Disk.Cdb10(0x2A, 0, 8), dataOut: Disk.Pattern(4096));
        _rig.Loop.RunAll();
        TestTask sanitize = Begin(_rig.Nexus, 0, Erase);
        sanitize.AbortHere(AbortReason.ByInitiator);
        _rig.Loop.RunAll();
        sanitize.IsComplete.Should().BeFalse("the write is not over");
        _store.LetGo();
        _rig.Loop.RunUntilComplete(sanitize);
        Waits(_disk);
        write.SenseCode.Should().Be(SanitizeInProgress);
        _rig.Command(Disk.Cdb10(0x28, 0, 8), 4096).DataIn.ToArray().Should().Equal(new byte[4096]);
    }
}
