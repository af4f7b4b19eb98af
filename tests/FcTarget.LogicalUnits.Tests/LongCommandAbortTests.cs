// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;
using static FcTarget.LogicalUnits.Tests.ThirdPartyCopy;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Commands that take long, ended by others in every step they go through: nothing keeps running, and nothing is lost.</summary>
public sealed class LongCommandAbortTests : IDisposable
{
    private const int Size = 64 << 20;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"fctarget-{Guid.NewGuid():n}.img");
    private readonly LogicalUnitFactory _factory = new();
    private readonly BlockDevice[] _disks;
    private readonly TargetRig _rig;
    private readonly ItNexus _other = TargetRig.NewNexus("2000000000000002");

    public LongCommandAbortTests()
    {
        _disks =
        [
            _factory.Create(LuSpec.Parse("memory:64M,name=memory")), _factory.Create(LuSpec.Parse($"file:{_path},size=64M,name=file")),
            _factory.Create(LuSpec.Parse("memory:64M,pi=1,name=guarded")),
        ];
        _rig = new TargetRig(_disks) { LargestPiece = 100_000 }.Ready();
        _rig.Router.BeginNexus(_other);
    }

    public void Dispose()
    {
        _factory.Dispose();
        File.Delete(_path);
        File.Delete(_path + ".state");
    }

    public enum Ended
    {
        ByAbortTask,
        ByAbortTaskSet,
        ByClearTaskSet,
        ByLogicalUnitReset,
        ByTargetReset,
        ByNexusLoss,
    }

    private sealed class Request : TaskManagementRequest
    {
        public Request(ItNexus nexus, TaskManagementFunction function, int lun)
        {
            Nexus = nexus;
            Function = function;
            Lun = Lun.FromNumber(lun);
        }

        public int Done { get; private set; }

        protected override void PostDone() => Done++;
    }

    private (byte[] Cdb, byte[] Data) Make(string command, int lun)
    {
        byte[] copy = Lid1(1, [Cscd(_disks[0]), Cscd(_disks[1])], Segment((byte)(lun & 1), (byte)(1 - (lun & 1)), 32768, 0, 65536));
        return command switch
        {
            "EXTENDED COPY" => (Disk.Cdb16(0x83, 0, (uint)copy.Length), copy),
            "FORMAT UNIT" => ([0x04, 0, 0, 0, 0, 0], []),
            "FORMAT UNIT, IMMED" => ([0x04, 0x10, 0, 0, 0, 0], [0, 2, 0, 0]),
            "SANITIZE" => ([0x48, 0x02, 0, 0, 0, 0, 0, 0, 0, 0], []),
            "SANITIZE, OVERWRITE" => ([0x48, 0x01, 0, 0, 0, 0, 0, 0, 5, 0], [1, 0, 0, 1, 0x5A]),
            "VERIFY" => (Disk.Cdb16(0x8F, 0, Size / 512), []),
            "VERIFY, BYTCHK 11b" => (Disk.Cdb16(0x8F, 0, Size / 512, flags: 6), new byte[512]),
            "WRITE SAME" => (Disk.Cdb16(0x93, 0, 65535), Disk.Pattern(512)),
            "WRITE ATOMIC" => (Disk.Cdb16(0x9C, 0, 2048), Disk.Pattern(2048 * 512)),
            "COMPARE AND WRITE" => (Disk.Cdb16(0x89, 0, 255), new byte[2 * 255 * 512]),
            _ => throw new ArgumentException(command),
        };
    }

    [Theory]
    [InlineData("EXTENDED COPY")]
    [InlineData("FORMAT UNIT")]
    [InlineData("FORMAT UNIT, IMMED")]
    [InlineData("SANITIZE")]
    [InlineData("SANITIZE, OVERWRITE")]
    [InlineData("VERIFY")]
    [InlineData("VERIFY, BYTCHK 11b")]
    [InlineData("WRITE SAME")]
    [InlineData("WRITE ATOMIC")]
    [InlineData("COMPARE AND WRITE")]
    public void In_every_step_it_ends_once_and_the_unit_serves_on(string command)
    {
        for (int lun = 0; lun < _disks.Length; lun++)
            foreach (Ended how in Enum.GetValues<Ended>())
                foreach (int steps in (int[])[0, 1, 2, 3, 6]) Try(command, lun, how, steps);
    }

    private void Try(string command, int lun, Ended how, int steps)
    {
        (byte[] cdb, byte[] data) = Make(command, lun);
        TestTask task = _rig.NewTask().Prepare(
            _rig.Nexus, Lun.FromNumber(lun), cdb, (uint)data.Length, dataIn: false, data, hasDataOut: data.Length != 0);
        _rig.Router.Dispatch(task);
        for (int i = 0; i < steps; i++) _rig.Loop.RunOne();
        Request? request = End(task, lun, how);
        _rig.Loop.RunUntilComplete(task);
        _rig.Loop.RunAll();
        string what = $"{command} on LUN {lun}, {how} after {steps} steps";
        task.Completions.Should().Be(1, what);
        request?.Done.Should().Be(1, what);
        _disks[lun].TaskSet.Count.Should().Be(0, what);
        WorkEnds(_disks[lun]); // a format or a sanitize is carried through
        foreach (int each in (int[])[0, 1, 2]) _rig.Command(new byte[6], lun: each); // unit attentions
        _rig.Out(Disk.Cdb10(0x2A, 7, 1), Disk.Pattern(512), lun: lun).SenseCode.Should().Be(0, what);
        _rig.Command(Disk.Cdb10(0x28, 7, 1), expect: 512, lun: lun).DataIn.SequenceEqual(Disk.Pattern(512)).Should().BeTrue(what);
    }

    private Request? End(TestTask task, int lun, Ended how)
    {
        switch (how)
        {
            case Ended.ByAbortTask:
                if (!task.IsComplete) task.AbortHere(AbortReason.ByInitiator);
                return null;
            case Ended.ByNexusLoss:
                _rig.Router.EndNexus(_rig.Nexus);
                _rig.Router.BeginNexus(_rig.Nexus);
                return null;
            case Ended.ByAbortTaskSet:
                return Manage(TaskManagementFunction.AbortTaskSet, _rig.Nexus);
            case Ended.ByClearTaskSet:
                return Manage(TaskManagementFunction.ClearTaskSet, _other);
            case Ended.ByLogicalUnitReset:
                return Manage(TaskManagementFunction.LogicalUnitReset, _other);
            default:
                return Manage(TaskManagementFunction.TargetReset, _other);
        }

        Request Manage(TaskManagementFunction function, ItNexus nexus)
        {
            var request = new Request(nexus, function, lun);
            _rig.Router.Manage(request);
            return request;
        }
    }

    private static void WorkEnds(BlockDevice disk) => disk.Background.Completion.GetAwaiter().GetResult();
}
