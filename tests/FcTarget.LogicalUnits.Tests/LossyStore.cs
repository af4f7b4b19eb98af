// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>A store with a cache that a power loss empties: of what was not flushed each sector reaches the medium or does not.</summary>
internal sealed class LossyStore(byte[] medium, Random random) : IBackingStore
{
    private const int Sector = 512;

    private readonly byte[] _cache = [.. medium];

    public long Length => medium.Length;

    public bool IsInline => false;

    public long UsedBytes => medium.Length;

    public LossyStore AfterPowerLoss()
    {
        for (int at = 0; at < medium.Length; at += Sector)
            if (random.Next(2) == 0) _cache.AsSpan(at, Math.Min(Sector, medium.Length - at)).CopyTo(medium.AsSpan(at));
        return new LossyStore(medium, random);
    }

    public bool TryGetWindow(long offset, long length, bool toWrite, out Memory<byte> window)
    {
        window = default;
        return false;
    }

    public bool IsMapped(long offset, long length, out long extent)
    {
        extent = length;
        return true;
    }

    public StoreResult Read(long offset, Span<byte> to)
    {
        _cache.AsSpan((int)offset, to.Length).CopyTo(to);
        return StoreResult.Ok;
    }

    public StoreResult Write(long offset, ReadOnlySpan<byte> from)
    {
        from.CopyTo(_cache.AsSpan((int)offset));
        return StoreResult.Ok;
    }

    public StoreResult Discard(long offset, long length)
    {
        _cache.AsSpan((int)offset, (int)length).Clear();
        return StoreResult.Ok;
    }

    public StoreResult Flush()
    {
        _cache.CopyTo(medium, 0);
        return StoreResult.Ok;
    }

    public void Dispose() { }
}
