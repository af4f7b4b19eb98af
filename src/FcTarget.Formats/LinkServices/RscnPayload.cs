// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>RSCN address format (FC-LS-3, RSCN): how much of the address has changed.</summary>
public enum RscnAddressFormat : byte
{
    Port = 0,
    Area = 1,
    Domain = 2,
    Fabric = 3,
}

/// <summary>RSCN event qualifier (FC-LS-3, RSCN).</summary>
public enum RscnEventQualifier : byte
{
    NotSpecified = 0,
    ChangedNameServerObject = 1,
    ChangedPortAttribute = 2,
    ChangedServiceObject = 3,
    ChangedSwitchConfiguration = 4,
    RemovedObject = 5,
}

/// <summary>
/// The command word of RSCN (FC-LS-3, RSCN): 4 bytes, then the affected Port_ID pages. Answered by <see cref="LsAccPayload"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RscnHeader : IWirePayload
{                                      // word | 31..24  | 23..16      | 15..0
    public ElsCommand Command;         //  0   | 61h     | page length | payload length
    public byte PageLength;            //
    public UInt16BE PayloadLength;     //

    public static int WireSize => 4;
}

/// <summary>Affected Port_ID page of RSCN (FC-LS-3, RSCN): 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RscnPage : IWirePayload
{                                      // word | 31..30   | 29..26          | 25..24         | 23..0
    private byte _flags;               //  0   | reserved | event qualifier | address format | affected Port_ID
    public FcId AffectedId;            //

    public RscnEventQualifier EventQualifier
    {
        readonly get => (RscnEventQualifier)((_flags >> 2) & 0x0F);
        set => _flags = (byte)((_flags & ~0x3C) | (((byte)value & 0x0F) << 2));
    }

    public RscnAddressFormat AddressFormat
    {
        readonly get => (RscnAddressFormat)(_flags & 0x03);
        set => _flags = (byte)((_flags & ~0x03) | ((byte)value & 0x03));
    }

    public static int WireSize => 4;
}

/// <summary>Walks the pages of an RSCN. It cannot pass the end of the payload.</summary>
public ref struct RscnPages
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>False when the lengths of the header contradict each other or the payload: LS_RJT, invalid payload length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out RscnPages pages)
    {
        pages = default;
        if (!MemoryMarshal.TryRead(payload, out RscnHeader header)) return false;
        int length = header.PayloadLength;
        if (header.PageLength != RscnPage.WireSize || length <= RscnHeader.WireSize || length > payload.Length) return false;
        if ((length & 3) != 0) return false;
        pages._rest = payload[RscnHeader.WireSize..length];
        return true;
    }

    /// <summary>False when there is no further page.</summary>
    public bool TryNext(out RscnPage page)
    {
        if (!MemoryMarshal.TryRead(_rest, out page)) return false;
        _rest = _rest[RscnPage.WireSize..];
        return true;
    }

    /// <summary>
    /// Writes a whole RSCN. Returns its length, or 0 when <paramref name="to"/> is too small or there are too many pages.
    /// </summary>
    public static int Write(Span<byte> to, ReadOnlySpan<RscnPage> pages)
    {
        int length = RscnHeader.WireSize + (pages.Length * RscnPage.WireSize);
        if (length > to.Length || length > ushort.MaxValue) return 0;
        RscnHeader header = new() { Command = ElsCommand.Rscn, PageLength = (byte)RscnPage.WireSize, PayloadLength = (ushort)length };
        MemoryMarshal.Write(to, in header);
        MemoryMarshal.AsBytes(pages).CopyTo(to[RscnHeader.WireSize..]);
        return length;
    }
}
