// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>FORMAT UNIT and SANITIZE when the power goes before they have ended.</summary>
public sealed class MediumWorkPowerLossTests : IDisposable
{
    private const int FormatInProgress = 0x20404, SanitizeInProgress = 0x2041B, FormatCorrupted = 0x33100, SanitizeFailed = 0x33103;
    private const int Length = 64 << 20; // four pieces

    private static readonly byte[] Erase = [0x48, 0x82, 0, 0, 0, 0, 0, 0, 0, 0], EraseUnrestricted = [0x48, 0xA2, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] Overwrite = [0x48, 0x81, 0, 0, 0, 0, 0, 0, 5, 0], ExitFailureMode = [0x48, 0x1F, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] FormatImmediately = [0x04, 0x10, 0, 0, 0, 0], Immed = [0, 0x02, 0, 0];

    private readonly string _state = Path.Combine(Path.GetTempPath(), $"fctarget-{Guid.NewGuid():n}.json");
    private readonly IoEngine _engine = new(workers: 1);
    private readonly List<(BlockDevice Disk, RecordingStore Store)> _lives = [];

    public void Dispose()
    {
        foreach ((_, RecordingStore store) in _lives) store.LetGo();
        _engine.Dispose();
        foreach ((BlockDevice disk, _) in _lives) disk.Dispose();
        File.Delete(_state);
    }

    /// <summary>The unit as it is when the power comes (back): another process, the state file that is there.</summary>
    private TargetRig PowerOn(out RecordingStore store, out BlockDevice disk, bool readOnly = false, bool heldUp = false)
    {
        store = new RecordingStore(Length);
        if (heldUp) store.HoldUp();
        disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity, StateFile = _state, ReadOnly = readOnly }, store, _engine);
        _lives.Add((disk, store));
        return new TargetRig(disk).Ready();
    }

    private static void WorkEnds(BlockDevice disk) => disk.Background.Completion.GetAwaiter().GetResult();

    /// <summary>The power goes: whatever this life of the unit does from now on, it does to a medium that nobody looks at any more.</summary>
    private void PowerOff(BlockDevice disk, RecordingStore store)
    {
        byte[] kept = File.ReadAllBytes(_state);
        store.LetGo();
        WorkEnds(disk);
        File.WriteAllBytes(_state, kept);
    }

    [Theory]
    [InlineData(true, FormatInProgress)]
    [InlineData(false, SanitizeInProgress)]
    public void Work_that_was_under_way_begins_again_with_the_first_block(bool format, int inProgress)
    {
        TargetRig rig = PowerOn(out RecordingStore store, out BlockDevice disk, heldUp: true);
        if (format) rig.Out(FormatImmediately, Immed).Status.Should().Be(ScsiStatus.Good);
        else rig.Command(Erase).Status.Should().Be(ScsiStatus.Good);
        PowerOff(disk, store);

        rig = PowerOn(out store, out disk, heldUp: true);
        rig.Command(new byte[6]).SenseCode.Should().Be(inProgress);
        store.LetGo();
        WorkEnds(disk);
        rig.Command(new byte[6]).SenseCode.Should().Be(0);
        store.Log.Where(line => line.StartsWith("discard")).Should().Equal(Enumerable.Range(0, 4).Select(piece => $"discard {piece << 24} {1 << 24}"));

        PowerOn(out _, out _).Command(new byte[6]).SenseCode.Should().Be(0, "what has ended well is forgotten");
    }

    [Fact]
    public void A_sanitize_overwrites_with_the_pattern_that_was_asked_for_also_after_a_power_loss()
    {
        TargetRig rig = PowerOn(out RecordingStore store, out BlockDevice disk, heldUp: true);
        rig.Out(Overwrite, (byte[])[1, 0, 0, 1, 0x5A]).Status.Should().Be(ScsiStatus.Good);
        PowerOff(disk, store);

        rig = PowerOn(out _, out disk);
        WorkEnds(disk);
        rig.Command(Disk.Cdb10(0x28, (Length / 512) - 1, 1), expect: 512).DataIn.ToArray().Should().AllBeEquivalentTo((byte)0x5A);
    }

    [Fact]
    public void A_command_that_waits_for_its_end_is_carried_out_whole_too()
    {
        TargetRig rig = PowerOn(out RecordingStore store, out BlockDevice disk);
        rig.Command([0x48, 0x02, 0, 0, 0, 0, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        rig.Command(new byte[6]).SenseCode.Should().Be(0);
        disk.Durable!.State.MediumWork.Should().BeNull();
        store.WriteResult = StoreResult.WriteFailed;
        rig.Command([0x04, 0, 0, 0, 0, 0]).SenseCode.Should().Be(0x33101);
        PowerOn(out _, out _).Command(new byte[6]).SenseCode.Should().Be(FormatCorrupted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sanitize_that_failed_has_still_failed(bool unrestricted)
    {
        TargetRig rig = PowerOn(out RecordingStore store, out BlockDevice disk);
        store.WriteResult = StoreResult.WriteFailed;
        rig.Command(unrestricted ? EraseUnrestricted : Erase).Status.Should().Be(ScsiStatus.Good);
        WorkEnds(disk);

        rig = PowerOn(out _, out _);
        rig.Command(new byte[6]).SenseCode.Should().Be(SanitizeFailed);
        rig.Command(ExitFailureMode).SenseCode.Should().Be(unrestricted ? 0 : 0x52400);
        rig.Command(new byte[6]).SenseCode.Should().Be(unrestricted ? 0 : SanitizeFailed);
        PowerOn(out _, out _).Command(new byte[6]).SenseCode.Should().Be(unrestricted ? 0 : SanitizeFailed, "EXIT FAILURE MODE is durable");
    }

    [Fact]
    public void A_unit_that_is_read_only_now_cannot_go_on_and_says_so()
    {
        TargetRig rig = PowerOn(out RecordingStore store, out BlockDevice disk, heldUp: true);
        rig.Command(Erase).Status.Should().Be(ScsiStatus.Good);
        PowerOff(disk, store);
        PowerOn(out store, out _, readOnly: true).Command(new byte[6]).SenseCode.Should().Be(SanitizeFailed);
        store.Log.Should().BeEmpty();
        rig = PowerOn(out _, out disk);
        WorkEnds(disk);
        rig.Command(new byte[6]).SenseCode.Should().Be(0, "it is still to be done");
    }

    [Fact]
    public void What_cannot_be_remembered_is_not_begun()
    {
        TargetRig rig = PowerOn(out RecordingStore store, out _);
        Directory.CreateDirectory(_state); // no file can take its place
        try
        {
            rig.Command(Erase).SenseCode.Should().Be(SanitizeFailed);
            rig.Command(new byte[6]).SenseCode.Should().Be(0);
            store.Log.Should().BeEmpty();
        }
        finally
        {
            Directory.Delete(_state);
        }
    }

    [Fact]
    public void Commands_that_SBC4_allows_are_served_while_the_medium_is_sanitized_and_after_a_failure()
    {
        TargetRig rig = PowerOn(out RecordingStore store, out BlockDevice disk, heldUp: true);
        rig.Command(Erase).Status.Should().Be(ScsiStatus.Good);
        Allowed(SanitizeInProgress);
        store.WriteResult = StoreResult.WriteFailed;
        store.LetGo();
        WorkEnds(disk);
        Allowed(SanitizeFailed);

        void Allowed(int otherwise)
        {
            byte[][] served =
            [
                [0x12, 0, 0, 0, 36, 0], [0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0],
                [0xA3, 0x0C, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], [0xA3, 0x0D, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], [0x4D, 0, 0x4D, 0, 0, 0, 0, 1, 0, 0],
                [0x1A, 0, 0x08, 0, 255, 0], [0x1A, 0, 0x0A, 0, 255, 0], [0x1A, 0, 0x18, 0, 255, 0], [0x1A, 0, 0x19, 0, 255, 0], [0x1A, 0, 0x1C, 0, 255, 0],
                [0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0], [0x03, 0, 0, 0, 18, 0],
            ];
            byte[][] refused =
            [
                new byte[6], [0x1A, 0, 0x3F, 0, 255, 0], [0x4D, 0, 0x42, 0, 0, 0, 0, 1, 0, 0], Disk.Cdb10(0x28, 0, 1), [0x5E, 0, 0, 0, 0, 0, 0, 0, 8, 0],
                [0x1B, 0, 0, 0, 1, 0], [0xA3, 0x0A, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
            ];
            foreach (byte[] cdb in served) rig.Command(cdb, expect: 512).Status.Should().Be(ScsiStatus.Good, Convert.ToHexString(cdb));
            foreach (byte[] cdb in refused) rig.Command(cdb, expect: 512).SenseCode.Should().Be(otherwise, Convert.ToHexString(cdb));
        }
    }
}
