// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fcp;

/// <summary>Why a payload is not an FCP_CMND we can take.</summary>
public enum FcpCmndError : byte
{
    None,

    /// <summary>Shorter than its fixed part, or than its own length fields say.</summary>
    TooShort,

    /// <summary>A CDB of more than 32 bytes.</summary>
    CdbTooLong,
}

/// <summary>FCP_CMND (FCP-4 9.2): the fixed part as a copy, the CDB as a span over the frame.</summary>
public readonly ref struct FcpCmnd
{
    /// <summary>The CDB field that every FCP_CMND has, in bytes.</summary>
    public const int BaseCdbLength = 16;

    /// <summary>The longest CDB taken, in bytes: the 32-byte CDBs of SBC.</summary>
    public const int MaxCdbLength = 32;

    /// <summary>An FCP_CMND with a 16-byte CDB field and one direction, in bytes.</summary>
    public const int MinLength = 32;

    public readonly FcpCmndHeader Header;

    /// <summary>FCP_CDB: 16, 20, 24, 28 or 32 bytes. The operation code says how many of them count.</summary>
    public readonly ReadOnlySpan<byte> Cdb;

    /// <summary>FCP_DL: the most bytes the initiator expects to move; for a bidirectional command, to write.</summary>
    public readonly uint DataLength;

    /// <summary>FCP_BIDIRECTIONAL_READ_DL: 0 unless RDDATA and WRDATA are both one.</summary>
    public readonly uint BidirectionalReadDataLength;

    private FcpCmnd(scoped in FcpCmndHeader header, ReadOnlySpan<byte> cdb, uint dataLength, uint bidirectionalReadDataLength)
    {
        Header = header;
        Cdb = cdb;
        DataLength = dataLength;
        BidirectionalReadDataLength = bidirectionalReadDataLength;
    }

    /// <summary>Reads an FCP_CMND payload. What follows its last field is ignored.</summary>
    public static FcpCmndError TryRead(ReadOnlySpan<byte> payload, out FcpCmnd cmnd)
    {
        cmnd = default;
        if (payload.Length < MinLength) return FcpCmndError.TooShort;
        FcpCmndHeader header = MemoryMarshal.Read<FcpCmndHeader>(payload);
        int cdbLength = BaseCdbLength + header.AdditionalCdbLength;
        if (cdbLength > MaxCdbLength) return FcpCmndError.CdbTooLong;

        bool bidirectional = header.Direction == FcpDataDirection.Bidirectional;
        int beforeLengths = FcpCmndHeader.WireSize + cdbLength;
        if (payload.Length < beforeLengths + (bidirectional ? 8 : 4)) return FcpCmndError.TooShort;

        ReadOnlySpan<byte> cdb = payload[FcpCmndHeader.WireSize..beforeLengths];
        ReadOnlySpan<byte> lengths = payload[beforeLengths..];
        uint readLength = bidirectional ? BinaryPrimitives.ReadUInt32BigEndian(lengths[4..]) : 0;
        cmnd = new FcpCmnd(header, cdb, BinaryPrimitives.ReadUInt32BigEndian(lengths), readLength);
        return FcpCmndError.None;
    }

    /// <summary>
    /// Writes an FCP_CMND; ADDITIONAL FCP_CDB LENGTH follows from the CDB. Returns the length, or 0 when the CDB is longer than 32
    /// bytes or <paramref name="to"/> is too small.
    /// </summary>
    /// <param name="cdb">Padded with zeros to 16 bytes, and beyond that to a multiple of four.</param>
    /// <param name="dataLength">FCP_DL.</param>
    /// <param name="bidirectionalReadDataLength">Written only when the direction is bidirectional.</param>
    public static int Write(
        Span<byte> to, FcpCmndHeader header, ReadOnlySpan<byte> cdb, uint dataLength, uint bidirectionalReadDataLength = 0)
    {
        if (cdb.Length > MaxCdbLength) return 0;
        int cdbLength = Math.Max(BaseCdbLength, (cdb.Length + 3) & ~3);
        bool bidirectional = header.Direction == FcpDataDirection.Bidirectional;
        int length = FcpCmndHeader.WireSize + cdbLength + (bidirectional ? 8 : 4);
        if (to.Length < length) return 0;

        header.AdditionalCdbLength = cdbLength - BaseCdbLength;
        MemoryMarshal.Write(to, in header);
        Span<byte> cdbField = to.Slice(FcpCmndHeader.WireSize, cdbLength);
        cdb.CopyTo(cdbField);
        cdbField[cdb.Length..].Clear();
        Span<byte> lengths = to[(FcpCmndHeader.WireSize + cdbLength)..];
        BinaryPrimitives.WriteUInt32BigEndian(lengths, dataLength);
        if (bidirectional) BinaryPrimitives.WriteUInt32BigEndian(lengths[4..], bidirectionalReadDataLength);
        return length;
    }
}
