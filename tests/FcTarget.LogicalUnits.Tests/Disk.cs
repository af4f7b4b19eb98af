// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>Devices and CDBs for tests.</summary>
internal static class Disk
{
    public static readonly LogicalUnitIdentity Identity = new("disk0", new UInt128(0x6002_FC7A_0123_4567, 0x89AB_CDEF_0011_2233), "0123456789abcdef");

    public static BlockDevice InMemory(int blockSize = 512, long blocks = 2048, bool readOnly = false) =>
        new(new BlockDeviceOptions { Identity = Identity, BlockSize = blockSize, ReadOnly = readOnly }, new MemoryStore(blocks * blockSize));

    public static BlockDevice On(IBackingStore store, IoEngine engine, int blockSize = 512) =>
        new(new BlockDeviceOptions { Identity = Identity, BlockSize = blockSize }, store, engine);

    public static byte[] Cdb6(byte code, uint lba, byte blocks) => [code, (byte)(lba >> 16), (byte)(lba >> 8), (byte)lba, blocks, 0];

    public static byte[] Cdb10(byte code, uint lba, ushort blocks, byte flags = 0)
    {
        byte[] cdb = new byte[10];
        cdb[0] = code;
        cdb[1] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(2), lba);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(7), blocks);
        return cdb;
    }

    public static byte[] Cdb12(byte code, uint lba, uint blocks, byte flags = 0)
    {
        byte[] cdb = new byte[12];
        cdb[0] = code;
        cdb[1] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(2), lba);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(6), blocks);
        return cdb;
    }

    public static byte[] Cdb16(byte code, ulong lba, uint blocks, byte flags = 0)
    {
        byte[] cdb = new byte[16];
        cdb[0] = code;
        cdb[1] = flags;
        BinaryPrimitives.WriteUInt64BigEndian(cdb.AsSpan(2), lba);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(10), blocks);
        return cdb;
    }

    /// <summary>An UNMAP parameter list.</summary>
    public static byte[] UnmapList(params (ulong Lba, uint Blocks)[] ranges)
    {
        byte[] list = new byte[8 + (ranges.Length * 16)];
        BinaryPrimitives.WriteUInt16BigEndian(list, (ushort)(list.Length - 2));
        BinaryPrimitives.WriteUInt16BigEndian(list.AsSpan(2), (ushort)(list.Length - 8));
        for (int i = 0; i < ranges.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(8 + (i * 16)), ranges[i].Lba);
            BinaryPrimitives.WriteUInt32BigEndian(list.AsSpan(16 + (i * 16)), ranges[i].Blocks);
        }
        return list;
    }

    public static byte[] UnmapCdb(int listLength) => [0x42, 0, 0, 0, 0, 0, 0, (byte)(listLength >> 8), (byte)listLength, 0];

    public static byte[] Pattern(int length, int seed = 7)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
