// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Commands;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

public sealed class ParameterDataTests : IDisposable
{
    private const string ErrorRecovery = "010a00000000000000000000", Disconnect = "020e0000000000000000000000000000";
    private const string VerifyErrorRecovery = "070a00000000000000000000";
    private const string Caching = "081204000000000000000000000000000000" + "0000", Control = "0a0a00100000" + "0000ffff0000", Exceptions = "1c0a00000000000000000000";
    private const string Extension = "4a01001c" + "00006000000000000000000000000000000000000000000000000000";
    private const string Unit = "1806000000000000", Port = "1906000000000000";
    private const string Power = "1a26" + "0000000000000000000000000000000000000000000000000000000000000000000000000000";

    private readonly BlockDevice _disk = Disk.InMemory(); // 2048 blocks of 512 bytes
    private readonly TargetRig _rig;

    public ParameterDataTests() => _rig = new TargetRig(_disk).Ready();

    public void Dispose() => _disk.Dispose();

    private string Data(params byte[] cdb)
    {
        TestTask task = _rig.Command(cdb, expect: 2048);
        task.Status.Should().Be(ScsiStatus.Good);
        return Convert.ToHexStringLower(task.DataIn);
    }

    [Fact]
    public void Read_capacity_10_gives_the_last_LBA() => Data(0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0).Should().Be("000007ff" + "00000200");

    [Fact]
    public void Read_capacity_16_says_thin_and_zeros_besides() =>
        Data(0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0).Should().Be("00000000000007ff" + "00000200" + "0000" + "c000" + new string('0', 32));

    [Fact]
    public void Read_capacity_10_of_a_large_disk_asks_for_16()
    {
        using BlockDevice large = Disk.InMemory(blocks: (1L << 32) + 5);
        TargetRig rig = new TargetRig(large).Ready();
        Convert.ToHexStringLower(rig.Command([0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0], expect: 8).DataIn).Should().Be("ffffffff00000200");
        Convert.ToHexStringLower(rig.Command([0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0], expect: 12).DataIn).Should().Be("000000010000000400000200");
        byte[] data = Disk.Pattern(512);
        rig.Out(Disk.Cdb16(0x8A, (1L << 32) + 4, 1), data).Status.Should().Be(ScsiStatus.Good);
        rig.Command(Disk.Cdb16(0x88, (1L << 32) + 4, 1), expect: 512).DataIn.ToArray().Should().Equal(data);
    }

    [Fact]
    public void Mode_sense_6_returns_all_pages() =>
        Data(0x1A, 0, 0x3F, 0, 255, 0).Should().Be("97001008" + "00000800" + "00000200" + ErrorRecovery + Disconnect + VerifyErrorRecovery + Caching + Control + Unit + Port + Power + Exceptions);

    [Fact]
    public void Mode_sense_6_returns_one_page_without_block_descriptor() => Data(0x1A, 8, 0x08, 0, 255, 0).Should().Be("17001000" + Caching);

    [Fact]
    public void Changeable_values_of_the_caching_page_are_WCE_RCD_and_DRA() =>
        Data(0x1A, 8, 0x48, 0, 255, 0).Should().Be("17001000" + "081205" + new string('0', 18) + "20" + new string('0', 14));

    [Fact]
    public void Mode_sense_10_has_the_long_block_descriptor_when_accepted()
    {
        Data(0x5A, 0x10, 0x8A, 0xFF, 0, 0, 0, 1, 0, 0).Should().Be("0042" + "0010" + "0100" + "0010" + "0000000000000800" + "00000000" + "00000200" + Control + Extension);
        Data(0x5A, 0x00, 0x0A, 0, 0, 0, 0, 1, 0, 0).Should().Be("001a" + "0010" + "0000" + "0008" + "0000080000000200" + Control);
    }

    [Theory]
    [InlineData(0x04, 0x00, 0x52400, 2)] // no such page
    [InlineData(0x0A, 0x02, 0x52400, 3)] // no such subpage
    [InlineData(0xC8, 0x00, 0x53900, 0)] // saved values
    public void Mode_sense_refuses_what_is_not_there(byte page, byte subpage, int sense, byte field)
    {
        TestTask task = _rig.Command([0x1A, 0, page, subpage, 255, 0], expect: 255);
        task.SenseCode.Should().Be(sense);
        task.SenseData[17].Should().Be(field);
    }

    [Fact]
    public void Request_sense_has_nothing_to_say()
    {
        Data(0x03, 0, 0, 0, 252, 0).Should().Be("700000000000000a00000000000000000000");
        Data(0x03, 1, 0, 0, 252, 0).Should().Be("7200000000000000");
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x1B, 1, 0, 0, 1, 0 })] // START
    [InlineData(new byte[] { 0x1B, 0, 0, 0, 0, 0 })] // STOP
    [InlineData(new byte[] { 0x1E, 0, 0, 0, 1, 0 })] // PREVENT
    [InlineData(new byte[] { 0x35, 2, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x91, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0 })]
    public void Commands_without_data_succeed(byte[] cdb) => _rig.Command(cdb).Status.Should().Be(ScsiStatus.Good);

    [Theory]
    [InlineData(new byte[] { 0x1B, 0, 0, 0, 3, 0 }, 1)]    // LOEJ
    public void Start_stop_unit_refuses_to_load_what_is_not_removable(byte[] cdb, byte bit)
    {
        TestTask task = _rig.Command(cdb);
        task.SenseCode.Should().Be(0x52400);
        task.SenseData[15].Should().Be((byte)(0xC8 | bit));
    }

    [Fact]
    public void Report_supported_operation_codes_lists_every_command_with_its_length()
    {
        byte[] all = Convert.FromHexString(Data(0xA3, 0x0C, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0));
        BinaryPrimitives.ReadUInt32BigEndian(all).Should().Be((uint)(CommandTable.Entries.Count(entry => entry.Usage.Length <= 16) * 8));
        for (int i = 4; i < all.Length; i += 8)
        {
            byte[] cdb = new byte[16];
            cdb[0] = all[i];
            cdb[7] = 24;
            int expected = (all[i] >> 5) switch { 0 => 6, 1 or 2 => 10, 4 => 16, _ => 12 };
            BinaryPrimitives.ReadUInt16BigEndian(all.AsSpan(i + 6)).Should().Be((ushort)expected, "operation code {0:X2}h", all[i]);
            Cdb.LengthOf(cdb).Should().Be(expected);
        }
    }

    [Fact]
    public void Report_supported_operation_codes_gives_the_usage_data_of_one_command()
    {
        Data(0xA3, 0x0C, 3, 0x28, 0, 0, 0, 0, 1, 0, 0, 0).Should().Be("0003000a" + "2818ffffffff1fffff04");
        Data(0xA3, 0x0C, 1, 0x93, 0, 0, 0, 0, 1, 0, 0, 0).Should().Be("00030010" + "9309ffffffffffffffffffffffff1f04");
        Data(0xA3, 0x0C, 3, 0x9E, 0, 0x10, 0, 0, 1, 0, 0, 0).Should().Be("00030010" + "9e1000000000000000" + "00ffffffff0004");
        Data(0xA3, 0x0C, 3, 0x07, 0, 0, 0, 0, 1, 0, 0, 0).Should().Be("00010000");
        Data(0xA3, 0x0C, 0x83, 0x00, 0, 0, 0, 0, 1, 0, 0, 0).Should().Be("00830006" + "000000000004" + "000a0000000000000000001e");
        _rig.Command([0xA3, 0x0C, 1, 0x9E, 0, 0, 0, 0, 1, 0, 0, 0], expect: 256).SenseCode.Should().Be(0x52400);
        _rig.Command([0xA3, 0x0C, 2, 0x28, 0, 0, 0, 0, 1, 0, 0, 0], expect: 256).SenseCode.Should().Be(0x52400);
    }
}
