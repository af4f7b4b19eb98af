// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.LogicalUnits.Stores;

namespace FcTarget.Replay.Engine;

/// <summary>
/// The content of a logical unit as the capture tells it: sparse, of any length, zeros where nothing is known. What has been read or written
/// in the capture takes memory, page by page. For one thread.
/// </summary>
internal sealed unsafe class LearntStore : IBackingStore
{
    /// <summary>Windows are this long at most, 16 MiB: longer than a burst, so that none is cut where a real medium would not cut it.</summary>
    private const int ChunkBits = 24;
    private const int ChunkLength = 1 << ChunkBits;

    private readonly Dictionary<long, Chunk> _chunks = [];
    private Chunk? _zeros;

    /// <summary>Bytes; set before a device is made of it.</summary>
    public long Length { get; set; } = long.MaxValue;

    public bool IsInline => true;

    public long UsedBytes => (long)_chunks.Count * ChunkLength;

    public bool TryGetWindow(long offset, long length, bool toWrite, out Memory<byte> window)
    {
        Chunk chunk = toWrite ? ChunkAt(offset) : _chunks.GetValueOrDefault(offset >> ChunkBits) ?? (_zeros ??= new Chunk());
        int at = (int)(offset & (ChunkLength - 1));
        window = chunk.Memory.Slice(at, (int)Math.Min(length, ChunkLength - at));
        return true;
    }

    public bool IsMapped(long offset, long length, out long extent)
    {
        long first = offset >> ChunkBits;
        extent = Math.Min(length, ChunkLength - (offset & (ChunkLength - 1)));
        if (_chunks.ContainsKey(first)) return true;
        long next = _chunks.Keys.Where(chunk => chunk > first).DefaultIfEmpty(long.MaxValue >> ChunkBits).Min();
        extent = Math.Min(length, (next << ChunkBits) - offset);
        return false;
    }

    public StoreResult Read(long offset, Span<byte> to)
    {
        while (!to.IsEmpty)
        {
            TryGetWindow(offset, to.Length, toWrite: false, out Memory<byte> window);
            window.Span.CopyTo(to);
            to = to[window.Length..];
            offset += window.Length;
        }
        return StoreResult.Ok;
    }

    public StoreResult Write(long offset, ReadOnlySpan<byte> from)
    {
        while (!from.IsEmpty)
        {
            TryGetWindow(offset, from.Length, toWrite: true, out Memory<byte> window);
            from[..window.Length].CopyTo(window.Span);
            from = from[window.Length..];
            offset += window.Length;
        }
        return StoreResult.Ok;
    }

    public StoreResult Discard(long offset, long length)
    {
        for (long end = offset + length; offset < end;)
        {
            long now = Math.Min(end - offset, ChunkLength - (offset & (ChunkLength - 1)));
            if (_chunks.TryGetValue(offset >> ChunkBits, out Chunk? chunk)) Clear(offset, now, chunk);
            offset += now;
        }
        return StoreResult.Ok;
    }

    public StoreResult Flush() => StoreResult.Ok;

    public void Dispose()
    {
        foreach (Chunk chunk in _chunks.Values) chunk.Free();
        _chunks.Clear();
        _zeros?.Free();
        _zeros = null;
    }

    private void Clear(long offset, long length, Chunk chunk)
    {
        if (length == ChunkLength)
        {
            _chunks.Remove(offset >> ChunkBits);
            chunk.Free();
        }
        else
        {
            chunk.Memory.Span.Slice((int)(offset & (ChunkLength - 1)), (int)length).Clear();
        }
    }

    private Chunk ChunkAt(long offset)
    {
        ref Chunk? chunk = ref CollectionsMarshal.GetValueRefOrAddDefault(_chunks, offset >> ChunkBits, out _);
        return chunk ??= new Chunk();
    }

    /// <summary>16 MiB of address space, which take memory only where they are touched; calloc clears, and so touches, what was used before.</summary>
    private sealed class Chunk : System.Buffers.MemoryManager<byte>
    {
        private byte* _start;

        public Chunk()
        {
            _start = NativeMemoryMap.Map(ChunkLength, out int errno);
            if (_start == null) throw new OutOfMemoryException($"No address space for the content of the capture: {Marshal.GetPInvokeErrorMessage(errno)}.");
        }

        public override Span<byte> GetSpan() => new(_start, ChunkLength);

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

        public override void Unpin() { }

        public void Free()
        {
            if (_start != null) NativeMemoryMap.Unmap(_start, ChunkLength);
            _start = null;
        }

        protected override void Dispose(bool disposing) { }
    }
}
