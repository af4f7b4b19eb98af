// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.DTrace.Runtime;

// SPECULATIONS - theory of operation
//   Job      Keep records aside until the program knows whether it wants them: speculation(), speculate(), commit(), discard().
//   Life     Free -> Active (speculation()) -> Free (commit() copies its records to the principal buffer, discard() forgets them). An id is
//            its slot plus one; 0 is no speculation: speculate(0) ends its clause, commit(0) and discard(0) do nothing.
//   Bounds   nspec slots of specsize bytes, allocated before the first firing. A record that finds its slot full is dropped and counted.
//   Threads  Any port's loop may speculate on, commit or discard any id: one lock, held for a copy of specsize at most.
//   Proof    SpeculationTests

/// <summary>The speculative buffers of a run.</summary>
internal sealed unsafe class Speculations : IDisposable
{
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Header
    {
        public uint Epid { get; init; }

        public int Cpu { get; init; }

        public int Length { get; init; }
    }

    private readonly RecordBuffer _principal;
    private readonly int _size;
    private readonly byte* _memory;
    private readonly bool[] _active;
    private readonly int[] _used;
    private readonly Lock _lock = new();
    private long _drops, _unavailable;

    /// <param name="principal">Where committed records go.</param>
    /// <param name="count">nspec.</param>
    /// <param name="size">specsize, in bytes.</param>
    public Speculations(RecordBuffer principal, int count, long size)
    {
        _principal = principal;
        _size = (int)size;
        _active = new bool[count];
        _used = new int[count];
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(count * size), 64);
    }

    /// <summary>A new speculation; 0: all are active.</summary>
    public int Begin()
    {
        lock (_lock)
        {
            int free = _active.AsSpan().IndexOf(false);
            if (free < 0)
            {
                _unavailable++;
                return 0;
            }
            _active[free] = true;
            _used[free] = 0;
            return free + 1;
        }
    }

    /// <summary>Whether there can be such a speculation; 0 is one that holds nothing.</summary>
    public bool IsId(long id) => id >= 0 && id <= _active.Length;

    /// <summary>Whether a speculation is active and has room for a record of so many bytes; if it is full, that is counted.</summary>
    public bool HasRoom(long id, int length)
    {
        if (id <= 0 || !IsId(id)) return false;
        lock (_lock)
        {
            int slot = (int)id - 1;
            if (!_active[slot]) return false;
            if (Room(length) <= _size - _used[slot]) return true;
            _drops++;
            return false;
        }
    }

    /// <summary>Keeps a record; one of a speculation that is not active is forgotten.</summary>
    public void Write(long id, uint epid, int cpu, ReadOnlySpan<byte> payload)
    {
        if (id == 0) return;
        lock (_lock)
        {
            int slot = (int)id - 1;
            if (!_active[slot]) return;
            int room = Room(payload.Length);
            if (room > _size - _used[slot])
            {
                _drops++;
                return;
            }
            byte* at = Slot(slot) + _used[slot];
            *(Header*)at = new Header { Epid = epid, Cpu = cpu, Length = payload.Length };
            payload.CopyTo(new Span<byte>(at + sizeof(Header), payload.Length));
            _used[slot] += room;
        }
    }

    /// <summary>Its records become records of the program, in the order in which they were made; then it is free.</summary>
    public void Commit(long id) => End(id, keep: true);

    /// <summary>Its records are forgotten, and it is free.</summary>
    public void Discard(long id) => End(id, keep: false);

    /// <summary>Records that found their speculation full since the last call.</summary>
    public long TakeDrops() => Take(ref _drops);

    /// <summary>Calls of speculation() that found none free since the last call.</summary>
    public long TakeUnavailable() => Take(ref _unavailable);

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private long Take(ref long counter)
    {
        lock (_lock)
        {
            long taken = counter;
            counter = 0;
            return taken;
        }
    }

    private void End(long id, bool keep)
    {
        if (id == 0) return;
        lock (_lock)
        {
            int slot = (int)id - 1;
            if (!_active[slot]) return;
            _active[slot] = false;
            byte* at = Slot(slot), end = at + _used[slot];
            while (keep && at < end)
            {
                Header header = *(Header*)at;
                _principal.Write(header.Epid, header.Cpu, new ReadOnlySpan<byte>(at + sizeof(Header), header.Length), default);
                at += Room(header.Length);
            }
        }
    }

    private static int Room(int payload) => (sizeof(Header) + payload + 7) & ~7;

    private byte* Slot(int slot) => _memory + ((long)slot * _size);
}
