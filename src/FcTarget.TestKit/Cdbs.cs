// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace FcTarget.TestKit;

/// <summary>CDBs that tests send.</summary>
public static class Cdbs
{
    public static readonly byte[] TestUnitReady = new byte[6];

    public static byte[] Inquiry(ushort allocation) => [0x12, 0, 0, (byte)(allocation >> 8), (byte)allocation, 0];

    public static byte[] Read10(uint lba, ushort blocks) => Cdb10(0x28, lba, blocks);

    public static byte[] Write10(uint lba, ushort blocks) => Cdb10(0x2A, lba, blocks);

    private static byte[] Cdb10(byte code, uint lba, ushort blocks)
    {
        byte[] cdb = new byte[10];
        cdb[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(2), lba);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(7), blocks);
        return cdb;
    }
}
