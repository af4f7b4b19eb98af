// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Units that say, and do, other things about unmapping and WRITE SAME than the default (SBC-3 5.47, 6.5.3, 6.5.4).</summary>
public sealed class ProvisioningBitsTests : IDisposable
{
    private const byte Unmap = 0x08, NoDataOutBuffer = 0x01;
    private const int Blocks = 1 << 17;

    private readonly List<BlockDevice> _disks = [];

    public void Dispose() => _disks.ForEach(disk => disk.Dispose());

    private TargetRig Rig(ProvisioningBits without, bool thin = true)
    {
        BlockDeviceOptions options = new() { Identity = Disk.Identity, Thin = thin, ProvisioningBits = ProvisioningBits.All & ~without };
        _disks.Add(new BlockDevice(options, new MemoryStore(Blocks * 512L)));
        return new TargetRig(_disks[^1]).Ready();
    }

    [Theory]
    [InlineData(ProvisioningBits.Lbpu, 0x64)]
    [InlineData(ProvisioningBits.Lbpws, 0xA4)]
    [InlineData(ProvisioningBits.Lbpws10, 0xC4)]
    [InlineData(ProvisioningBits.Lbprz, 0xE0)]
    [InlineData(ProvisioningBits.Wsnz, 0xE4)]
    public void What_is_left_out_is_not_in_the_pages_and_its_command_is_refused(ProvisioningBits without, byte pageByte)
    {
        TargetRig rig = Rig(without);
        byte[] list = Disk.UnmapList((0, 8)), zeros = new byte[512];

        rig.Command([0x12, 1, 0xB2, 0, 8, 0], expect: 8).DataIn[5].Should().Be(pageByte);
        byte[] limits = rig.Command([0x12, 1, 0xB0, 0, 64, 0], expect: 64).DataIn.ToArray();
        limits[4].Should().Be(without == ProvisioningBits.Wsnz ? (byte)0 : (byte)1);
        limits[20..32].Any(b => b != 0).Should().BeTrue("the granularity is that of WRITE SAME too");
        limits[20..28].All(b => b == 0).Should().Be(without == ProvisioningBits.Lbpu);
        rig.Command([0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], expect: 32).DataIn[14]
            .Should().Be(without == ProvisioningBits.Lbprz ? (byte)0x80 : (byte)0xC0);

        const int Good = 0, NoSuchCommand = 0x52000, NoSuchField = 0x52400;
        rig.Out(Disk.UnmapCdb(list.Length), list).SenseCode.Should().Be(without == ProvisioningBits.Lbpu ? NoSuchCommand : Good);
        rig.Out(Disk.Cdb16(0x93, 0, 8, Unmap), zeros).SenseCode.Should().Be(without == ProvisioningBits.Lbpws ? NoSuchField : Good);
        rig.Out(Disk.Cdb10(0x41, 0, 8, Unmap), zeros).SenseCode.Should().Be(without == ProvisioningBits.Lbpws10 ? NoSuchField : Good);
        rig.Out(Disk.Cdb10(0x41, 0, 8), zeros).SenseCode.Should().Be(Good, "that unmaps nothing");
    }

    [Theory]
    [InlineData(ProvisioningBits.None, true, true)]
    [InlineData(ProvisioningBits.Lbpu, true, false)]
    [InlineData(ProvisioningBits.None, false, false)]
    public void Unmap_is_among_the_supported_operation_codes_of_a_unit_that_has_it(ProvisioningBits without, bool thin, bool isThere)
    {
        TargetRig rig = Rig(without, thin);
        rig.Command([0xA3, 0x0C, 0x01, 0x42, 0, 0, 0, 0, 0, 64, 0, 0], expect: 64).DataIn[1].Should().Be(isThere ? (byte)3 : (byte)1);
        byte[] all = rig.Command([0xA3, 0x0C, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0], expect: 4096).DataIn.ToArray();
        Enumerable.Range(0, (all.Length - 4) / 8).Any(i => all[4 + (i * 8)] == 0x42).Should().Be(isThere);
    }

    [Fact]
    public void A_unit_without_protection_information_lists_no_command_that_is_longer_than_16_bytes()
    {
        byte[] all = Rig(ProvisioningBits.None).Command([0xA3, 0x0C, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0], expect: 4096).DataIn.ToArray();
        Enumerable.Range(0, (all.Length - 4) / 8).Max(i => all[4 + (i * 8) + 7]).Should().Be(16, "CDB LENGTH");
    }

    [Theory]
    [InlineData(0x41)]
    [InlineData(0x93)]
    public void Without_WSNZ_no_blocks_are_all_to_the_end_of_the_medium(byte code)
    {
        TargetRig rig = Rig(ProvisioningBits.Wsnz);
        byte[] WriteSame(uint lba) => code == 0x41 ? Disk.Cdb10(code, lba, 0) : Disk.Cdb16(code, lba, 0);
        byte[] block = Disk.Pattern(512, seed: 5);

        rig.Out(WriteSame(Blocks - 3), block).Status.Should().Be(ScsiStatus.Good);
        byte[] tail = rig.Command(Disk.Cdb10(0x28, Blocks - 4, 4), expect: 2048).DataIn.ToArray();
        tail.Should().Equal([.. new byte[512], .. block, .. block, .. block]);

        rig.Out(WriteSame(Blocks - 65536), block).SenseCode.Should().Be(0x52400, "MAXIMUM WRITE SAME LENGTH is 65535");
        rig.Out(WriteSame(Blocks), block).SenseCode.Should().Be(0x52100);
        rig.Out(WriteSame(uint.MaxValue), block).SenseCode.Should().Be(0x52100);
    }

    [Theory]
    [InlineData(ProvisioningBits.None, true)]
    [InlineData(ProvisioningBits.Lbprz, false)]
    public void A_block_that_is_not_zeros_is_written_where_LBPRZ_is_set_and_unmapped_where_it_is_not(ProvisioningBits without, bool written)
    {
        TargetRig rig = Rig(without);
        byte[] block = Disk.Pattern(512, seed: 6);
        rig.Out(Disk.Cdb10(0x2A, 0, 8), Disk.Pattern(4096)).Status.Should().Be(ScsiStatus.Good);

        rig.Out(Disk.Cdb16(0x93, 0, 8, Unmap), block).Status.Should().Be(ScsiStatus.Good);

        byte[] status = rig.Command([0x9E, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24, 0, 0], expect: 24).DataIn.ToArray();
        status[20].Should().Be(written ? (byte)0 : (byte)1, "PROVISIONING STATUS");
        if (written) rig.Command(Disk.Cdb10(0x28, 7, 1), expect: 512).DataIn.ToArray().Should().Equal(block);
    }

    [Fact]
    public void Write_same_with_more_or_less_data_than_one_block_is_refused_before_it_touches_the_medium()
    {
        TargetRig rig = Rig(ProvisioningBits.None);
        rig.Out(Disk.Cdb10(0x41, 0, 1, Unmap), new byte[1024]).SenseCode.Should().Be(0x52400);
        rig.Out(Disk.Cdb16(0x93, 0, 1), Disk.Pattern(4096)).SenseCode.Should().Be(0x52400);
        rig.Out(Disk.Cdb16(0x93, 0, 1, Unmap), new byte[256]).SenseCode.Should().Be(0x52400);
        rig.Command(Disk.Cdb10(0x41, 0, 1)).SenseCode.Should().Be(0x52400);
        rig.Command(Disk.Cdb16(0x93, 0, 1, NoDataOutBuffer)).Status.Should().Be(ScsiStatus.Good);
        byte[] status = rig.Command([0x9E, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24, 0, 0], expect: 24).DataIn.ToArray();
        BinaryPrimitives.ReadUInt32BigEndian(status.AsSpan(16)).Should().Be(Blocks, "nothing has been written anywhere");
    }
}
