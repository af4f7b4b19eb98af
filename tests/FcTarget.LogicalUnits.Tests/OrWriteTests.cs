// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>ORWRITE(32) and its generations (SBC-3 4.27), and WRITE ATOMIC(32).</summary>
public sealed class OrWriteTests : IDisposable
{
    private const int Mismatch = 0x52C0C;

    private readonly IoEngine _engine = new(workers: 1);
    private readonly BlockDevice _disk;
    private readonly TargetRig _rig;

    public OrWriteTests()
    {
        _disk = Disk.Protected(_engine, type: 0);
        _rig = new TargetRig(_disk).Ready();
    }

    public void Dispose()
    {
        _disk.Dispose();
        _engine.Dispose();
    }

    private static byte[] Bytes(byte value) => [.. Enumerable.Repeat(value, 512)];

    private int Set(uint expected, byte bits, uint blocks = 1) =>
        _rig.Out(Cdb(0, 0, expected, 0, blocks), blocks == 0 ? [] : Bytes(bits)).SenseCode;

    private int ChangeAndClear(uint expected, uint next, byte policy, byte keep = 0xFF, uint blocks = 1) =>
        _rig.Out(Cdb(1, policy, expected, next, blocks), blocks == 0 ? [] : Bytes(keep)).SenseCode;

    private static byte[] Cdb(byte operation, byte policy, uint expected, uint next, uint blocks)
    {
        byte[] cdb = Disk.Cdb32(0x0E, 5, blocks);
        cdb[2] = operation;
        cdb[3] = policy;
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(20), expected);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(24), next);
        return cdb;
    }

    private byte Medium() => _rig.Command(Disk.Cdb10(0x28, 5, 1), expect: 512).DataIn[511];

    [Fact]
    public void A_change_of_generation_clears_bits_and_sets_what_is_expected_from_then_on()
    {
        Set(0, 0x0F).Should().Be(0);
        Set(1, 0xF0).Should().Be(Mismatch);
        Medium().Should().Be(0x0F);
        ChangeAndClear(expected: 1, next: 2, policy: 7).Should().Be(Mismatch);
        ChangeAndClear(expected: 0, next: 9, policy: 7, keep: 0x3C).Should().Be(0);
        Medium().Should().Be(0x0C);
        Set(0, 0xF0).Should().Be(Mismatch, "the previous one, with policy 7h");
        _rig.Out(Disk.Cdb16(0x8B, 5, 1), Bytes(0xF0)).SenseCode.Should().Be(Mismatch, "ORWRITE(16) expects generation 0");
        Set(9, 0x40).Should().Be(0);
        Medium().Should().Be(0x4C);
        ChangeAndClear(9, 0, 7, blocks: 0).Should().Be(0, "no block has to be cleared for it");
        _rig.Out(Disk.Cdb16(0x8B, 5, 1), Bytes(0x80)).SenseCode.Should().Be(0);
        Medium().Should().Be(0xCC);
    }

    [Theory]
    [InlineData(0, 0x03, Mismatch)] // performed
    [InlineData(2, 0x01, Mismatch)] // discarded
    [InlineData(3, 0x07, 0)]        // anything is performed
    [InlineData(5, 0x01, 0)]        // anything is discarded
    public void A_policy_says_what_becomes_of_the_previous_generation_and_of_others(byte policy, byte medium, int ofOthers)
    {
        ChangeAndClear(expected: 0, next: 5, policy).Should().Be(0);
        Set(5, 0x01).Should().Be(0);
        Set(0, 0x02).Should().Be(0);
        Set(77, 0x04).Should().Be(ofOthers);
        Medium().Should().Be(medium);
    }

    [Fact]
    public void Reserved_codes_are_refused()
    {
        foreach (byte policy in (byte[])[1, 4, 6, 8, 15]) ChangeAndClear(0, 5, policy).Should().Be(0x52400);
        _rig.Out(Cdb(2, 0, 0, 0, 1), Bytes(0)).SenseCode.Should().Be(0x52400);
        Set(0, 1).Should().Be(0, "nothing has changed");
    }

    [Fact]
    public void A_logical_unit_reset_keeps_the_generation()
    {
        ChangeAndClear(0, 5, 7).Should().Be(0);
        _disk.OnReset();
        Set(0, 1).Should().Be(Mismatch);
        Set(5, 1).Should().Be(0);
    }

    [Fact]
    public void With_protection_the_guard_is_made_anew_also_when_bits_are_cleared()
    {
        using BlockDevice disk = Disk.Protected(_engine, type: 1);
        TargetRig rig = new TargetRig(disk).Ready();
        rig.Out(Disk.Cdb10(0x2A, 5, 1, 0x20), Disk.WithTags(Bytes(0xFF), 5)).Status.Should().Be(ScsiStatus.Good);
        byte[] clear = Cdb(1, 7, 0, 3, 1);
        clear[10] = 0x20; // ORPROTECT
        rig.Out(clear, Disk.WithTags(Bytes(0x0F), 5)).SenseCode.Should().Be(0);
        rig.Command(Disk.Cdb10(0x28, 5, 1, 0x20), expect: 520).DataIn.ToArray().Should().Equal(Disk.WithTags(Bytes(0x0F), 5));
        using BlockDevice typeTwo = Disk.Protected(_engine, type: 2);
        new TargetRig(typeTwo).Ready().Out(clear, Disk.WithTags(Bytes(0x0F), 5)).SenseCode.Should().Be(0x52000, "type 2 takes no tags without their reference");
    }

    [Fact]
    public void Write_atomic_32_checks_the_tags_of_its_CDB()
    {
        using BlockDevice disk = Disk.Protected(_engine, type: 2);
        TargetRig rig = new TargetRig(disk).Ready();
        byte[] data = Disk.WithTags(Disk.Pattern(4 * 512), 900);
        byte[] cdb = Disk.Cdb32(0x0F, 8, 4, 0x20, referenceTag: 900, 0x1111, mask: 0xFFFF);
        rig.Out(cdb, data).SenseCode.Should().Be(0);
        rig.Command(Disk.Cdb32(0x09, 8, 4, 0x20, 900, 0x1111, 0xFFFF), expect: 4 * 520).DataIn.ToArray().Should().Equal(data);
        rig.Out(Disk.Cdb32(0x0F, 8, 4, 0x20, referenceTag: 901), data).SenseCode.Should().Be(0xB1003);
        rig.Out(Disk.Cdb32(0x0F, 8, 2049, 0), new byte[512]).SenseCode.Should().Be(0x52100);
        cdb[5] = 1; // ATOMIC BOUNDARY
        rig.Out(cdb, data).SenseCode.Should().Be(0x52400);
        _rig.Out(Disk.Cdb32(0x0F, 8, 1), new byte[512]).SenseCode.Should().Be(0x52000, "not without type 2");
    }
}
