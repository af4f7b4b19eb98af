// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>FORMAT UNIT and SANITIZE while they last, and when they fail.</summary>
public sealed class MediumWorkTests : IDisposable
{
    private const int FormatInProgress = 0x20404, SanitizeInProgress = 0x2041B, FormatCorrupted = 0x33100, FormatFailed = 0x33101, SanitizeFailed = 0x33103;

    private static readonly byte[] FormatImmediately = [0x04, 0x10, 0, 0, 0, 0], Immed = [0, 0x02, 0, 0];
    private static readonly byte[] EraseImmediately = [0x48, 0x82, 0, 0, 0, 0, 0, 0, 0, 0], Erase = [0x48, 0x02, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] EraseUnrestricted = [0x48, 0xA2, 0, 0, 0, 0, 0, 0, 0, 0], ExitFailureMode = [0x48, 0x1F, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly IoEngine _engine = new(workers: 1);
    private readonly RecordingStore _store = new(64 << 20); // four pieces
    private readonly BlockDevice _disk;
    private readonly TargetRig _rig;

    public MediumWorkTests()
    {
        _disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity }, _store, _engine);
        _rig = new TargetRig(_disk).Ready();
    }

    public void Dispose()
    {
        _store.LetGo();
        _engine.Dispose();
        _disk.Dispose();
    }

    private void Waits() => _disk.Background.Completion.GetAwaiter().GetResult();

    private int Ready() => _rig.Command(new byte[6]).SenseCode;

    private int RequestedSense(out int progress)
    {
        byte[] sense = _rig.Command([3, 0, 0, 0, 18, 0], expect: 18).DataIn.ToArray();
        progress = (sense[15] & 0x80) != 0 ? (sense[16] << 8) | sense[17] : -1;
        return ((sense[2] & 0xF) << 16) | (sense[12] << 8) | sense[13];
    }

    [Theory]
    [InlineData(true, FormatInProgress)]
    [InlineData(false, SanitizeInProgress)]
    public void With_IMMED_the_status_comes_at_once_and_others_hear_how_far_it_is(bool format, int inProgress)
    {
        _store.HoldUp();
        if (format) _rig.Out(FormatImmediately, Immed).Status.Should().Be(ScsiStatus.Good);
        else _rig.Command(EraseImmediately).Status.Should().Be(ScsiStatus.Good);
        Ready().Should().Be(inProgress);
        RequestedSense(out int progress).Should().Be(inProgress);
        progress.Should().BeInRange(0, 0xFFFF / 4, "the first of four pieces is held up");
        _rig.Command(Disk.Cdb10(0x28, 0, 1), expect: 512).SenseCode.Should().Be(inProgress);
        _rig.Command([0x1A, 0, 0x3F, 0, 255, 0], expect: 255).SenseCode.Should().Be(inProgress, "MODE SENSE waits too");
        _rig.Command(Erase).SenseCode.Should().Be(inProgress);
        _rig.Command([0x12, 0, 0, 0, 36, 0], expect: 36).Status.Should().Be(ScsiStatus.Good);
        _rig.Command([0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0], expect: 16).Status.Should().Be(ScsiStatus.Good);
        _store.LetGo();
        Waits();
        Ready().Should().Be(0);
        RequestedSense(out _).Should().Be(0);
    }

    [Fact]
    public void An_aborted_format_goes_on_to_its_end()
    {
        _store.HoldUp();
        TestTask format = _rig.NewTask().Prepare(_rig.Nexus, Lun.FromNumber(0), [4, 0, 0, 0, 0, 0], 0, dataIn: false);
        _rig.Router.Dispatch(format);
        format.AbortHere(AbortReason.ByInitiator);
        _store.LetGo();
        _rig.Loop.RunUntilComplete(format);
        Waits();
        Ready().Should().Be(0);
        _store.Log.Count(line => line.StartsWith("discard")).Should().BeGreaterThanOrEqualTo(4, "all four pieces");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_format_that_failed_the_medium_is_corrupt_until_it_is_formatted(bool immediately)
    {
        _store.WriteResult = StoreResult.WriteFailed;
        if (immediately) _rig.Out(FormatImmediately, Immed).Status.Should().Be(ScsiStatus.Good);
        else _rig.Command([4, 0, 0, 0, 0, 0]).SenseCode.Should().Be(FormatFailed);
        Waits();
        _store.WriteResult = StoreResult.Ok;
        Ready().Should().Be(FormatCorrupted);
        _rig.Command(Disk.Cdb10(0x28, 0, 1), expect: 512).SenseCode.Should().Be(FormatCorrupted);
        _rig.Command(ExitFailureMode).Status.Should().Be(ScsiStatus.Good, "no SANITIZE has failed");
        Ready().Should().Be(FormatCorrupted);
        _rig.Command([0x1A, 0, 0x08, 0, 255, 0], expect: 255).Status.Should().Be(ScsiStatus.Good);
        _rig.Command([4, 0, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        Ready().Should().Be(0);
    }

    [Fact]
    public void A_restricted_sanitize_that_failed_is_made_good_by_another_one_only()
    {
        _store.WriteResult = StoreResult.WriteFailed;
        _rig.Command(EraseImmediately).Status.Should().Be(ScsiStatus.Good);
        Waits();
        _store.WriteResult = StoreResult.Ok;
        Ready().Should().Be(SanitizeFailed);
        RequestedSense(out _).Should().Be(SanitizeFailed);
        _rig.Command([4, 0, 0, 0, 0, 0]).SenseCode.Should().Be(SanitizeFailed);
        _rig.Command(ExitFailureMode).SenseCode.Should().Be(0x52400);
        _rig.Command(EraseUnrestricted).SenseCode.Should().Be(0x52400);
        _rig.Command(Erase).Status.Should().Be(ScsiStatus.Good);
        Ready().Should().Be(0);
    }

    [Fact]
    public void An_unrestricted_sanitize_that_failed_can_be_left()
    {
        _store.WriteResult = StoreResult.WriteFailed;
        _rig.Command([0x48, 0x22, 0, 0, 0, 0, 0, 0, 0, 0]).SenseCode.Should().Be(SanitizeFailed);
        _store.WriteResult = StoreResult.Ok;
        Ready().Should().Be(SanitizeFailed);
        _rig.Command(ExitFailureMode).Status.Should().Be(ScsiStatus.Good);
        Ready().Should().Be(0);
    }

    [Fact]
    public void A_unit_can_be_closed_while_it_is_formatted()
    {
        using var engine = new IoEngine(workers: 1);
        var disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity }, new MemoryStore(64L << 30), engine);
        new TargetRig(disk).Ready().Out(FormatImmediately, Immed).Status.Should().Be(ScsiStatus.Good);
        disk.Dispose();
        disk.Background.Completion.IsCompleted.Should().BeTrue();
    }

    [Theory]
    [InlineData(0x80, 0, 1)]
    [InlineData(0xC0, 0, 2)]
    [InlineData(0xC0, 1, 3)]
    [InlineData(0x00, 0, 0)]
    public void Format_changes_the_protection_type_and_says_so(byte information, byte usage, int type)
    {
        using BlockDevice disk = Disk.Protected(_engine, type: type == 1 ? 3 : 1);
        TargetRig rig = new TargetRig(disk).Ready();
        ItNexus other = TargetRig.NewNexus("2000000000000002");
        rig.Router.BeginNexus(other);
        rig.Command(new byte[6], nexus: other);
        rig.Out(Disk.Cdb10(0x2A, 0, 1), Disk.Pattern(512)).Status.Should().Be(ScsiStatus.Good);
        rig.Out([0x04, (byte)(information | 0x10), 0, 0, 0, 0], (byte[])[usage, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        disk.ProtectionType.Should().Be(type);
        rig.Command(new byte[6], nexus: other).SenseCode.Should().Be(0x62A09, "CAPACITY DATA HAS CHANGED");
        rig.Command(Disk.Cdb10(0x28, 0, 1), expect: 512).DataIn.ToArray().Should().Equal(new byte[512]);
        byte[] write = type == 2 ? Disk.Cdb32(0x0B, 0, 1, 0x20) : Disk.Cdb10(0x2A, 0, 1, 0x20);
        rig.Out(write, Disk.WithTags(Disk.Pattern(512), 0)).SenseCode.Should().Be(type == 0 ? 0x52400 : 0);
    }

    [Theory]
    [InlineData(0x40, 0)]
    [InlineData(0x80, 1)]
    [InlineData(0xC0, 2)]
    [InlineData(0x00, 1)]
    public void Format_to_no_type_is_refused(byte information, byte usage)
    {
        using BlockDevice disk = Disk.Protected(_engine, type: 1);
        TargetRig rig = new TargetRig(disk).Ready();
        rig.Out([0x04, (byte)(information | 0x10), 0, 0, 0, 0], (byte[])[usage, 0, 0, 0]).SenseCode.Should().BeOneOf(0x52400, 0x52600);
        rig.Out([0x04, 0xB0, 0, 0, 0, 0], (byte[])[0, 0, 0, 3, 0, 0, 0, 0]).SenseCode.Should().Be(0x52600, "type 1: an interval is a block");
        rig.Out([0x04, 0x10, 0, 0, 0, 0], (byte[])[0, 0x20, 0, 0]).SenseCode.Should().Be(0x52600, "DCRT without FOV");
        rig.Out([0x04, 0x10, 0, 0, 0, 0], (byte[])[0, 0xA8, 0, 0]).SenseCode.Should().Be(0x52600, "an initialization pattern");
        disk.ProtectionType.Should().Be(1);
    }

    [Fact]
    public void Sanitize_leaves_tags_of_ones()
    {
        using BlockDevice disk = Disk.Protected(_engine, type: 1);
        TargetRig rig = new TargetRig(disk).Ready();
        rig.Out(Disk.Cdb10(0x2A, 3, 1, 0x20), Disk.WithTags(Disk.Pattern(512), 3)).Status.Should().Be(ScsiStatus.Good);
        rig.Out([0x48, 0x01, 0, 0, 0, 0, 0, 0, 5, 0], (byte[])[1, 0, 0, 1, 0x5A]).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb10(0x28, 3, 1, 0x20), expect: 520).DataIn.ToArray().Should().Equal(
            [.. Enumerable.Repeat((byte)0x5A, 512), .. Enumerable.Repeat((byte)0xFF, 8)]);
    }
}
