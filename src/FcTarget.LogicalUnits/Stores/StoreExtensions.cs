// SPDX-License-Identifier: MIT

using System.Buffers;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>Work on long ranges in pieces, with an array of the shared pool. For worker threads and inline stores.</summary>
internal static class StoreExtensions
{
    private const int PieceLength = 64 * 1024;

    /// <summary>Reads a range and throws the bytes away: whether the medium can be read.</summary>
    public static StoreResult TryRead(this IBackingStore store, long offset, long length)
    {
        if (store.TryGetWindow(offset, length, toWrite: false, out _)) return StoreResult.Ok; // it is in memory already
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        StoreResult result = StoreResult.Ok;
        while (length > 0 && result == StoreResult.Ok)
        {
            int now = (int)Math.Min(length, PieceLength);
            result = store.Read(offset, piece.AsSpan(0, now));
            offset += now;
            length -= now;
        }
        ArrayPool<byte>.Shared.Return(piece);
        return result;
    }

    /// <summary>
    /// Compares the medium with data. When the answer is Miscompare, <paramref name="difference"/> is the place in
    /// <paramref name="with"/> of the first byte that differs; otherwise 0.
    /// </summary>
    public static StoreResult Compare(this IBackingStore store, long offset, ReadOnlySpan<byte> with, out int difference)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        StoreResult result = StoreResult.Ok;
        difference = 0;
        for (int at = 0; at < with.Length && result == StoreResult.Ok;)
        {
            Span<byte> medium = piece.AsSpan(0, Math.Min(with.Length - at, PieceLength));
            result = store.Read(offset + at, medium);
            if (result != StoreResult.Ok) break;
            int same = medium.CommonPrefixLength(with.Slice(at, medium.Length));
            at += same;
            if (same == medium.Length) continue;
            difference = at;
            result = StoreResult.Miscompare;
        }
        ArrayPool<byte>.Shared.Return(piece);
        return result;
    }

    /// <summary>Writes a pattern again and again over a range whose length is a multiple of the pattern's.</summary>
    public static StoreResult Fill(this IBackingStore store, long offset, long length, ReadOnlySpan<byte> pattern)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        int whole = PieceLength / pattern.Length * pattern.Length;
        for (int at = 0; at < whole && at < length; at += pattern.Length) pattern.CopyTo(piece.AsSpan(at));
        StoreResult result = StoreResult.Ok;
        while (length > 0 && result == StoreResult.Ok)
        {
            int now = (int)Math.Min(length, whole);
            result = store.Write(offset, piece.AsSpan(0, now));
            offset += now;
            length -= now;
        }
        ArrayPool<byte>.Shared.Return(piece);
        return result;
    }
}
