// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>The command word of PRLI, PRLO and the LS_ACC to them (FC-LS-3, PRLI and PRLO): 4 bytes, then the pages.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct ProcessHeader : IWirePayload
{                                      // word | 31..24          | 23..16      | 15..0
    public ElsCommand Command;         //  0   | 20h, 21h or 02h | page length | payload length
    public byte PageLength;            //
    public UInt16BE PayloadLength;     //

    public static int WireSize => 4;
}

/// <summary>
/// Walks the pages of PRLI, PRLO and the LS_ACC to them. It cannot pass the end of the payload nor stand still; pages longer than
/// 16 bytes (FC-NVMe) are handed out cut to their common beginning.
/// </summary>
public ref struct ProcessPages
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Size of one page in bytes: a multiple of four, at least 16.</summary>
    public int PageLength { get; private set; }

    /// <summary>Pages that <c>TryNext</c> has not handed out yet.</summary>
    public readonly int Remaining => PageLength == 0 ? 0 : _rest.Length / PageLength;

    /// <summary>
    /// False when the lengths of the header contradict each other or the payload, or when there is no page: LS_RJT, invalid
    /// payload length.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ProcessPages pages)
    {
        pages = default;
        if (!MemoryMarshal.TryRead(payload, out ProcessHeader header)) return false;
        int length = header.PayloadLength, page = header.PageLength;
        if (page < PrliPage.WireSize || (page & 3) != 0) return false;
        if (length > payload.Length || length < ProcessHeader.WireSize + page) return false;
        if ((length - ProcessHeader.WireSize) % page != 0) return false;
        pages.PageLength = page;
        pages._rest = payload[ProcessHeader.WireSize..length];
        return true;
    }

    /// <summary>The next page of PRLI or of the LS_ACC to it. False when there is none.</summary>
    public bool TryNext(out PrliPage page) => TryNextPage(out page);

    /// <summary>The next page of PRLO or of the LS_ACC to it. False when there is none.</summary>
    public bool TryNext(out PrloPage page) => TryNextPage(out page);

    private bool TryNextPage<T>(out T page) where T : struct
    {
        if (!MemoryMarshal.TryRead(_rest, out page)) return false;
        _rest = _rest[PageLength..];
        return true;
    }

    /// <summary>Writes a whole PRLI, or LS_ACC to it. Returns its length, or 0 when <paramref name="to"/> is too small.</summary>
    public static int Write(Span<byte> to, ElsCommand command, params ReadOnlySpan<PrliPage> pages) =>
        Write(to, command, MemoryMarshal.AsBytes(pages));

    /// <summary>Writes a whole PRLO, or LS_ACC to it. Returns its length, or 0 when <paramref name="to"/> is too small.</summary>
    public static int Write(Span<byte> to, ElsCommand command, params ReadOnlySpan<PrloPage> pages) =>
        Write(to, command, MemoryMarshal.AsBytes(pages));

    private static int Write(Span<byte> to, ElsCommand command, ReadOnlySpan<byte> pages)
    {
        int length = ProcessHeader.WireSize + pages.Length;
        if (length > to.Length || length > ushort.MaxValue) return 0;
        ProcessHeader header = new() { Command = command, PageLength = (byte)PrliPage.WireSize, PayloadLength = (ushort)length };
        MemoryMarshal.Write(to, in header);
        pages.CopyTo(to[ProcessHeader.WireSize..]);
        return length;
    }
}
