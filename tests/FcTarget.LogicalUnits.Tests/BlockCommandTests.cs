// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Commands of SBC-3 beside reading and writing, in memory and in a store that blocks.</summary>
public sealed class BlockCommandTests : IDisposable
{
    private readonly IoEngine _engine = new(workers: 2);
    private readonly List<BlockDevice> _disks = [];

    public void Dispose()
    {
        _engine.Dispose();
        foreach (BlockDevice disk in _disks) disk.Dispose();
    }

    private TargetRig NewRig(bool blocks = false, bool removable = false, int protection = 0)
    {
        IBackingStore store = blocks ? new RecordingStore(1 << 20) : new MemoryStore(1 << 20);
        if (protection != 0) store = new ProtectedStore(store, new MemoryStore((1 << 20) / 512 * 8), 512, protection);
        var disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity, Removable = removable }, store, _engine);
        _disks.Add(disk);
        return new TargetRig(disk) { LargestPiece = 300 }.Ready();
    }

    private static byte[] ReadBlocks(TargetRig rig, uint lba, ushort blocks) => rig.Command(Disk.Cdb10(0x28, lba, blocks), expect: blocks * 512u).DataIn.ToArray();

    private static byte[] Cdb32(byte action, ulong lba, uint blocks, byte flags = 0)
    {
        byte[] cdb = new byte[32];
        cdb[0] = 0x7F;
        cdb[7] = 24;
        cdb[9] = action;
        cdb[10] = flags;
        BinaryPrimitives.WriteUInt64BigEndian(cdb.AsSpan(12), lba);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(28), blocks);
        return cdb;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compare_and_write_writes_only_what_compares_equal(bool blocks)
    {
        TargetRig rig = NewRig(blocks);
        byte[] old = Disk.Pattern(3 * 512, 1), next = Disk.Pattern(3 * 512, 2);
        rig.Out(Disk.Cdb10(0x2A, 10, 3), old);
        rig.Out(Disk.Cdb16(0x89, 10, 3), (byte[])[.. old, .. next]).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(rig, 10, 3).Should().Equal(next);
        byte[] wrong = [.. next];
        wrong[700] ^= 1;
        TestTask task = rig.Out(Disk.Cdb16(0x89, 10, 3), (byte[])[.. wrong, .. old]);
        task.SenseCode.Should().Be(0xE1D00);
        BinaryPrimitives.ReadUInt32BigEndian(task.SenseData[3..]).Should().Be(700);
        ReadBlocks(rig, 10, 3).Should().Equal(next);
        rig.Out(Disk.Cdb16(0x89, 10, 3), old).SenseCode.Should().Be(0x52400, "half of the data is missing");
        rig.Command(Disk.Cdb16(0x89, 10, 0)).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb16(0x89, 2047, 2), new byte[2048]).SenseCode.Should().Be(0x52100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Orwrite_sets_bits_and_write_atomic_writes(bool blocks)
    {
        TargetRig rig = NewRig(blocks);
        byte[] one = Disk.Pattern(4 * 512, 1), two = Disk.Pattern(4 * 512, 2);
        rig.Out(Disk.Cdb16(0x9C, 5, 4), one).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(rig, 5, 4).Should().Equal(one);
        rig.Out(Disk.Cdb16(0x8B, 5, 4), two).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(rig, 5, 4).Should().Equal(one.Zip(two, (x, y) => (byte)(x | y)));
        rig.Command(Disk.Cdb16(0x9C, 0, 2049), expect: 0).SenseCode.Should().Be(0x52100);
    }

    [Fact]
    public void Commands_of_32_bytes_do_what_the_shorter_ones_do()
    {
        NewRig().Command(Cdb32(0x09, 0, 1), expect: 512).SenseCode.Should().Be(0x52000, "they are for type 2 protection");
        TargetRig rig = NewRig(protection: 2);
        byte[] data = Disk.Pattern(3 * 512);
        rig.Out(Cdb32(0x0B, 7, 3), data).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Cdb32(0x09, 7, 3), expect: 1536).DataIn.ToArray().Should().Equal(data);
        rig.Out(Cdb32(0x0A, 7, 3, flags: 0x02), data).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Cdb32(0x0C, 8, 3), data).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Cdb32(0x0D, 20, 4), data.AsMemory(0, 512)).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(rig, 23, 1).Should().Equal(data[..512]);
        rig.Command(Cdb32(0x09, 2048, 1), expect: 512).SenseCode.Should().Be(0x52100);
        rig.Command(Cdb32(0x1F, 0, 1), expect: 512).SenseCode.Should().Be(0x52400);
        rig.Command(Cdb32(0x0A, 0, 1, flags: 0x04)).SenseCode.Should().Be(0x52400);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sanitize_and_format_leave_what_they_say(bool blocks)
    {
        TargetRig rig = NewRig(blocks);
        byte[] data = Disk.Pattern(512);
        rig.Out(Disk.Cdb10(0x2A, 2047, 1), data);
        rig.Out([0x48, 0x01, 0, 0, 0, 0, 0, 0, 7, 0], (byte[])[0x82, 0, 0, 3, 1, 2, 3]).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(rig, 2047, 1)[..4].Should().Equal(0xFE, 0xFD, 0xFC, 0xFE);
        rig.Command([0x48, 0x02, 0, 0, 0, 0, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(rig, 2047, 1).Should().Equal(new byte[512]);
        rig.Out(Disk.Cdb10(0x2A, 2047, 1), data);
        rig.Out([0x04, 0x10, 0, 0, 0, 0], new byte[4]).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(rig, 2047, 1).Should().Equal(new byte[512]);
        rig.Command([0x48, 0x1F, 0, 0, 0, 0, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        rig.Command([0x48, 0x02, 0, 0, 0, 0, 0, 0, 1, 0]).SenseCode.Should().Be(0x52400);
        rig.Out([0x48, 0x01, 0, 0, 0, 0, 0, 0, 7, 0], (byte[])[0, 0, 0, 3, 1, 2, 3]).SenseCode.Should().Be(0x52600);
        rig.Out([0x04, 0x10, 0, 0, 0, 0], (byte[])[0, 0, 0, 8]).SenseCode.Should().Be(0x52600, "there are no defect lists");
    }

    [Fact]
    public void While_a_format_runs_others_hear_so_and_how_far_it_is()
    {
        var store = new RecordingStore(64 << 20);
        var disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity }, store, _engine);
        _disks.Add(disk);
        TargetRig rig = new TargetRig(disk).Ready();
        store.HoldUp();
        TestTask format = rig.NewTask().Prepare(rig.Nexus, Lun.FromNumber(0), [4, 0, 0, 0, 0, 0], 0, dataIn: false);
        rig.Router.Dispatch(format);
        rig.Command(new byte[6]).SenseCode.Should().Be(0x20404);
        rig.Command([3, 0, 0, 0, 18, 0], expect: 18).DataIn[15].Should().Be(0x80);
        rig.Command([0x12, 0, 0, 0, 36, 0], expect: 36).Status.Should().Be(ScsiStatus.Good);
        store.LetGo();
        rig.Loop.RunUntilComplete(format);
        format.Status.Should().Be(ScsiStatus.Good);
        rig.Command(new byte[6]).Status.Should().Be(ScsiStatus.Good);
    }

    [Theory]
    [InlineData(0x1, 0, 0)]
    [InlineData(0x1, 1, 0x52400)]
    [InlineData(0x2, 2, 0)]
    [InlineData(0x2, 3, 0x52400)]
    [InlineData(0x3, 1, 0)]
    [InlineData(0x3, 2, 0x52400)]
    [InlineData(0x7, 0, 0)]
    [InlineData(0x7, 1, 0x52400)]
    [InlineData(0xA, 2, 0)]
    [InlineData(0xB, 2, 0x52400)]
    [InlineData(0x0, 1, 0x52400)]
    public void Power_conditions_have_their_modifiers_and_eject_nothing(byte condition, byte modifier, int expected)
    {
        TargetRig rig = NewRig(removable: true);
        rig.Command([0x1B, 0, 0, modifier, (byte)((condition << 4) | 0x02), 0]).SenseCode.Should().Be(expected);
        rig.Command(new byte[6]).Status.Should().Be(ScsiStatus.Good, "LOEJ is ignored");
    }

    [Fact]
    public void Standby_flushes_unless_NO_FLUSH_is_set()
    {
        var store = new RecordingStore(1 << 20);
        var disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity }, store, _engine);
        _disks.Add(disk);
        TargetRig rig = new TargetRig(disk).Ready();
        rig.Command([0x1B, 0, 0, 0, 0x34, 0]).Status.Should().Be(ScsiStatus.Good);
        rig.Command([0x1B, 0, 0, 0, 0x20, 0]).Status.Should().Be(ScsiStatus.Good);
        store.Log.Should().BeEmpty();
        rig.Command([0x1B, 0, 0, 0, 0x30, 0]).Status.Should().Be(ScsiStatus.Good);
        store.Log.Should().Equal("flush");
    }

    [Fact]
    public void A_removable_medium_goes_out_and_in_unless_a_nexus_prevents_it()
    {
        TargetRig rig = NewRig(removable: true);
        rig.Command([0x12, 0, 0, 0, 36, 0], expect: 36).DataIn[1].Should().Be(0x80);
        rig.Command([0x1E, 0, 0, 0, 1, 0]).Status.Should().Be(ScsiStatus.Good);
        rig.Command([0x1B, 0, 0, 0, 2, 0]).SenseCode.Should().Be(0x55302);
        rig.Command([0x1E, 0, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        rig.Command([0x1B, 0, 0, 0, 2, 0]).Status.Should().Be(ScsiStatus.Good);
        foreach (byte[] cdb in new[] { new byte[6], Disk.Cdb10(0x28, 0, 1), Disk.Cdb10(0x25, 0, 0), Disk.Cdb10(0x35, 0, 0), Disk.Cdb16(0x89, 0, 1) })
            rig.Command(cdb, expect: 512).SenseCode.Should().Be(0x23A00);
        rig.Command([0x12, 0, 0, 0, 36, 0], expect: 36).Status.Should().Be(ScsiStatus.Good);
        rig.Command([0x1E, 0, 0, 0, 1, 0]);
        rig.Command([0x1B, 0, 0, 0, 3, 0]).SenseCode.Should().Be(0x55302, "nor does it go in");
        rig.Command([0x1E, 0, 0, 0, 0, 0]);
        rig.Command([0x1B, 0, 0, 0, 3, 0]).Status.Should().Be(ScsiStatus.Good);
        rig.Command(new byte[6]).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void Pre_fetch_read_defect_data_and_diagnostics_answer()
    {
        TargetRig rig = NewRig();
        rig.Command(Disk.Cdb10(0x34, 0, 0, flags: 0x02)).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb16(0x90, 2048, 1)).SenseCode.Should().Be(0x52100);
        rig.Command([0x37, 0, 0x1D, 0, 0, 0, 0, 0, 255, 0], expect: 255).DataIn.ToArray().Should().Equal(0, 0x1D, 0, 0);
        rig.Command([0xB7, 0x1D, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0], expect: 255).DataIn.ToArray().Should().Equal(0, 0x1D, 0, 0, 0, 0, 0, 0);
        rig.Command([0x1D, 0x04, 0, 0, 0, 0]).Status.Should().Be(ScsiStatus.Good);
        rig.Command([0x4D, 0, 0x50, 0, 0, 0, 0, 0, 16, 0], expect: 16).DataIn[8].Should().Be(0x20);
        rig.Command([0x1C, 0x01, 0, 0, 16, 0], expect: 16).DataIn.ToArray().Should().Equal(0, 0, 0, 1, 0);
        rig.Command([0xA3, 0x0D, 0x80, 0, 0, 0, 0, 0, 0, 16, 0, 0], expect: 16).DataIn[..4].ToArray().Should().Equal(0xFA, 0x06, 0, 12);
        rig.Command([0x9E, 0x13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0], expect: 64).DataIn.Length.Should().Be(28);
    }
}
