// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>
/// Where the common fields of a CDB stand (SPC-4 4.2): the group code, bits 7 to 5 of the operation code, gives the format.
/// Callers check first that the span holds <see cref="LengthOf"/> bytes.
/// </summary>
public static class Cdb
{
    /// <summary>NACA, bit 2 of the CONTROL byte (SAM-5 5.2).</summary>
    public const byte Naca = 0x04;

    /// <summary>SERVICE ACTION: bits 4 to 0 of byte 1.</summary>
    public const byte ServiceActionMask = 0x1F;

    /// <summary>
    /// Bytes of the CDB, 6 to 32; 0 for a group without a format (vendor specific, reserved). A variable length CDB says itself:
    /// ADDITIONAL CDB LENGTH plus 8; 0 when that byte is missing or the sum is past 32.
    /// </summary>
    public static int LengthOf(ReadOnlySpan<byte> cdb)
    {
        if (cdb.IsEmpty) return 0;
        if ((OperationCode)cdb[0] == OperationCode.VariableLengthCdb) return cdb.Length > 7 && cdb[7] <= 24 ? cdb[7] + 8 : 0;
        return (cdb[0] >> 5) switch
        {
            0 => 6,
            1 or 2 => 10,
            4 => 16,
            5 => 12,
            _ => 0,
        };
    }

    /// <summary>Whether NACA is set: in byte 1 of a variable length CDB, in the last byte of the others.</summary>
    public static bool HasNaca(ReadOnlySpan<byte> cdb)
    {
        int length = LengthOf(cdb);
        return length != 0 && length <= cdb.Length
            && (cdb[(OperationCode)cdb[0] == OperationCode.VariableLengthCdb ? 1 : length - 1] & Naca) != 0;
    }

    /// <summary>LOGICAL BLOCK ADDRESS of a 6, 10, 12, 16 or 32-byte CDB.</summary>
    public static ulong Lba(ReadOnlySpan<byte> cdb) => (cdb[0] >> 5) switch
    {
        0 => ReadUInt32BigEndian(cdb) & 0x1F_FFFF, // 21 bits: bytes 1 (bits 4 to 0) to 3
        1 or 2 or 5 => ReadUInt32BigEndian(cdb[2..]),
        3 => ReadUInt64BigEndian(cdb[12..]),
        _ => ReadUInt64BigEndian(cdb[2..]),
    };

    /// <summary>
    /// TRANSFER LENGTH, VERIFICATION LENGTH or NUMBER OF LOGICAL BLOCKS, in logical blocks. READ(6) and WRITE(6) write 256 as 0
    /// (SBC-3 5.10); everywhere else 0 means 0.
    /// </summary>
    public static uint TransferLength(ReadOnlySpan<byte> cdb) => (cdb[0] >> 5) switch
    {
        0 => cdb[4] == 0 ? 256u : cdb[4],
        1 or 2 => ReadUInt16BigEndian(cdb[7..]),
        3 => ReadUInt32BigEndian(cdb[28..]),
        5 => ReadUInt32BigEndian(cdb[6..]),
        _ => ReadUInt32BigEndian(cdb[10..]),
    };

    /// <summary>The first byte of the field that <see cref="TransferLength"/> reads, for a FIELD POINTER.</summary>
    public static int TransferLengthAt(ReadOnlySpan<byte> cdb) => (cdb[0] >> 5) switch
    {
        4 when (OperationCode)cdb[0] == OperationCode.CompareAndWrite => 13,
        4 when (OperationCode)cdb[0] == OperationCode.WriteAtomic16 => 12,
        0 => 4,
        1 or 2 => 7,
        3 => 28,
        5 => 6,
        _ => 10,
    };

    /// <summary>Where the byte that <see cref="Flags"/> returns stands.</summary>
    public static int FlagsAt(ReadOnlySpan<byte> cdb) => (cdb[0] >> 5) == 3 ? 10 : 1;

    /// <summary>
    /// The byte with WRPROTECT/RDPROTECT, DPO, FUA and BYTCHK: byte 1, or byte 10 of a 32-byte CDB. A 6-byte CDB has none of them.
    /// </summary>
    public static BlockFlags Flags(ReadOnlySpan<byte> cdb) => (BlockFlags)((cdb[0] >> 5) switch
    {
        0 => 0,
        3 => cdb[10],
        _ => cdb[1],
    });

    /// <summary>RDPROTECT, WRPROTECT, VRPROTECT or ORPROTECT: bits 7 to 5 of the byte with the flags. A 6-byte CDB is as if it had 000b.</summary>
    public static int Protect(ReadOnlySpan<byte> cdb) => (byte)Flags(cdb) >> ProtectShift;

    /// <summary>The bits of <see cref="Protect"/> in their byte.</summary>
    public const byte ProtectMask = 0xE0;

    private const int ProtectShift = 5;

    /// <summary>EXPECTED INITIAL LOGICAL BLOCK REFERENCE TAG of a 32-byte CDB (SBC-3 5.14).</summary>
    public static uint ExpectedReferenceTag(ReadOnlySpan<byte> cdb) => ReadUInt32BigEndian(cdb[20..]);

    /// <summary>EXPECTED LOGICAL BLOCK APPLICATION TAG of a 32-byte CDB.</summary>
    public static ushort ExpectedApplicationTag(ReadOnlySpan<byte> cdb) => ReadUInt16BigEndian(cdb[24..]);

    /// <summary>LOGICAL BLOCK APPLICATION TAG MASK of a 32-byte CDB: the bits of the application tag that are checked.</summary>
    public static ushort ApplicationTagMask(ReadOnlySpan<byte> cdb) => ReadUInt16BigEndian(cdb[26..]);
}

/// <summary>Bits of the byte that <see cref="Cdb.Flags"/> returns (SBC-3 5.11, 5.35, 5.38).</summary>
[Flags]
public enum BlockFlags : byte
{
    None = 0,

    /// <summary>NDOB, no data-out buffer: WRITE SAME(16).</summary>
    NoDataOutBuffer = 0x01,

    /// <summary>IMMED: SYNCHRONIZE CACHE.</summary>
    Immediate = 0x02,

    /// <summary>BYTCHK, two bits: VERIFY and WRITE AND VERIFY.</summary>
    ByteCheck = 0x06,

    /// <summary>FUA, force unit access: READ and WRITE.</summary>
    ForceUnitAccess = 0x08,

    /// <summary>UNMAP: WRITE SAME.</summary>
    Unmap = 0x08,

    /// <summary>DPO, disable page out.</summary>
    DisablePageOut = 0x10,
}
