// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>
/// A store whose every byte is computed: the 8 bytes at address a, a multiple of 8, are SplitMix64 of seed + a / 8, little-endian. So a reader can
/// check data that was never stored, at any size. It cannot be written.
/// </summary>
public sealed class PatternStore(long length, ulong seed) : IBackingStore
{
    public long Length => length;

    /// <summary>It has no memory to show: data is made in a worker's buffer.</summary>
    public bool IsInline => false;

    public long UsedBytes => length;

    /// <summary>The word at an address that is a multiple of 8.</summary>
    public static ulong WordAt(long address, ulong seed)
    {
        ulong z = (seed + ((ulong)address >> 3)) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public bool IsMapped(long offset, long rest, out long extent)
    {
        extent = rest;
        return true;
    }

    public bool TryGetWindow(long offset, long rest, bool toWrite, out Memory<byte> window)
    {
        window = default;
        return false;
    }

    public StoreResult Read(long offset, Span<byte> to)
    {
        Span<byte> word = stackalloc byte[8];
        while (!to.IsEmpty)
        {
            int skip = (int)(offset & 7);
            BinaryPrimitives.WriteUInt64LittleEndian(word, WordAt(offset - skip, seed));
            int now = Math.Min(8 - skip, to.Length);
            word.Slice(skip, now).CopyTo(to);
            to = to[now..];
            offset += now;
        }
        return StoreResult.Ok;
    }

    public StoreResult Write(long offset, ReadOnlySpan<byte> from) => StoreResult.WriteFailed;

    public StoreResult Discard(long offset, long rest) => StoreResult.WriteFailed;

    public StoreResult Flush() => StoreResult.Ok;

    public void Dispose() { }
}
