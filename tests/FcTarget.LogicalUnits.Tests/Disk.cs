// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
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

    /// <summary>A disk in memory whose medium is formatted with a protection type.</summary>
    public static BlockDevice Protected(IoEngine engine, int type, int blockSize = 512, long blocks = 2048, bool thin = true) => new(
        new BlockDeviceOptions { Identity = Identity, BlockSize = blockSize, Thin = thin },
        new ProtectedStore(new MemoryStore(blocks * blockSize), new MemoryStore(blocks * 8), blockSize, type),
        engine);

    public static byte[] Cdb32(byte action, ulong lba, uint blocks, byte flags = 0, uint referenceTag = 0, ushort applicationTag = 0, ushort mask = 0)
    {
        byte[] cdb = new byte[32];
        cdb[0] = 0x7F;
        cdb[7] = 24;
        cdb[9] = action;
        cdb[10] = flags;
        BinaryPrimitives.WriteUInt64BigEndian(cdb.AsSpan(12), lba);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(20), referenceTag);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(24), applicationTag);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(26), mask);
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(28), blocks);
        return cdb;
    }

    /// <summary>Blocks with their tags behind them: the right guard, and reference tags that count up.</summary>
    public static byte[] WithTags(ReadOnlySpan<byte> data, uint referenceTag, ushort applicationTag = 0x1111, int blockSize = 512, bool counts = true)
    {
        byte[] joined = new byte[data.Length / blockSize * (blockSize + 8)];
        for (int i = 0; i < data.Length / blockSize; i++)
        {
            Span<byte> unit = joined.AsSpan(i * (blockSize + 8));
            data.Slice(i * blockSize, blockSize).CopyTo(unit);
            uint tag = counts ? referenceTag + (uint)i : referenceTag;
            new ProtectionInformation(LogicalBlockGuard.Of(data.Slice(i * blockSize, blockSize)), applicationTag, tag).Write(unit[blockSize..]);
        }
        return joined;
    }

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
