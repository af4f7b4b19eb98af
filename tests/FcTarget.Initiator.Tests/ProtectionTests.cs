// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.Initiator.Tests;

/// <summary>Protection information on its way between an initiator and a target: 8 bytes behind each block, counted by FCP_DL and the residual.</summary>
public sealed class ProtectionTests : IDisposable
{
    private const int Lun = 2, Unit = 520;

    private readonly InitiatorRig _rig = new();
    private readonly BlockDevice _disk;

    public ProtectionTests()
    {
        var store = new ProtectedStore(new MemoryStore(4 << 20), new MemoryStore((4 << 20) / 512 * 8), 512, type: 2);
        _disk = new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("protected", 2, "protected") }, store);
        _rig.Router.Luns.Add(Lun, _disk);
        _rig.Runs(_rig.Command(new byte[6], lun: Lun)); // takes the unit attention
    }

    public void Dispose()
    {
        _rig.Dispose();
        _disk.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(1000)]
    public void Blocks_and_tags_go_to_the_medium_and_come_back(int blocks)
    {
        byte[] data = Blocks(blocks), back = new byte[data.Length];
        InitiatorCommand write = _rig.Runs(_rig.Command(Cdb32(0x0B, 100, blocks), dataOut: data, lun: Lun));
        write.Should().Match<InitiatorCommand>(c => c.IsGood && c.BytesMoved == data.Length && c.Residual == 0, InitiatorRig.Describe(write));
        InitiatorCommand read = _rig.Runs(_rig.Command(Cdb32(0x09, 100, blocks), dataIn: back, lun: Lun));
        read.Should().Match<InitiatorCommand>(c => c.IsGood && c.BytesMoved == data.Length && c.Residual == 0, InitiatorRig.Describe(read));
        back.Should().Equal(data);
    }

    [Fact]
    public void A_bit_that_flips_on_the_way_ends_in_a_guard_check()
    {
        byte[] data = Blocks(4);
        data[(2 * Unit) + 100] ^= 4;
        InitiatorCommand write = _rig.Runs(_rig.Command(Cdb32(0x0B, 100, 4), dataOut: data, lun: Lun));
        InitiatorRig.Describe(write).Should().Be("CheckCondition, AbortedCommand 10/01");
    }

    [Fact]
    public void An_initiator_that_expects_no_tags_hears_how_much_was_over()
    {
        _rig.RunsWell(_rig.Command(Cdb32(0x0B, 100, 4), dataOut: Blocks(4), lun: Lun));
        InitiatorCommand read = _rig.Runs(_rig.Command(Cdb32(0x09, 100, 4), dataIn: new byte[4 * 512], lun: Lun));
        read.Should().Match<InitiatorCommand>(c => c.IsGood && c.BytesMoved == 2048 && c.Residual == 32, InitiatorRig.Describe(read));
    }

    /// <summary>Reference tags from 0x100 on, application tag 5678h.</summary>
    private static byte[] Blocks(int count)
    {
        byte[] all = InitiatorRig.Pattern(count * Unit);
        for (int i = 0; i < count; i++)
        {
            Span<byte> block = all.AsSpan(i * Unit, Unit);
            new ProtectionInformation(LogicalBlockGuard.Of(block[..512]), 0x5678, (uint)(0x100 + i)).Write(block[512..]);
        }
        return all;
    }

    /// <summary>A 32-byte command with its protect field 001b that expects those tags.</summary>
    private static byte[] Cdb32(byte action, byte lba, int blocks) =>
    [
        0x7F, 0, 0, 0, 0, 0, 0, 24, 0, action, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, lba, 0, 0, 1, 0, 0x56, 0x78, 0xFF, 0xFF, 0, 0, (byte)(blocks >> 8), (byte)blocks,
    ];
}
