// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Parameter lists of the third-party copy commands (SPC-4 6.4, SBC-3 5.8 and 5.49).</summary>
internal static class ThirdPartyCopy
{
    public static byte[] Cscd(BlockDevice unit)
    {
        byte[] cscd = new byte[32];
        cscd[0] = 0xE4;
        cscd[4] = 1;
        cscd[5] = 3;
        cscd[7] = 16;
        BinaryPrimitives.WriteUInt128BigEndian(cscd.AsSpan(8), unit.Identity.Guid);
        cscd[30] = 2;
        return cscd;
    }

    public static byte[] Segment(byte source, byte target, ushort blocks, ulong from, ulong to)
    {
        byte[] segment = [0x02, 0, 0, 0x18, 0, source, 0, target, 0, 0, 0, 0, .. new byte[16]];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(10), blocks);
        BinaryPrimitives.WriteUInt64BigEndian(segment.AsSpan(12), from);
        BinaryPrimitives.WriteUInt64BigEndian(segment.AsSpan(20), to);
        return segment;
    }

    public static byte[] Lid1(byte id, byte[][] cscds, params byte[][] segments)
    {
        byte[] list = [id, 0, 0, (byte)(cscds.Length * 32), 0, 0, 0, 0, 0, 0, 0, (byte)(segments.Length * 28), 0, 0, 0, 0];
        return [.. list, .. cscds.SelectMany(one => one), .. segments.SelectMany(one => one)];
    }

    public static byte[] Ranges(int at, params (ulong Lba, uint Blocks)[] ranges)
    {
        byte[] list = new byte[at + 2 + (ranges.Length * 16)];
        BinaryPrimitives.WriteUInt16BigEndian(list, (ushort)(list.Length - 2));
        BinaryPrimitives.WriteUInt16BigEndian(list.AsSpan(at), (ushort)(ranges.Length * 16));
        for (int i = 0; i < ranges.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(at + 2 + (i * 16)), ranges[i].Lba);
            BinaryPrimitives.WriteUInt32BigEndian(list.AsSpan(at + 10 + (i * 16)), ranges[i].Blocks);
        }
        return list;
    }

    /// <summary>POPULATE TOKEN of the first blocks of a unit, and the token.</summary>
    public static byte[] Token(TargetRig rig, int lun, uint blocks)
    {
        byte[] list = Ranges(14, (0, blocks));
        byte[] cdb = Disk.Cdb16(0x83, 3, (uint)list.Length, flags: 0x10);
        rig.Out(Numbered(cdb), list, lun: lun).Status.Should().Be(Scsi.ScsiStatus.Good);
        return rig.Command(Numbered(Disk.Cdb16(0x84, 0, 1024, flags: 7)), expect: 1024, lun: lun).DataIn[78..590].ToArray();
    }

    /// <summary>WRITE USING TOKEN of a whole token to the first blocks of a unit.</summary>
    public static TestTask UseToken(TargetRig rig, byte[] token, int lun, uint blocks)
    {
        byte[] list = Ranges(534, (0, blocks));
        token.CopyTo(list, 16);
        return rig.Out(Numbered(Disk.Cdb16(0x83, 0, (uint)list.Length, flags: 0x11)), list, lun: lun);
    }

    /// <summary>The same CDB with LIST IDENTIFIER 3.</summary>
    private static byte[] Numbered(byte[] cdb)
    {
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(cdb[0] == 0x84 ? 2 : 6), 3);
        return cdb;
    }
}
