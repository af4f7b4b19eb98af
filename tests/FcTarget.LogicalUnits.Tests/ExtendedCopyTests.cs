// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static FcTarget.LogicalUnits.Tests.ThirdPartyCopy;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Third-party copy: EXTENDED COPY, ROD tokens, and the RECEIVE COPY commands, between a memory unit and a file.</summary>
public sealed class ExtendedCopyTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"fctarget-{Guid.NewGuid():n}.img");
    private readonly LogicalUnitFactory _factory = new();
    private readonly BlockDevice _memory, _file;
    private readonly TargetRig _rig;
    private readonly byte[] _data = Disk.Pattern(40 * 512);

    public ExtendedCopyTests()
    {
        _memory = _factory.Create(LuSpec.Parse("memory:64M"));
        _file = _factory.Create(LuSpec.Parse($"file:{_path},size=64M"));
        _rig = new TargetRig(_memory, _file).Ready();
        _rig.Out(Disk.Cdb10(0x2A, 100, 40), _data).Status.Should().Be(ScsiStatus.Good);
    }

    public void Dispose()
    {
        _factory.Dispose();
        File.Delete(_path);
    }

    private byte[] ReadBlocks(int lun, uint lba, ushort blocks) => _rig.Command(Disk.Cdb10(0x28, lba, blocks), expect: blocks * 512u, lun: lun).DataIn.ToArray();

    private TestTask CopyOut(byte action, byte[] list, uint listId = 0)
    {
        byte[] cdb = Disk.Cdb16(0x83, listId, (uint)list.Length, flags: action);
        return _rig.Out(cdb, list);
    }

    private TestTask CopyIn(byte action, uint listId = 0)
    {
        byte[] cdb = Disk.Cdb16(0x84, 0, 1024, flags: action);
        if (action is 0 or 4) cdb[2] = (byte)listId;
        else BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(2), listId);
        return _rig.Command(cdb, expect: 1024);
    }

    [Fact]
    public void A_copy_goes_from_unit_to_unit_and_its_status_is_kept()
    {
        byte[][] units = [Cscd(_memory), Cscd(_file)];
        CopyOut(0, Lid1(5, units, Segment(0, 1, 40, 100, 7), Segment(1, 0, 10, 7, 2000))).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(1, 7, 40).Should().Equal(_data);
        ReadBlocks(0, 2000, 10).Should().Equal(_data[..5120]);
        Convert.ToHexStringLower(CopyIn(0, 5).DataIn).Should().Be("00000008" + "01" + "0002" + "00" + "00006400");
        CopyIn(0, 6).SenseCode.Should().Be(0x52400);
        CopyIn(4, 5).DataIn.ToArray().Should().Equal(0, 0, 0, 0);
    }

    [Fact]
    public void A_copy_with_a_long_list_identifier_does_the_same()
    {
        byte[] list = new byte[48 + 64 + 28];
        list[0] = 1;
        list[3] = 0x20;
        list[16] = 0xFF;
        list[23] = 9;
        list[43] = 64;
        list[45] = 28;
        Cscd(_memory).CopyTo(list, 48);
        Cscd(_file).CopyTo(list, 80);
        Segment(0, 1, 40, 100, 64).CopyTo(list, 112);
        CopyOut(1, list).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(1, 64, 40).Should().Equal(_data);
        TestTask status = CopyIn(5, 9);
        status.DataIn[5].Should().Be(1);
        BinaryPrimitives.ReadInt64BigEndian(status.DataIn[16..]).Should().Be(40 * 512);
    }

    [Fact]
    public void Lists_that_ask_for_what_is_not_there_are_refused()
    {
        byte[][] units = [Cscd(_memory)];
        CopyOut(0, Lid1(1, units, Segment(0, 1, 1, 0, 1))).SenseCode.Should().Be(0xA0D02, "there is no second CSCD");
        CopyOut(0, Lid1(1, units, Segment(0, 0, 1, 0, 131072))).SenseCode.Should().Be(0xA0000, "past the end");
        CopyOut(0, Lid1(1, [new byte[32]], Segment(0, 0, 1, 0, 1))).SenseCode.Should().Be(0x52607);
        CopyOut(0, Lid1(1, units, [0x03, 0, 0, 0x18, .. new byte[24]])).SenseCode.Should().Be(0x52609);
        CopyOut(0, Lid1(1, units, Segment(0, 0, 1, 0, 1))[..50]).SenseCode.Should().Be(0x51A00);
        CopyOut(0, []).Status.Should().Be(ScsiStatus.Good);
        byte[] stranger = Cscd(_memory);
        stranger[20] ^= 1;
        CopyOut(0, Lid1(1, [stranger], Segment(0, 0, 1, 0, 1))).SenseCode.Should().Be(0xA0D02);
        CopyIn(0, 1).SenseCode.Should().Be(0x52400, "none of them has begun");
    }

    [Fact]
    public void A_reservation_of_the_target_by_another_stops_a_copy()
    {
        ItNexus other = new("20000000000000ff", "20000000000000aa", new byte[24]);
        _rig.Router.BeginNexus(other);
        _rig.Command(new byte[6], lun: 1, nexus: other);
        _rig.Command([0x16, 0, 0, 0, 0, 0], lun: 1, nexus: other).Status.Should().Be(ScsiStatus.Good);
        CopyOut(0, Lid1(1, [Cscd(_memory), Cscd(_file)], Segment(0, 1, 40, 100, 7))).SenseCode.Should().Be(0xA0D01);
    }

    [Fact]
    public void Operating_parameters_name_the_limits()
    {
        byte[] data = CopyIn(3).DataIn.ToArray();
        Convert.ToHexStringLower(data).Should().Be(
            "0000002b" + "01000000" + "0010" + "0040" + "00001000" + "01000000" + "0000000000000000000000000000" + "0010" + "10" + "09" + "0000000000" + "03" + "020ae4");
    }

    private byte[] Populate(uint listId, params (ulong, uint)[] ranges)
    {
        CopyOut(0x10, Ranges(14, ranges), listId).Status.Should().Be(ScsiStatus.Good);
        TestTask information = CopyIn(7, listId);
        byte[] data = information.DataIn.ToArray();
        data[4].Should().Be(0x10);
        BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(32 + data[13])).Should().Be(514, "behind the sense data field");
        return data[(32 + data[13] + 6)..][..512];
    }

    private TestTask WriteUsing(byte[] token, ulong offset, params (ulong, uint)[] ranges)
    {
        byte[] list = Ranges(534, ranges);
        BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(8), offset);
        token.CopyTo(list, 16);
        return CopyOut(0x11, list, 77);
    }

    [Fact]
    public void A_token_stands_for_ranges_and_is_written_elsewhere()
    {
        byte[] token = Populate(3, (100, 10), (120, 20));
        WriteUsing(token, 5, (5000, 8), (6000, 4)).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(0, 5000, 8).Should().Equal([.. _data[(5 * 512)..(10 * 512)], .. _data[(20 * 512)..(23 * 512)]]);
        ReadBlocks(0, 6000, 4).Should().Equal(_data[(23 * 512)..(27 * 512)]);
        BinaryPrimitives.ReadInt64BigEndian(CopyIn(5, 77).DataIn[16..]).Should().Be(12);
        BinaryPrimitives.ReadInt32BigEndian(CopyIn(8).DataIn).Should().Be(4 + 96);
    }

    [Fact]
    public void A_token_that_is_not_ours_is_refused_and_the_zero_token_writes_zeros()
    {
        byte[] token = Populate(3, (100, 10));
        token[130] ^= 1;
        WriteUsing(token, 0, (100, 10)).SenseCode.Should().Be(0x52304);
        byte[] zero = new byte[512];
        BinaryPrimitives.WriteUInt32BigEndian(zero, 0xFFFF_0001);
        WriteUsing(zero, 0, (100, 10)).Status.Should().Be(ScsiStatus.Good);
        ReadBlocks(0, 100, 11).Should().Equal([.. new byte[5120], .. _data[5120..5632]]);
        CopyOut(0x10, Ranges(14, (131072, 1))).SenseCode.Should().Be(0x52100);
        CopyOut(0x10, Ranges(14)).SenseCode.Should().Be(0x52600);
    }

    [Fact]
    public void A_copy_to_a_protected_unit_makes_its_tags_and_one_from_it_checks_them()
    {
        BlockDevice guarded = _factory.Create(LuSpec.Parse("memory:64M,pi=1"));
        TargetRig rig = new TargetRig(_memory, guarded).Ready();
        byte[] cdb = [0x83, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] there = Lid1(1, [Cscd(_memory), Cscd(guarded)], Segment(0, 1, 40, from: 100, to: 7));
        cdb[13] = (byte)there.Length;
        rig.Out(cdb, there).Status.Should().Be(ScsiStatus.Good);
        byte[] tagged = rig.Command(Disk.Cdb10(0x28, 7, 40, flags: 0x20), expect: 40 * 520, lun: 1).DataIn.ToArray();
        tagged.Should().Equal(Disk.WithTags(_data, 7, 0xFFFF));

        // Of block 8 one bit is wrong, and its application tag is none that escapes the check.
        byte[] wrong = Disk.WithTags(_data.AsSpan(512, 512), 8);
        wrong[0] ^= 1;
        rig.Out(Disk.Cdb10(0x2A, 8, 1, flags: 0x60), wrong, lun: 1).Status.Should().Be(ScsiStatus.Good);
        byte[] back = Lid1(2, [Cscd(guarded), Cscd(_memory)], Segment(0, 1, 40, from: 7, to: 900));
        TestTask failed = rig.Out(cdb, back);
        Convert.ToHexStringLower(failed.SenseData).Should().Be(
            "70000a000000001d12000000" + "0d0100" + "a00004" + "02" + "f0000b00000008" + "0a00000000" + "100100000000", "GUARD CHECK FAILED, block 8, of the source");
        ReadBlocks(0, 900, 40).Should().Equal(new byte[40 * 512]);
    }

    [Fact]
    public void Bytes_that_are_not_whole_blocks_are_copied_into_protected_ones()
    {
        BlockDevice guarded = _factory.Create(LuSpec.Parse("memory:64M,pi=1"));
        TargetRig rig = new TargetRig(guarded).Ready();
        byte[] before = Disk.Pattern(3 * 512, seed: 9), piece = Disk.Pattern(700, seed: 10), after = [.. before];
        piece.CopyTo(after, 200);
        rig.Out(Disk.Cdb10(0x2A, 5, 3), before).Status.Should().Be(ScsiStatus.Good);
        guarded.WriteBytes((5 * 512) + 200, piece).Should().Be(Stores.StoreResult.Ok);
        rig.Command(Disk.Cdb10(0x28, 5, 3, flags: 0x20), expect: 3 * 520).DataIn.ToArray().Should().Equal(Disk.WithTags(after, 5, 0xFFFF));
        byte[] read = new byte[700];
        guarded.ReadBytes((5 * 512) + 200, read, out _).Should().Be(Stores.StoreResult.Ok);
        read.Should().Equal(piece);
    }
}
