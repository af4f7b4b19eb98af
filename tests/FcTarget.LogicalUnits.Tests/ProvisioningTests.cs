// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

public sealed class ProvisioningTests : IDisposable
{
    private readonly BlockDevice _disk = Disk.InMemory(); // 2048 blocks of 512 bytes
    private readonly TargetRig _rig;
    private readonly byte[] _content = Disk.Pattern(64 * 512);

    public ProvisioningTests()
    {
        _rig = new TargetRig(_disk) { LargestPiece = 100 }.Ready();
        _rig.Out(Disk.Cdb10(0x2A, 0, 64), _content);
    }

    public void Dispose() => _disk.Dispose();

    private byte[] Medium() => _rig.Command(Disk.Cdb10(0x28, 0, 64), expect: 64 * 512).DataIn.ToArray();

    private TestTask Unmap(byte[] list) => _rig.Out(Disk.UnmapCdb(list.Length), list);

    [Fact]
    public void Unmapped_blocks_read_as_zeros_and_their_neighbours_stay()
    {
        Unmap(Disk.UnmapList((3, 20), (40, 1), (50, 0))).Status.Should().Be(ScsiStatus.Good); // 20 blocks: a whole page is among them
        byte[] expected = [.. _content];
        expected.AsSpan(3 * 512, 20 * 512).Clear();
        expected.AsSpan(40 * 512, 512).Clear();
        Medium().Should().Equal(expected);
    }

    [Fact]
    public void A_bad_descriptor_stops_all_of_an_unmap()
    {
        TestTask task = Unmap(Disk.UnmapList((0, 8), (2047, 2)));
        task.SenseCode.Should().Be(0x52100);
        BinaryPrimitives.ReadUInt32BigEndian(task.SenseData[3..]).Should().Be(2048);
        Medium().Should().Equal(_content);
    }

    [Fact]
    public void Lists_that_are_too_short_or_lie_are_refused()
    {
        _rig.Command(Disk.UnmapCdb(0)).Status.Should().Be(ScsiStatus.Good);
        _rig.Out(Disk.UnmapCdb(7), new byte[7]).SenseCode.Should().Be(0x51A00);
        Unmap(Disk.UnmapList()).Status.Should().Be(ScsiStatus.Good);
        byte[] list = Disk.UnmapList((0, 1));
        Unmap(list[..20]).SenseCode.Should().Be(0x51A00);
        _rig.Out(Disk.UnmapCdb(24), list, expect: 12).SenseCode.Should().Be(0x51A00);
        byte[] lies = [.. list];
        lies[1] = 4; // UNMAP DATA LENGTH without room for the descriptor
        Unmap(lies).SenseCode.Should().Be(0x52600);
        byte[] incomplete = [.. list];
        incomplete[1] = 21;
        incomplete[3] = 15; // an incomplete descriptor is ignored
        Unmap(incomplete).Status.Should().Be(ScsiStatus.Good);
        Medium().Should().Equal(_content);
    }

    [Fact]
    public void More_descriptors_or_blocks_than_the_limits_are_refused()
    {
        TestTask task = Unmap(Disk.UnmapList([.. Enumerable.Repeat((0ul, 0u), 65)]));
        task.SenseCode.Should().Be(0x52600);
        task.SenseData[15].Should().Be(0x80, "the field is in the parameter list");
        task.SenseData[17].Should().Be(2);
        Unmap(Disk.UnmapList([.. Enumerable.Repeat((0ul, 0u), 64)])).Status.Should().Be(ScsiStatus.Good);
        using BlockDevice large = Disk.InMemory(blocks: 1 << 20);
        TargetRig rig = new TargetRig(large).Ready();
        byte[] list = Disk.UnmapList((0, 1 << 19), (1 << 19, 1));
        rig.Out(Disk.UnmapCdb(list.Length), list).SenseCode.Should().Be(0x52600);
    }

    [Theory]
    [InlineData(0x41, 0x00, false)]
    [InlineData(0x41, 0x08, true)]
    [InlineData(0x93, 0x00, true)]
    [InlineData(0x93, 0x08, false)]
    public void Write_same_repeats_its_block(byte code, byte flags, bool zeros)
    {
        byte[] block = zeros ? new byte[512] : Disk.Pattern(512, seed: 3);
        byte[] cdb = code == 0x41 ? Disk.Cdb10(code, 5, 30, flags) : Disk.Cdb16(code, 5, 30, flags);
        _rig.Out(cdb, block).Status.Should().Be(ScsiStatus.Good);
        byte[] expected = [.. _content];
        for (int i = 5; i < 35; i++) block.CopyTo(expected, i * 512);
        Medium().Should().Equal(expected);
    }

    [Fact]
    public void Write_same_without_data_out_buffer_writes_zeros()
    {
        _rig.Command(Disk.Cdb16(0x93, 5, 30, flags: 0x01)).Status.Should().Be(ScsiStatus.Good);
        byte[] expected = [.. _content];
        expected.AsSpan(5 * 512, 30 * 512).Clear();
        Medium().Should().Equal(expected);
    }

    [Fact]
    public void Write_same_refuses_no_blocks_too_many_and_too_little_data()
    {
        _rig.Out(Disk.Cdb10(0x41, 0, 0), new byte[512]).SenseCode.Should().Be(0x52400);
        _rig.Out(Disk.Cdb10(0x41, 0, 1), new byte[512], expect: 100).SenseCode.Should().Be(0x52400);
        using BlockDevice large = Disk.InMemory(blocks: 1 << 20);
        TargetRig rig = new TargetRig(large).Ready();
        rig.Command(Disk.Cdb16(0x93, 0, 65536, flags: 1)).SenseCode.Should().Be(0x52400);
        rig.Command(Disk.Cdb16(0x93, 0, 65535, flags: 1)).Status.Should().Be(ScsiStatus.Good);
        Medium().Should().Equal(_content);
    }

    [Fact]
    public void Get_LBA_status_tells_written_from_unmapped_pages()
    {
        byte[] list = Disk.UnmapList((8, 16));
        Unmap(list).Status.Should().Be(ScsiStatus.Good);
        byte[] cdb = Disk.Cdb16(0x9E, 0, 0, flags: 0x12);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(10), 256);
        Convert.ToHexStringLower(_rig.Command(cdb, expect: 256).DataIn).Should().Be(
            "0000004400000000"
            + "0000000000000000" + "00000008" + "00000000"  // written
            + "0000000000000008" + "00000010" + "01000000"  // two pages given back
            + "0000000000000018" + "00000028" + "00000000"
            + "0000000000000040" + "000007c0" + "01000000"); // never written
        _rig.Command(Disk.Cdb16(0x9E, 2048, 0, flags: 0x12)).SenseCode.Should().Be(0x52100);
    }

    [Fact]
    public void A_full_pool_refuses_writes_and_its_threshold_is_told_once()
    {
        var options = new BlockDeviceOptions { Identity = Disk.Identity, Pool = 4 << 20, Threshold = 50 };
        using var disk = new BlockDevice(options, new Stores.MemoryStore(64 << 20));
        TargetRig rig = new TargetRig(disk).Ready();
        byte[] data = new byte[1 << 20];
        rig.Out(Disk.Cdb10(0x2A, 0, 2048), data).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2A, 2048, 2048), data).Status.Should().Be(ScsiStatus.Good);
        rig.Command(new byte[6]).SenseCode.Should().Be(0x63807, "half of the pool is used");
        rig.Out(Disk.Cdb10(0x2A, 4096, 2048), data).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2A, 6144, 2048), data).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2A, 8192, 1), data.AsMemory(0, 512)).SenseCode.Should().Be(0x72707);
        rig.Out(Disk.Cdb10(0x2A, 0, 2048), data).Status.Should().Be(ScsiStatus.Good, "that space is taken already");
        byte[] list = Disk.UnmapList((0, 8192));
        rig.Out(Disk.UnmapCdb(list.Length), list).Status.Should().Be(ScsiStatus.Good);
        rig.Out(Disk.Cdb10(0x2A, 8192, 2048), data).Status.Should().Be(ScsiStatus.Good);
    }

    [Fact]
    public void A_fully_provisioned_unit_does_not_unmap()
    {
        using var disk = new BlockDevice(new BlockDeviceOptions { Identity = Disk.Identity, Thin = false }, new Stores.MemoryStore(1 << 20));
        TargetRig rig = new TargetRig(disk).Ready();
        byte[] list = Disk.UnmapList((0, 1));
        rig.Out(Disk.UnmapCdb(list.Length), list).SenseCode.Should().Be(0x52000);
        rig.Out(Disk.Cdb10(0x41, 0, 1, flags: 0x08), new byte[512]).SenseCode.Should().Be(0x52400);
        rig.Command([0x12, 1, 0xB2, 0, 8, 0], expect: 8).DataIn.ToArray().Should().Equal(0, 0xB2, 0, 4, 0, 0, 1, 0);
    }

    [Fact]
    public void Verify_finds_the_first_byte_that_differs()
    {
        byte[] data = [.. _content];
        _rig.Out(Disk.Cdb10(0x2F, 0, 64, flags: 0x02), data).Status.Should().Be(ScsiStatus.Good);
        _rig.Command(Disk.Cdb10(0x2F, 0, 64)).Status.Should().Be(ScsiStatus.Good);
        data[12345] ^= 1;
        TestTask task = _rig.Out(Disk.Cdb10(0x2F, 0, 64, flags: 0x02), data);
        task.SenseCode.Should().Be(0xE1D00);
        BinaryPrimitives.ReadUInt32BigEndian(task.SenseData[3..]).Should().Be(12345);
    }

    [Fact]
    public void Verify_compares_one_block_with_each()
    {
        byte[] block = Disk.Pattern(512, seed: 4);
        _rig.Out(Disk.Cdb10(0x41, 0, 10), block);
        _rig.Out(Disk.Cdb16(0x8F, 0, 10, flags: 0x06), block).Status.Should().Be(ScsiStatus.Good);
        TestTask task = _rig.Out(Disk.Cdb12(0xAF, 0, 11, flags: 0x06), block);
        task.SenseCode.Should().Be(0xE1D00);
        _rig.Out(Disk.Cdb16(0x8F, 0, 10, flags: 0x06), block, expect: 511).SenseCode.Should().Be(0xB4B00);
    }
}
