// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Protection information, command by command (SBC-3 4.22).</summary>
public sealed class ProtectionTests : IDisposable
{
    private const int Guard = 0xB1001, ApplicationTag = 0xB1002, ReferenceTag = 0xB1003;

    private readonly IoEngine _engine = new(workers: 1);
    private readonly List<BlockDevice> _disks = [];

    public void Dispose()
    {
        _engine.OutstandingBuffers.Should().Be(0);
        _engine.Dispose();
        foreach (BlockDevice disk in _disks) disk.Dispose();
    }

    private TargetRig NewRig(int type, int blockSize = 512)
    {
        _disks.Add(Disk.Protected(_engine, type, blockSize));
        return new TargetRig(_disks[^1]) { LargestPiece = 700 }.Ready();
    }

    private static byte[] Read(TargetRig rig, uint lba, ushort blocks, byte flags = 0x20, int unit = 520)
    {
        TestTask task = rig.Command(Disk.Cdb10(0x28, lba, blocks, flags), expect: (uint)(blocks * unit));
        task.SenseCode.Should().Be(0);
        task.Residual.Should().Be(0);
        return task.DataIn.ToArray();
    }

    [Theory]
    [InlineData(0, 0x00)]
    [InlineData(1, 0x01)]
    [InlineData(2, 0x03)]
    [InlineData(3, 0x05)]
    public void The_unit_says_what_it_is_formatted_with(int type, byte expected)
    {
        TargetRig rig = NewRig(type);
        byte[] capacity = rig.Command(Disk.Cdb16(0x9E, 0, 32)[..1].Concat(new byte[] { 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0 }).ToArray(), expect: 32)
            .DataIn.ToArray();
        capacity[12].Should().Be(expected, "P_TYPE and PROT_EN");
        capacity[13].Should().Be(0, "P_I_EXPONENT: an interval is a block");
        rig.Command([0x12, 0, 0, 0, 36, 0], expect: 36).DataIn[5].Should().Match(five => (five & 0x01) == 1, "PROTECT");
        rig.Command([0x12, 1, 0x86, 0, 64, 0], expect: 64).DataIn[4].Should().Be(0x3F, "SPT 111b, GRD_CHK, APP_CHK, REF_CHK");
        byte[] control = rig.Command([0x1A, 8, 0x0A, 0, 64, 0], expect: 64).DataIn.ToArray();
        (control[4 + 5] & 0x80).Should().Be(0x80, "ATO");
    }

    [Fact]
    public void A_unit_without_protection_has_none_of_it()
    {
        _disks.Add(Disk.InMemory());
        TargetRig rig = new TargetRig(_disks[^1]).Ready();
        (rig.Command([0x12, 0, 0, 0, 36, 0], expect: 36).DataIn[5] & 0x01).Should().Be(0);
        rig.Command([0x12, 1, 0x86, 0, 64, 0], expect: 64).DataIn[4].Should().Be(0);
        rig.Command(Disk.Cdb10(0x28, 0, 1, flags: 0x20), expect: 520).SenseCode.Should().Be(0x52400);
        rig.Command([0x04, 0x80, 0, 0, 0, 0]).SenseCode.Should().Be(0x52400, "FMTPINFO needs PROTECT");
        byte[] changeable = rig.Command([0x1A, 8, 0x4A, 0, 64, 0], expect: 64).DataIn.ToArray();
        (changeable[4 + 5] & 0x90).Should().Be(0, "neither ATO nor RWWP");
    }

    [Theory]
    [InlineData(1, 512)]
    [InlineData(3, 512)]
    [InlineData(1, 4096)]
    public void Blocks_go_out_and_come_back_with_their_tags_and_without(int type, int blockSize)
    {
        TargetRig rig = NewRig(type, blockSize);
        byte[] data = Disk.Pattern(70 * blockSize);
        byte[] joined = Disk.WithTags(data, referenceTag: 5, applicationTag: 0xABCD, blockSize);
        TestTask write = rig.Out(Disk.Cdb10(0x2A, 5, 70, flags: 0x20), joined);
        write.Status.Should().Be(ScsiStatus.Good);
        write.Residual.Should().Be(0);
        Read(rig, 5, 70, unit: blockSize + 8).Should().Equal(joined);
        Read(rig, 5, 70, flags: 0, unit: blockSize).Should().Equal(data);
        rig.Command(Disk.Cdb10(0x28, 5, 70, flags: 0x20), expect: (uint)data.Length).Residual.Should().Be(70 * 8, "the tags are part of the data");
        rig.Out(Disk.Cdb10(0x2A, 5, 70, flags: 0x20), joined.AsMemory(0, joined.Length - 1)).Residual.Should().Be(1);
        Read(rig, 5, 70, flags: 0, unit: blockSize).Should().Equal(data, "whole blocks of too little data are written");
    }

    [Theory]
    [InlineData(1, 0x000000AAu)]
    [InlineData(2, 0xFFFFFFFFu)]
    [InlineData(3, 0xFFFFFFFFu)]
    public void Blocks_written_without_tags_get_them(int type, uint referenceTag)
    {
        TargetRig rig = NewRig(type);
        byte[] data = Disk.Pattern(512);
        rig.Out(Disk.Cdb10(0x2A, 0xAA, 1), data).Status.Should().Be(ScsiStatus.Good);
        TestTask read = type == 2
            ? rig.Command(Disk.Cdb32(0x09, 0xAA, 1, flags: 0x60), expect: 520)
            : rig.Command(Disk.Cdb10(0x28, 0xAA, 1, flags: 0x60), expect: 520);
        ProtectionInformation.Read(read.DataIn[512..]).Should().Be(new ProtectionInformation(LogicalBlockGuard.Of(data), 0xFFFF, referenceTag));
    }

    [Fact]
    public void Blocks_never_written_and_blocks_unmapped_have_tags_of_ones_and_are_not_checked()
    {
        TargetRig rig = NewRig(1);
        byte[] blank = [.. new byte[512], .. Enumerable.Repeat((byte)0xFF, 8)];
        Read(rig, 9, 1).Should().Equal(blank);
        rig.Out(Disk.Cdb10(0x2A, 9, 1, flags: 0x20), Disk.WithTags(Disk.Pattern(512), 9)).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.UnmapCdb(24), Disk.UnmapList((9, 1))).Status.Should().Be(ScsiStatus.Good);
        Read(rig, 9, 1).Should().Equal(blank);
    }

    /// <summary>Which fault each code of RDPROTECT and WRPROTECT finds: guard, application tag and reference tag are all wrong in turn.</summary>
    [Theory]
    [InlineData(0x00, Guard, ReferenceTag)]
    [InlineData(0x20, Guard, ReferenceTag)]
    [InlineData(0x40, 0, ReferenceTag)]
    [InlineData(0x60, 0, 0)]
    [InlineData(0x80, Guard, 0)]
    [InlineData(0xA0, Guard, ReferenceTag)]
    [InlineData(0xC0, 0x52400, 0x52400)]
    [InlineData(0xE0, 0x52400, 0x52400)]
    public void The_protect_field_says_what_is_checked(byte code, int forGuard, int forReferenceTag)
    {
        TargetRig rig = NewRig(1);
        byte[] good = Disk.WithTags(Disk.Pattern(3 * 512), 100), badGuard = [.. good], badReference = [.. good];
        badGuard[520 + 40] ^= 1;
        badReference[(2 * 520) - 1] ^= 1;
        foreach ((byte[] bad, int expected) in new[] { (badGuard, forGuard), (badReference, forReferenceTag) })
        {
            rig.Out(Disk.Cdb10(0x2A, 100, 3, flags: 0x20), good).Status.Should().Be(ScsiStatus.Good);
            if (code != 0)
            {
                TestTask write = rig.Out(Disk.Cdb16(0x8A, 100, 3, code), bad);
                write.SenseCode.Should().Be(expected);
                if (expected is Guard or ReferenceTag) Lba(write).Should().Be(101);
                if (expected != 0) Read(rig, 100, 3).Should().Equal(good, "none of it is written");
            }
            rig.Out(Disk.Cdb10(0x2A, 100, 3, flags: 0x60), bad).Status.Should().Be(ScsiStatus.Good, "011b checks nothing");
            TestTask read = rig.Command(Disk.Cdb12(0xA8, 100, 3, code), expect: 3 * 520);
            read.SenseCode.Should().Be(expected);
            if (expected is Guard or ReferenceTag) Lba(read).Should().Be(101);
            TestTask verify = rig.Command(Disk.Cdb10(0x2F, 100, 3, code));
            verify.SenseCode.Should().Be(expected, "BYTCHK 00b: the medium is checked");
        }
    }

    [Fact]
    public void Protection_in_memory_needs_no_engine()
    {
        using var disk = new BlockDevice(
            new BlockDeviceOptions { Identity = Disk.Identity }, new ProtectedStore(new MemoryStore(1 << 20), new MemoryStore(1 << 14), 512, 1));
        TargetRig rig = new TargetRig(disk).Ready();
        byte[] joined = Disk.WithTags(Disk.Pattern(1024), 6);
        rig.Out(Disk.Cdb10(0x2A, 6, 2, flags: 0x20), joined).Status.Should().Be(ScsiStatus.Good);
        Read(rig, 6, 2).Should().Equal(joined);
    }

    [Fact]
    public void Read_6_checks_as_000b_does()
    {
        TargetRig rig = NewRig(1);
        byte[] bad = Disk.WithTags(Disk.Pattern(512), 1);
        bad[0] ^= 1;
        rig.Out(Disk.Cdb10(0x2A, 1, 1, flags: 0x60), bad).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb6(0x08, 1, 1), expect: 512).SenseCode.Should().Be(Guard);
    }

    [Theory]
    [InlineData(1, 0xFFFF, 7u, true)]
    [InlineData(1, 0xFFFE, 7u, false)]
    [InlineData(3, 0xFFFF, 0xFFFFFFFFu, true)]
    [InlineData(3, 0xFFFF, 7u, false)]
    public void Escaped_blocks_are_not_checked_when_read(int type, int applicationTag, uint referenceTag, bool escaped)
    {
        TargetRig rig = NewRig(type);
        byte[] bad = Disk.WithTags(Disk.Pattern(512), referenceTag, (ushort)applicationTag);
        bad[3] ^= 1;
        rig.Out(Disk.Cdb10(0x2A, 7, 1, flags: 0x60), bad).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb10(0x28, 7, 1, flags: 0x20), expect: 520).SenseCode.Should().Be(escaped ? 0 : Guard);
        rig.Out(Disk.Cdb10(0x2A, 7, 1, flags: 0x20), bad).SenseCode.Should().Be(Guard, "what is written is checked");
    }

    [Fact]
    public void Type_3_takes_any_reference_tag()
    {
        TargetRig rig = NewRig(3);
        byte[] joined = Disk.WithTags(Disk.Pattern(1024), 0xDEADBEEF, 0x0001);
        rig.Out(Disk.Cdb10(0x2A, 0, 2, flags: 0x20), joined).Status.Should().Be(ScsiStatus.Good);
        Read(rig, 0, 2).Should().Equal(joined);
    }

    [Fact]
    public void Type_2_protects_by_32_byte_commands_only()
    {
        TargetRig rig = NewRig(2);
        byte[] joined = Disk.WithTags(Disk.Pattern(1024), referenceTag: 0xFFFFFFFF, applicationTag: 0x1234);
        rig.Out(Disk.Cdb10(0x2A, 8, 2, flags: 0x20), joined).SenseCode.Should().Be(0x52000);
        rig.Command(Disk.Cdb16(0x88, 8, 2, flags: 0x20), expect: 1040).SenseCode.Should().Be(0x52000);
        rig.Out(Disk.Cdb32(0x0B, 8, 2, 0x20, 0xFFFFFFFF, 0x1030, 0xF0F0), joined).Status.Should().Be(ScsiStatus.Good, "the reference tag wraps to 0");
        rig.Command(Disk.Cdb32(0x09, 8, 2, 0x20, 0xFFFFFFFF, 0x1234, 0xFFFF), expect: 1040).DataIn.ToArray().Should().Equal(joined);
        rig.Command(Disk.Cdb32(0x09, 9, 1, 0x20, 0, 0x1234, 0xFFFF), expect: 520).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb32(0x09, 8, 2, 0x20, 8, 0x1234, 0xFFFF), expect: 1040).SenseCode.Should().Be(ReferenceTag);
        rig.Command(Disk.Cdb32(0x09, 8, 2, 0x20, 0xFFFFFFFF, 0x1235, 0xFFFF), expect: 1040).SenseCode.Should().Be(ApplicationTag);
        rig.Command(Disk.Cdb32(0x0A, 8, 2, 0x40, 0xFFFFFFFF, 0x9234, 0x8000)).SenseCode.Should().Be(ApplicationTag);
        rig.Out(Disk.Cdb32(0x0B, 8, 2, 0x20, 0xFFFFFFFF, 0x4321, 0xFFFF), joined).SenseCode.Should().Be(ApplicationTag);
        Read(rig, 8, 2, flags: 0, unit: 512).Should().HaveCount(1024, "without tags READ(10) reads, and knows no reference tag");
        rig.Out(Disk.Cdb32(0x0C, 8, 2, 0x22, 0xFFFFFFFF, 0, 0), joined).Status.Should().Be(ScsiStatus.Good, "WRITE AND VERIFY(32)");
    }

    [Fact]
    public void With_ATO_zero_application_tags_are_nobodys()
    {
        TargetRig rig = NewRig(2);
        byte[] page = [0x0A, 0x0A, 0, 0x10, 0, 0x00, 0, 0, 0xFF, 0xFF, 0, 0];
        rig.Out([0x15, 0x10, 0, 0, 16, 0], (byte[])[0, 0, 0, 0, .. page]).Status.Should().Be(ScsiStatus.Good);
        byte[] joined = Disk.WithTags(Disk.Pattern(512), 0, 0x1234);
        rig.Out(Disk.Cdb32(0x0B, 0, 1, 0x20, 0, 0x4321, 0xFFFF), joined).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2A, 1, 1), new byte[512]).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb32(0x09, 1, 1, 0x60), expect: 520).DataIn[514..516].ToArray().Should().Equal(0, 0);
    }

    [Fact]
    public void With_DPICZ_commands_that_do_not_ask_are_not_checked_and_with_RWWP_they_do_not_write()
    {
        TargetRig rig = NewRig(1);
        byte[] bad = Disk.WithTags(Disk.Pattern(512), 1);
        bad[0] ^= 1;
        rig.Out(Disk.Cdb10(0x2A, 1, 1, flags: 0x60), bad).Status.Should().Be(ScsiStatus.Good);
        byte[] page = [0x0A, 0x0A, 0x08, 0x10, 0, 0x90, 0, 0, 0xFF, 0xFF, 0, 0];
        rig.Out([0x15, 0x10, 0, 0, 16, 0], (byte[])[0, 0, 0, 0, .. page]).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb10(0x28, 1, 1), expect: 512).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb10(0x28, 1, 1, flags: 0x20), expect: 520).SenseCode.Should().Be(Guard);
        rig.Out(Disk.Cdb10(0x2A, 1, 1), new byte[512]).SenseCode.Should().Be(0x52400);
        rig.Out(Disk.Cdb10(0x41, 1, 1), new byte[512]).SenseCode.Should().Be(0x52400);
        rig.Out(Disk.Cdb10(0x2A, 1, 1, flags: 0x20), Disk.WithTags(new byte[512], 1)).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void Write_same_counts_the_reference_tag_up()
    {
        TargetRig rig = NewRig(1);
        byte[] block = Disk.Pattern(512);
        rig.Out(Disk.Cdb10(0x41, 40, 600, flags: 0x20), Disk.WithTags(block, 40)).Status.Should().Be(ScsiStatus.Good);
        Read(rig, 40, 600).Should().Equal(Disk.WithTags(Enumerable.Repeat(block, 600).SelectMany(one => one).ToArray(), 40));
        rig.Out(Disk.Cdb10(0x41, 40, 600, flags: 0x20), Disk.WithTags(block, 41)).SenseCode.Should().Be(ReferenceTag);
        byte[] ones = [.. block, .. Enumerable.Repeat((byte)0xFF, 8)];
        rig.Out(Disk.Cdb16(0x93, 40, 2, flags: 0x20), ones).Status.Should().Be(ScsiStatus.Good, "tags of FFh are written as they are");
        Read(rig, 40, 2).Should().Equal([.. ones, .. ones]);
        rig.Out(Disk.Cdb10(0x41, 40, 2), block).Status.Should().Be(ScsiStatus.Good);
        Read(rig, 40, 2).Should().Equal(Disk.WithTags([.. block, .. block], 40, 0xFFFF));
        rig.Command(Disk.Cdb16(0x93, 40, 2, flags: 0x01)).Status.Should().Be(ScsiStatus.Good, "NDOB");
        Read(rig, 41, 1)[512..].Should().OnlyContain(one => one == 0xFF);
        rig.Out(Disk.Cdb10(0x41, 40, 2), new byte[512]).Status.Should().Be(ScsiStatus.Good, "zeros without UNMAP are data like any other");
        Read(rig, 41, 1).Should().Equal(Disk.WithTags(new byte[512], 41, 0xFFFF));
    }

    [Fact]
    public void Verify_compares_the_tags_with_the_data()
    {
        TargetRig rig = NewRig(1);
        byte[] joined = Disk.WithTags(Disk.Pattern(3 * 512), 20), other;
        rig.Out(Disk.Cdb10(0x2A, 20, 3, flags: 0x20), joined).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2F, 20, 3, flags: 0x22), joined).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2F, 20, 3, flags: 0x02), Disk.Pattern(3 * 512)).Status.Should().Be(ScsiStatus.Good);
        other = [.. joined];
        other[(2 * 520) - 5] ^= 1;
        TestTask verify = rig.Out(Disk.Cdb10(0x2F, 20, 3, flags: 0x22), other);
        verify.SenseCode.Should().Be(0xE1002, "application tag: MISCOMPARE");
        Lba(verify).Should().Be(21);
        other = [.. joined];
        other[520 + 7] ^= 1;
        TestTask data = rig.Out(Disk.Cdb10(0x2F, 20, 3, flags: 0x42), other);
        data.SenseCode.Should().Be(0xE1D00);
        Lba(data).Should().Be(527);
        rig.Out(Disk.Cdb10(0x2F, 20, 3, flags: 0x22), other).SenseCode.Should().Be(Guard, "the data is checked before it is compared");
        rig.Out(Disk.Cdb10(0x41, 20, 3, flags: 0x20), joined.AsMemory(0, 520)).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2F, 20, 3, flags: 0x26), joined.AsMemory(0, 520)).Status.Should().Be(ScsiStatus.Good, "BYTCHK 11b");
    }

    [Fact]
    public void Compare_and_write_orwrite_and_write_atomic_take_tags()
    {
        TargetRig rig = NewRig(1);
        byte[] first = Disk.Pattern(1024), second = Disk.Pattern(1024, seed: 8);
        byte[] one = Disk.WithTags(first, 30), two = Disk.WithTags(second, 30, 0x2222);
        byte[] atomic = Disk.Cdb16(0x9C, 30, 2, 0x20);
        rig.Out(atomic, one).Status.Should().Be(ScsiStatus.Good);
        byte[] swap = Disk.Cdb16(0x89, 30, 2, 0x20);
        rig.Out(swap, (byte[])[.. one, .. two]).Status.Should().Be(ScsiStatus.Good);
        Read(rig, 30, 2).Should().Equal(two);
        TestTask differs = rig.Out(swap, (byte[])[.. one, .. two]);
        differs.SenseCode.Should().Be(0xE1D00);
        byte[] wrong = [.. two];
        wrong[0] ^= 1;
        rig.Out(swap, (byte[])[.. two, .. wrong]).SenseCode.Should().Be(Guard, "both instances are checked");
        rig.Out(Disk.Cdb16(0x8B, 30, 2, 0x20), one).Status.Should().Be(ScsiStatus.Good);
        byte[] or = [.. first.Zip(second, (a, b) => (byte)(a | b))];
        Read(rig, 30, 2).Should().Equal(Disk.WithTags(or, 30));
        rig.Out(Disk.Cdb16(0x89, 30, 2), (byte[])[.. or, .. first]).Status.Should().Be(ScsiStatus.Good);
        Read(rig, 30, 2).Should().Equal(Disk.WithTags(first, 30, 0xFFFF));
    }

    [Fact]
    public void Report_supported_operation_codes_shows_the_protect_field_where_there_is_one()
    {
        byte[] cdb = [0xA3, 0x0C, 0x01, 0x28, 0, 0, 0, 0, 0, 64, 0, 0];
        NewRig(0).Command(cdb, expect: 64).DataIn[5].Should().Be(0x18);
        NewRig(1).Command(cdb, expect: 64).DataIn[5].Should().Be(0xF8);
        NewRig(2).Command(cdb, expect: 64).DataIn[5].Should().Be(0x18, "READ(10) of a medium of type 2");
        NewRig(2).Command([0xA3, 0x0C, 0x02, 0x7F, 0, 0x09, 0, 0, 0, 64, 0, 0], expect: 64).DataIn[4 + 10].Should().Be(0xF8, "READ(32)");
    }

    [Fact]
    public void Warm_commands_on_a_protected_medium_allocate_nothing()
    {
        TargetRig rig = NewRig(1);
        byte[] joined = Disk.WithTags(Disk.Pattern(4096), 16);
        byte[] read = Disk.Cdb10(0x28, 16, 8, flags: 0x20), write = Disk.Cdb10(0x2A, 16, 8, flags: 0x20);
        TestTask task = rig.NewTask();
        task.LargestPiece = int.MaxValue;
        void Both()
        {
            rig.Run(task.Prepare(rig.Nexus, Lun.FromNumber(0), write, 8 * 520, dataIn: false, joined, hasDataOut: true));
            rig.Run(task.Prepare(rig.Nexus, Lun.FromNumber(0), read, 8 * 520, dataIn: true));
        }
        for (int i = 0; i < 100; i++) Both();
        task.Status.Should().Be(ScsiStatus.Good);
        Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) Both();
        }).Should().Be(0);
    }

    /// <summary>INFORMATION of fixed sense data.</summary>
    private static uint Lba(TestTask task) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(task.SenseData[3..]);
}
