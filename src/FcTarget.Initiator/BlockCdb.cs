// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Initiator;

/// <summary>Writes the CDBs that an initiator needs for a disk (SPC-4, SBC-3). Each method returns the CDB's length in bytes.</summary>
public static class BlockCdb
{
    /// <summary>Room for the longest CDB written here: 16 bytes.</summary>
    public const int MaxLength = 16;

    /// <summary>READ(10), or READ(16) where that does not reach.</summary>
    public static int Read(Span<byte> cdb, ulong lba, uint blocks, bool forceUnitAccess = false) =>
        Transfer(cdb, OperationCode.Read10, OperationCode.Read16, lba, blocks, forceUnitAccess);

    /// <summary>WRITE(10), or WRITE(16) where that does not reach.</summary>
    public static int Write(Span<byte> cdb, ulong lba, uint blocks, bool forceUnitAccess = false) =>
        Transfer(cdb, OperationCode.Write10, OperationCode.Write16, lba, blocks, forceUnitAccess);

    /// <summary>SYNCHRONIZE CACHE(10) of the whole medium.</summary>
    public static int SynchronizeCache(Span<byte> cdb)
    {
        cdb[..10].Clear();
        cdb[0] = (byte)OperationCode.SynchronizeCache10;
        return 10;
    }

    public static int TestUnitReady(Span<byte> cdb)
    {
        cdb[..6].Clear();
        return 6;
    }

    /// <summary>INQUIRY: standard data, or a VPD page.</summary>
    public static int Inquiry(Span<byte> cdb, ushort allocationLength, byte? page = null)
    {
        cdb[..6].Clear();
        cdb[0] = (byte)OperationCode.Inquiry;
        cdb[1] = (byte)(page is null ? 0 : 1); // EVPD
        cdb[2] = page ?? 0;
        WriteUInt16BigEndian(cdb[3..], allocationLength);
        return 6;
    }

    public static int ReadCapacity16(Span<byte> cdb, uint allocationLength)
    {
        cdb[..16].Clear();
        cdb[0] = (byte)OperationCode.ServiceActionIn16;
        cdb[1] = (byte)ServiceActionIn16.ReadCapacity16;
        WriteUInt32BigEndian(cdb[10..], allocationLength);
        return 16;
    }

    public static int ReportLuns(Span<byte> cdb, uint allocationLength)
    {
        cdb[..12].Clear();
        cdb[0] = (byte)OperationCode.ReportLuns;
        cdb[2] = ReportLunsData.SelectLogicalUnits;
        WriteUInt32BigEndian(cdb[6..], allocationLength);
        return 12;
    }

    private static int Transfer(Span<byte> cdb, OperationCode small, OperationCode large, ulong lba, uint blocks, bool forceUnitAccess)
    {
        BlockFlags flags = forceUnitAccess ? BlockFlags.ForceUnitAccess : BlockFlags.None;
        if (lba <= uint.MaxValue && blocks <= ushort.MaxValue)
        {
            cdb[..10].Clear();
            cdb[0] = (byte)small;
            cdb[1] = (byte)flags;
            WriteUInt32BigEndian(cdb[2..], (uint)lba);
            WriteUInt16BigEndian(cdb[7..], (ushort)blocks);
            return 10;
        }
        cdb[..16].Clear();
        cdb[0] = (byte)large;
        cdb[1] = (byte)flags;
        WriteUInt64BigEndian(cdb[2..], lba);
        WriteUInt32BigEndian(cdb[10..], blocks);
        return 16;
    }
}
