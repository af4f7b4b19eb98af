// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits.Stores;

/// <summary>
/// A store that takes everything and remembers nothing: it reads as zeros. For measuring what lies above it. All writes land in the same
/// memory, and so do all reads come from the same zeros.
/// </summary>
public sealed class NullStore(long length) : IBackingStore
{
    private const int WindowLength = 1 << 20;

    private long _length = length;

    private readonly byte[] _zeros = GC.AllocateArray<byte>(WindowLength, pinned: true);
    private readonly byte[] _nowhere = GC.AllocateArray<byte>(WindowLength, pinned: true);

    public long Length => Volatile.Read(ref _length);

    public bool IsInline => true;

    public long UsedBytes => 0;

    public bool IsMapped(long offset, long rest, out long extent)
    {
        extent = rest;
        return false;
    }

    public bool TryGetWindow(long offset, long rest, bool toWrite, out Memory<byte> window)
    {
        window = (toWrite ? _nowhere : _zeros).AsMemory(0, (int)Math.Min(rest, WindowLength));
        return true;
    }

    public StoreResult Read(long offset, Span<byte> to)
    {
        to.Clear();
        return StoreResult.Ok;
    }

    public StoreResult Write(long offset, ReadOnlySpan<byte> from) => StoreResult.Ok;

    public StoreResult Discard(long offset, long rest) => StoreResult.Ok;

    public StoreResult Flush() => StoreResult.Ok;

    public bool TryResize(long another)
    {
        Volatile.Write(ref _length, another);
        return true;
    }

    public void Dispose() { }
}
