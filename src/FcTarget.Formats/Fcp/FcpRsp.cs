// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fcp;

/// <summary>Why a payload is not an FCP_RSP we can take.</summary>
public enum FcpRspError : byte
{
    None,

    /// <summary>Shorter than its fixed part, or than its own length fields say.</summary>
    TooShort,

    /// <summary>FCP_RSP_LEN is valid and neither 0, 4 nor 8 (FCP-4 9.5).</summary>
    BadResponseLength,
}

/// <summary>FCP_RSP (FCP-4 9.5): the fixed part as a copy, the sense data as a span over the frame.</summary>
public readonly ref struct FcpRsp
{
    public readonly FcpRspHeader Header;

    /// <summary>FCP_SNS_INFO: empty unless FCP_SNS_LEN_VALID is one.</summary>
    public readonly ReadOnlySpan<byte> Sense;

    /// <summary>RSP_CODE, null without FCP_RSP_INFO.</summary>
    public readonly FcpRspCode? Code;

    /// <summary>ADDITIONAL RESPONSE INFORMATION, 24 bits (SAM-5 7.8): 0 without FCP_RSP_INFO.</summary>
    public readonly uint Additional;

    /// <summary>FCP_BIDIRECTIONAL_READ_RESID in bytes: 0 unless FCP_BIDI_RSP is one.</summary>
    public readonly uint BidirectionalReadResid;

    private FcpRsp(scoped in FcpRspHeader header, FcpRspCode? code, uint additional, ReadOnlySpan<byte> sense, uint bidirectionalReadResid)
    {
        Header = header;
        Code = code;
        Additional = additional;
        Sense = sense;
        BidirectionalReadResid = bidirectionalReadResid;
    }

    /// <summary>Reads an FCP_RSP payload. What follows its last field is ignored.</summary>
    public static FcpRspError TryRead(ReadOnlySpan<byte> payload, out FcpRsp rsp)
    {
        rsp = default;
        if (!MemoryMarshal.TryRead(payload, out FcpRspHeader header)) return FcpRspError.TooShort;
        ReadOnlySpan<byte> rest = payload[FcpRspHeader.WireSize..];

        FcpRspCode? code = null;
        uint additional = 0;
        if ((header.Flags & FcpRspFlags.ResponseLengthValid) != 0)
        {
            uint length = header.ResponseLength;
            if (length is not (0 or 4 or 8)) return FcpRspError.BadResponseLength;
            if (length > rest.Length) return FcpRspError.TooShort;
            if (length != 0)
            {
                uint word = BinaryPrimitives.ReadUInt32BigEndian(rest);
                (additional, code) = (word >> 8, (FcpRspCode)(byte)word);
            }
            rest = rest[(int)length..];
        }

        ReadOnlySpan<byte> sense = default;
        if ((header.Flags & FcpRspFlags.SenseLengthValid) != 0)
        {
            uint length = header.SenseLength;
            if (length > rest.Length) return FcpRspError.TooShort;
            sense = rest[..(int)length];
            rest = rest[(int)length..];
        }

        uint readResid = 0;
        if ((header.Flags & FcpRspFlags.BidirectionalResponse) != 0
            && !BinaryPrimitives.TryReadUInt32BigEndian(rest, out readResid)) return FcpRspError.TooShort;

        rsp = new FcpRsp(header, code, additional, sense, readResid);
        return FcpRspError.None;
    }

    /// <summary>
    /// Writes an FCP_RSP. The lengths and their validity bits follow from <paramref name="code"/> and <paramref name="sense"/>; every
    /// other field comes from <paramref name="header"/>. Returns the length, or 0 when <paramref name="to"/> is too small.
    /// </summary>
    /// <param name="code">Null for no FCP_RSP_INFO; otherwise 8 bytes of it.</param>
    /// <param name="bidirectionalReadResid">Written only when the header's FCP_BIDI_RSP is one.</param>
    /// <param name="additional">ADDITIONAL RESPONSE INFORMATION, 24 bits; written with <paramref name="code"/>.</param>
    public static int Write(
        Span<byte> to, FcpRspHeader header, FcpRspCode? code = null, ReadOnlySpan<byte> sense = default, uint bidirectionalReadResid = 0,
        uint additional = 0)
    {
        bool bidirectional = (header.Flags & FcpRspFlags.BidirectionalResponse) != 0;
        int infoLength = code is null ? 0 : FcpRspInfo.WireSize;
        int length = FcpRspHeader.WireSize + infoLength + sense.Length + (bidirectional ? 4 : 0);
        if (to.Length < length) return 0;

        header.ResponseLength = (uint)infoLength;
        header.SenseLength = (uint)sense.Length;
        header.Flags &= ~(FcpRspFlags.ResponseLengthValid | FcpRspFlags.SenseLengthValid);
        if (infoLength != 0) header.Flags |= FcpRspFlags.ResponseLengthValid;
        if (!sense.IsEmpty) header.Flags |= FcpRspFlags.SenseLengthValid;
        MemoryMarshal.Write(to, in header);

        Span<byte> rest = to[FcpRspHeader.WireSize..];
        if (code is FcpRspCode rspCode)
        {
            FcpRspInfo info = new() { Code = rspCode, Additional = additional };
            MemoryMarshal.Write(rest, in info);
            rest = rest[FcpRspInfo.WireSize..];
        }
        sense.CopyTo(rest);
        if (bidirectional) BinaryPrimitives.WriteUInt32BigEndian(rest[sense.Length..], bidirectionalReadResid);
        return length;
    }
}
