// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.GenericServices;

/// <summary>A CT_IU (FC-GS, Common Transport): the preamble and what the command code puts behind it.</summary>
public static class CtIu
{
    /// <summary>Maximum and residual size count words of 4 bytes behind the preamble.</summary>
    public const int BytesPerWord = 4;

    /// <summary>False when there is no whole preamble. <paramref name="body"/> is what follows it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> iu, out CtPreamble preamble, out ReadOnlySpan<byte> body)
    {
        bool whole = MemoryMarshal.TryRead(iu, out preamble);
        body = whole ? iu[CtPreamble.WireSize..] : default;
        return whole;
    }

    /// <summary>
    /// The fixed part of a body as a copy. False when the body is shorter; what follows is ignored, as later revisions append words.
    /// </summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> body, out T value) where T : struct, IWirePayload =>
        MemoryMarshal.TryRead(body, out value);

    /// <summary>Writes a CT_IU without a body. Returns its length in bytes, or 0 when <paramref name="to"/> is too small.</summary>
    public static int Write(Span<byte> to, in CtPreamble preamble) => MemoryMarshal.TryWrite(to, in preamble) ? CtPreamble.WireSize : 0;

    /// <summary>Writes a CT_IU with a body. Returns its length in bytes, or 0 when <paramref name="to"/> is too small.</summary>
    public static int Write(Span<byte> to, in CtPreamble preamble, ReadOnlySpan<byte> body)
    {
        int length = CtPreamble.WireSize + body.Length;
        if (length > to.Length) return 0;
        body.CopyTo(to[CtPreamble.WireSize..]);
        MemoryMarshal.Write(to, in preamble);
        return length;
    }

    /// <summary>Writes a CT_IU with a fixed body. Returns its length in bytes, or 0 when <paramref name="to"/> is too small.</summary>
    public static int Write<T>(Span<byte> to, in CtPreamble preamble, in T body) where T : struct, IWirePayload
    {
        int length = CtPreamble.WireSize + T.WireSize;
        if (length > to.Length) return 0;
        MemoryMarshal.Write(to[CtPreamble.WireSize..], in body);
        MemoryMarshal.Write(to, in preamble);
        return length;
    }
}
