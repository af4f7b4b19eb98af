// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

public sealed class ReadWriteTests : IDisposable
{
    private readonly BlockDevice _disk = Disk.InMemory(); // 2048 blocks of 512 bytes
    private readonly TargetRig _rig;

    public ReadWriteTests() => _rig = new TargetRig(_disk) { LargestPiece = 700 }.Ready();

    public void Dispose() => _disk.Dispose();

    public static TheoryData<byte[], byte[]> WriteAndReadOfBlocks5To8() => new()
    {
        { Disk.Cdb6(0x0A, 5, 4), Disk.Cdb6(0x08, 5, 4) },
        { Disk.Cdb10(0x2A, 5, 4), Disk.Cdb10(0x28, 5, 4) },
        { Disk.Cdb12(0xAA, 5, 4), Disk.Cdb12(0xA8, 5, 4) },
        { Disk.Cdb16(0x8A, 5, 4), Disk.Cdb16(0x88, 5, 4) },
        { Disk.Cdb10(0x2A, 5, 4, flags: 0x18), Disk.Cdb10(0x28, 5, 4, flags: 0x18) }, // DPO, FUA
        { Disk.Cdb10(0x2E, 5, 4), Disk.Cdb16(0x88, 5, 4, flags: 0x18) },              // WRITE AND VERIFY
        { Disk.Cdb12(0xAE, 5, 4, flags: 0x02), Disk.Cdb6(0x08, 5, 4) },               // BYTCHK
        { Disk.Cdb16(0x8E, 5, 4), Disk.Cdb10(0x28, 5, 4) },
    };

    [Theory]
    [MemberData(nameof(WriteAndReadOfBlocks5To8))]
    public void What_is_written_is_read(byte[] write, byte[] read)
    {
        byte[] data = Disk.Pattern(4 * 512);
        TestTask written = _rig.Out(write, data);
        written.Status.Should().Be(ScsiStatus.Good);
        written.Residual.Should().Be(0);
        TestTask back = _rig.Command(read, expect: 2048);
        back.Status.Should().Be(ScsiStatus.Good);
        back.DataIn.ToArray().Should().Equal(data);
        back.Residual.Should().Be(0);
    }

    [Fact]
    public void A_transfer_length_of_0_is_256_blocks_in_6_bytes_and_none_elsewhere()
    {
        _rig.Command(Disk.Cdb6(0x08, 0, 0), expect: 256 * 512).Transferred.Should().Be(256 * 512);
        TestTask none = _rig.Command(Disk.Cdb10(0x28, 0, 0), expect: 512);
        none.Status.Should().Be(ScsiStatus.Good);
        none.Transferred.Should().Be(0);
        none.Residual.Should().Be(-512);
    }

    [Theory]
    [InlineData(2048u, 1, 2048u)]
    [InlineData(2047u, 2, 2048u)]
    [InlineData(2049u, 0, 2049u)]
    [InlineData(uint.MaxValue, 1, uint.MaxValue)]
    public void Blocks_past_the_end_are_out_of_range_and_named(uint lba, ushort blocks, uint information)
    {
        foreach (byte code in new byte[] { 0x28, 0x2A, 0x2F, 0x35, 0x2E })
        {
            TestTask task = _rig.Command(Disk.Cdb10(code, lba, blocks), expect: 1024);
            task.SenseCode.Should().Be(0x52100);
            task.SenseData[0].Should().Be(0xF0);
            System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(task.SenseData[3..]).Should().Be(information);
        }
    }

    [Fact]
    public void No_blocks_at_the_end_of_the_medium_are_in_range() =>
        _rig.Command(Disk.Cdb10(0x28, 2048, 0)).Status.Should().Be(ScsiStatus.Good);

    [Fact]
    public void A_range_that_wraps_64_bits_is_out_of_range() =>
        _rig.Command(Disk.Cdb16(0x88, ulong.MaxValue, 2), expect: 1024).SenseCode.Should().Be(0x52100);

    [Theory]
    [InlineData(0x28, 0x20, 1, 5)] // RDPROTECT
    [InlineData(0x2A, 0x80, 1, 7)] // WRPROTECT
    [InlineData(0x2F, 0xE0, 1, 7)] // VRPROTECT
    [InlineData(0x28, 0x02, 1, 1)] // FUA_NV
    [InlineData(0x41, 0x18, 1, 4)] // ANCHOR
    [InlineData(0x2F, 0x04, 1, 2)] // BYTCHK 10b
    [InlineData(0x2E, 0x04, 1, 2)]
    public void A_flag_we_do_not_have_is_pointed_at(byte code, byte flags, byte field, byte bit)
    {
        TestTask task = _rig.Command(Disk.Cdb10(code, 0, 1, flags), expect: 512);
        task.SenseCode.Should().Be(0x52400);
        task.SenseData[15].Should().Be((byte)(0xC8 | bit));
        task.SenseData[17].Should().Be(field);
    }

    [Fact]
    public void A_command_with_NACA_that_fails_establishes_ACA_and_one_that_succeeds_does_not()
    {
        foreach (byte[] cdb in new[] { new byte[6], Disk.Cdb10(0x28, 0, 1), Disk.Cdb12(0xA8, 0, 1), Disk.Cdb16(0x88, 0, 1) })
        {
            cdb[^1] = Cdb.Naca;
            _rig.Command(cdb, expect: 512).Status.Should().Be(ScsiStatus.Good);
        }
        byte[] bad = Disk.Cdb10(0x28, uint.MaxValue, 1);
        bad[^1] = Cdb.Naca;
        _rig.Command(bad, expect: 512).SenseCode.Should().Be(0x52100);
        _rig.Command(Disk.Cdb10(0x28, 0, 1), expect: 512).Status.Should().Be(ScsiStatus.AcaActive);
    }

    [Fact]
    public void Unknown_operation_codes_service_actions_and_short_CDBs_are_told_apart()
    {
        _rig.Command(new byte[] { 0x07, 0, 0, 0, 0, 0 }).SenseCode.Should().Be(0x52000);
        TestTask action = _rig.Command(new byte[] { 0x9E, 0x1F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 });
        action.SenseCode.Should().Be(0x52400);
        action.SenseData[17].Should().Be(1);
        _rig.Command(Disk.Cdb10(0x28, 0, 1).AsSpan(0, 9)).SenseCode.Should().Be(0x52400);
        _rig.Command([]).SenseCode.Should().Be(0x52000);
    }

    [Fact]
    public void More_than_the_maximum_transfer_length_is_refused()
    {
        using BlockDevice disk = Disk.InMemory(blocks: 1 << 20);
        TargetRig rig = new TargetRig(disk).Ready();
        rig.Command(Disk.Cdb16(0x88, 0, 524288), expect: 8 << 20).Transferred.Should().Be(8 << 20);
        TestTask task = rig.Command(Disk.Cdb16(0x88, 0, 524289), expect: 8 << 20);
        task.SenseCode.Should().Be(0x52400);
        task.SenseData[17].Should().Be(10);
    }

    [Fact]
    public void A_read_is_cut_at_what_the_initiator_expects()
    {
        TestTask task = _rig.Command(Disk.Cdb10(0x28, 0, 4), expect: 700);
        task.Status.Should().Be(ScsiStatus.Good);
        task.Transferred.Should().Be(700);
        task.Residual.Should().Be(2048 - 700);
        _rig.Command(Disk.Cdb10(0x28, 0, 4)).Residual.Should().Be(2048);
    }

    [Fact]
    public void A_write_with_too_little_data_writes_the_whole_blocks_of_it()
    {
        byte[] before = Disk.Pattern(4 * 512, seed: 1), data = Disk.Pattern(4 * 512, seed: 2);
        _rig.Out(Disk.Cdb10(0x2A, 0, 4), before);
        TestTask task = _rig.Out(Disk.Cdb10(0x2A, 0, 4), data, expect: 1300);
        task.Status.Should().Be(ScsiStatus.Good);
        task.Transferred.Should().Be(1024);
        task.Residual.Should().Be(2048 - 1300);
        _rig.Command(Disk.Cdb10(0x28, 0, 4), expect: 2048).DataIn.ToArray()
            .Should().Equal([.. data.Take(1024), .. before.Skip(1024)]);
    }

    [Fact]
    public void A_write_with_too_much_data_takes_what_the_CDB_says()
    {
        TestTask task = _rig.Out(Disk.Cdb10(0x2A, 0, 1), Disk.Pattern(2048));
        task.Transferred.Should().Be(512);
        task.Residual.Should().Be(512 - 2048);
    }

    [Fact]
    public void A_write_protected_unit_refuses_what_writes_and_reads_on()
    {
        using BlockDevice disk = Disk.InMemory(readOnly: true);
        TargetRig rig = new TargetRig(disk).Ready();
        foreach (byte[] cdb in new[] { Disk.Cdb6(0x0A, 0, 1), Disk.Cdb10(0x2A, 0, 1), Disk.Cdb10(0x41, 0, 1), Disk.Cdb10(0x2E, 0, 1), Disk.Cdb16(0x93, 0, 1), Disk.UnmapCdb(24) })
            rig.Out(cdb, new byte[512]).SenseCode.Should().Be(0x72700);
        rig.Command(Disk.Cdb10(0x28, 0, 1), expect: 512).Status.Should().Be(ScsiStatus.Good);
        rig.Command([0x1A, 8, 0x0A, 0, 255, 0], expect: 255).DataIn[2].Should().Be(0x90);
    }

    [Fact]
    public void Transfers_cross_the_windows_of_the_memory_store()
    {
        using BlockDevice disk = Disk.InMemory(blockSize: 4096, blocks: 3L << 18); // 3 GiB: windows of 1 GiB
        TargetRig rig = new TargetRig(disk).Ready();
        byte[] data = Disk.Pattern(8 * 4096);
        rig.Out(Disk.Cdb10(0x2A, (1 << 18) - 3, 8), data).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb10(0x28, (1 << 18) - 3, 8), expect: 8 * 4096).DataIn.ToArray().Should().Equal(data);
        rig.Command(Disk.Cdb10(0x28, (1 << 18) - 1, 1), expect: 4096).DataIn.ToArray().Should().Equal(data[8192..12288]);
    }

    [Fact]
    public void Warm_reads_and_writes_of_4_KiB_allocate_nothing()
    {
        byte[] data = Disk.Pattern(4096);
        byte[] read = Disk.Cdb10(0x28, 16, 8), write = Disk.Cdb10(0x2A, 16, 8);
        TestTask task = _rig.NewTask();
        task.LargestPiece = int.MaxValue;
        void Both()
        {
            _rig.Run(task.Prepare(_rig.Nexus, Lun.FromNumber(0), write, 4096, dataIn: false, data, hasDataOut: true));
            _rig.Run(task.Prepare(_rig.Nexus, Lun.FromNumber(0), read, 4096, dataIn: true));
        }
        for (int i = 0; i < 100; i++) Both();
        Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) Both();
        }).Should().Be(0);
        task.DataIn.SequenceEqual(data).Should().BeTrue();
    }
}
