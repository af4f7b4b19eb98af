// SPDX-License-Identifier: MIT

using System.Buffers;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>
/// A store in memory that is gone with the process. It is sparse: up to 16 TiB of address space, of which only what has been
/// written takes memory. Its windows point into that memory, so <see cref="Dispose"/> comes after the last port has stopped.
/// </summary>
public sealed unsafe class MemoryStore : IBackingStore
{
    /// <summary>Largest store: 16 TiB, well inside the 47 bits of address space that a process has.</summary>
    public const long MaxLength = 16L << 40;

    /// <summary>A window's span has an int for its length: 1 GiB keeps windows aligned and few.</summary>
    private const int WindowBits = 30;
    private const long WindowSize = 1L << WindowBits;

    private static readonly int PageSize = Environment.SystemPageSize;

    private readonly Window[] _windows;
    private readonly PageMap _pages;
    private byte* _base;

    /// <param name="length">Bytes, 1 to <see cref="MaxLength"/>.</param>
    /// <exception cref="LuConfigurationException">The address space cannot be had.</exception>
    public MemoryStore(long length)
    {
        if (length is <= 0 or > MaxLength)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A memory store has 1 to {MaxLength} bytes.");
        Length = length;
        _base = NativeMemoryMap.Map((nuint)length, out int errno);
        if (_base is null)
        {
            throw new LuConfigurationException(
                $"No address space for {length} bytes of memory (mmap: error {errno}). "
                + "Ask for less, or allow overcommit (sysctl vm.overcommit_memory=0 or 1).");
        }
        _pages = new PageMap(length, PageSize);
        _windows = new Window[(length + WindowSize - 1) >> WindowBits];
        for (int i = 0; i < _windows.Length; i++)
        {
            long start = (long)i << WindowBits;
            _windows[i] = new Window(_base + start, (int)Math.Min(WindowSize, length - start));
        }
    }

    public long Length { get; }

    public bool IsInline => true;

    public long UsedBytes => _pages.Count * PageSize;

    public void Written(long offset, long length) => _pages.Set(offset / PageSize, (offset + length - 1) / PageSize);

    public bool IsMapped(long offset, long length, out long extent)
    {
        bool mapped = _pages.Run(offset / PageSize, (offset + length - 1) / PageSize, out long pages);
        extent = Math.Min(length, ((offset / PageSize) + pages) * PageSize - offset);
        return mapped;
    }

    public bool TryGetWindow(long offset, long length, bool toWrite, out Memory<byte> window)
    {
        Window whole = _windows[offset >> WindowBits];
        int at = (int)(offset & (WindowSize - 1));
        window = whole.Memory.Slice(at, (int)Math.Min(length, whole.Length - at));
        return true;
    }

    public StoreResult Read(long offset, Span<byte> to)
    {
        new ReadOnlySpan<byte>(_base + offset, to.Length).CopyTo(to);
        return StoreResult.Ok;
    }

    public StoreResult Write(long offset, ReadOnlySpan<byte> from)
    {
        if (from.IsEmpty) return StoreResult.Ok;
        from.CopyTo(new Span<byte>(_base + offset, from.Length));
        Written(offset, from.Length);
        return StoreResult.Ok;
    }

    public StoreResult Discard(long offset, long length)
    {
        long end = offset + length;
        long firstPage = (offset + PageSize - 1) / PageSize * PageSize;
        long lastPage = end / PageSize * PageSize;
        if (firstPage < lastPage && NativeMemoryMap.TryDiscard(_base + firstPage, (nuint)(lastPage - firstPage)))
        {
            _pages.Clear(firstPage / PageSize, (lastPage / PageSize) - 1);
            Clear(offset, firstPage);
            Clear(lastPage, end);
        }
        else
        {
            Clear(offset, end);
        }
        return StoreResult.Ok;
    }

    public StoreResult Flush() => StoreResult.Ok;

    public void Dispose()
    {
        if (_base is null) return;
        NativeMemoryMap.Unmap(_base, (nuint)Length);
        _pages.Dispose();
        _base = null;
    }

    private void Clear(long from, long to)
    {
        for (; from < to; from += WindowSize) new Span<byte>(_base + from, (int)Math.Min(WindowSize, to - from)).Clear();
    }

    /// <summary>A piece of the mapping as Memory. The mapping never moves, so pinning is taking an address.</summary>
    private sealed class Window(byte* start, int length) : MemoryManager<byte>
    {
        public int Length => length;

        public override Span<byte> GetSpan() => new(start, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

        public override void Unpin() { }

        protected override void Dispose(bool disposing) { }
    }
}
