// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>The Application Tag mode page (SBC-3 6.4.3): which application tag the blocks of a range should have.</summary>
public sealed class ApplicationTagTests : IDisposable
{
    private const int ApplicationTagCheckFailed = 0xB1002, InvalidParameter = 0x52600, Blocks = 2048;

    private readonly IoEngine _engine = new(workers: 1);
    private readonly BlockDevice _disk;
    private readonly TargetRig _rig;

    public ApplicationTagTests()
    {
        _disk = Disk.Protected(_engine, type: 1, blocks: Blocks);
        _rig = new TargetRig(_disk).Ready();
    }

    public void Dispose()
    {
        _disk.Dispose();
        _engine.Dispose();
    }

    private int Select(byte[] page)
    {
        byte[] list = [0, 0, 0, 0, 0, 0, 0, 0, .. page];
        return _rig.Out([0x55, 0x10, 0, 0, 0, 0, 0, 0, (byte)list.Length, 0], list).SenseCode;
    }

    private byte[] Sense(byte subpage) => _rig.Command([0x5A, 8, 0x0A, subpage, 0, 0, 0, 1, 0, 0], expect: 256).DataIn[8..].ToArray();

    private void Enable(bool enabled)
    {
        byte[] control = Sense(0);
        control[0] &= 0x3F;
        control[5] = (byte)(enabled ? 0xA0 : 0x80); // ATO, ATMPE
        Select(control).Should().Be(0);
    }

    private static byte[] Page(params (ulong Lba, ulong Count, ushort Tag, bool Last)[] ranges)
    {
        byte[] page = [0x4A, 0x02, 0, 108, .. new byte[108]];
        for (int i = 0; i < ranges.Length; i++)
        {
            Span<byte> descriptor = page.AsSpan(16 + (i * 24));
            if (ranges[i].Last) descriptor[0] = 0x80;
            BinaryPrimitives.WriteUInt16BigEndian(descriptor[6..], ranges[i].Tag);
            BinaryPrimitives.WriteUInt64BigEndian(descriptor[8..], ranges[i].Lba);
            BinaryPrimitives.WriteUInt64BigEndian(descriptor[16..], ranges[i].Count);
        }
        return page;
    }

    private int Write(uint lba, ushort tag, byte flags = 0x20) => _rig.Out(Disk.Cdb10(0x2A, lba, 1, flags), Disk.WithTags(Disk.Pattern(512), lba, tag)).SenseCode;

    [Fact]
    public void Tags_are_checked_by_the_range_that_a_block_is_in_while_the_page_is_enabled()
    {
        Select(Page((0, 100, 0xAAAA, false), (100, Blocks - 100, 0xBBBB, true))).Should().Be(0);
        Write(99, 0x1234).Should().Be(0, "ATMPE is zero");
        _rig.Command(Disk.Cdb10(0x28, 99, 1, 0x20), expect: 520).SenseCode.Should().Be(0);
        Enable(true);
        Write(98, 0xAAAA).Should().Be(0);
        Write(100, 0xAAAA).Should().Be(ApplicationTagCheckFailed);
        Write(100, 0xBBBB).Should().Be(0);
        Write(Blocks - 1, 0xBBBB).Should().Be(0);
        Write(101, 0x1234, flags: 0x60).Should().Be(0, "WRPROTECT 011b checks nothing");
        TestTask read = _rig.Command(Disk.Cdb10(0x28, 98, 4, 0x20), expect: 4 * 520);
        read.SenseCode.Should().Be(ApplicationTagCheckFailed);
        BinaryPrimitives.ReadUInt32BigEndian(read.SenseData[3..]).Should().Be(99);
        _rig.Command(Disk.Cdb10(0x28, 98, 4), expect: 4 * 512).SenseCode.Should().Be(ApplicationTagCheckFailed, "RDPROTECT 000b checks too");
        _rig.Command(Disk.Cdb10(0x2F, 98, 1, 0x20)).SenseCode.Should().Be(0);
        _rig.Command(Disk.Cdb10(0x28, 500, 1, 0x20), expect: 520).SenseCode.Should().Be(0, "a block that was never written has the escape");
        Enable(false);
        _rig.Command(Disk.Cdb10(0x28, 98, 4, 0x20), expect: 4 * 520).SenseCode.Should().Be(0);
    }

    [Fact]
    public void A_page_that_contradicts_itself_or_the_capacity_is_refused_and_changes_nothing()
    {
        byte[] good = Page((0, 100, 1, false), (0, 0, 0, false), (100, Blocks - 101, 2, true)); // the sum is the RETURNED LOGICAL BLOCK ADDRESS
        Select(good).Should().Be(0);
        Select(Page((1, Blocks - 1, 1, true))).Should().Be(InvalidParameter, "the first range begins with LBA 0");
        Select(Page((0, 100, 1, false), (101, Blocks - 101, 2, true))).Should().Be(InvalidParameter, "a gap");
        Select(Page((0, 100, 1, false), (99, Blocks - 99, 2, true))).Should().Be(InvalidParameter, "an overlap");
        Select(Page((0, Blocks + 1, 1, true))).Should().Be(InvalidParameter, "past the capacity");
        Select(Page((0, ulong.MaxValue, 1, false), (ulong.MaxValue, 2, 1, true))).Should().Be(InvalidParameter);
        Select(Page((0, 100, 1, true))).Should().Be(InvalidParameter, "the last one ends before the capacity");
        Select(Page((0, Blocks, 1, false))).Should().Be(InvalidParameter, "none is the last");
        byte[] read = Sense(2);
        read[0] &= 0x7F;
        read.Should().Equal(good);
        Select(Page()).Should().Be(0, "no ranges at all");
    }

    [Fact]
    public void A_unit_without_protection_has_no_such_page()
    {
        using BlockDevice plain = Disk.InMemory();
        TargetRig rig = new TargetRig(plain).Ready();
        rig.Command([0x5A, 8, 0x0A, 2, 0, 0, 0, 1, 0, 0], expect: 256).SenseCode.Should().Be(0x52400);
        _rig.Command([0x1A, 0, 0x3F, 0xFF, 255, 0], expect: 255).SenseCode.Should().Be(0x52400, "more than MODE SENSE(6) can count");
        _rig.Command([0x5A, 0, 0x3F, 0xFF, 0, 0, 0, 4, 0, 0], expect: 1024).Status.Should().Be(ScsiStatus.Good);
    }
}
