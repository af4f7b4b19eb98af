// SPDX-License-Identifier: MIT

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Probes.JsonLines;

/// <summary>
/// Bounded queue of <see cref="ProbeRecord"/>: any number of producers, one consumer, no locks. Producers copy into the slot itself.
/// </summary>
/// <remarks>
/// Each slot carries a turn. Slot <c>i</c> starts at turn <c>i</c>: free for the producer of position <c>i</c>, who leaves <c>i + 1</c>:
/// full for the consumer, who leaves <c>i + capacity</c>: free for the next lap. The array belongs to the collector, so a late producer
/// never writes to freed memory.
/// </remarks>
internal sealed class ProbeRing
{
    private readonly Slot[] _slots;
    private readonly int _mask;
    private PaddedCounters _at;

    /// <param name="capacity">Records; rounded up to a power of two.</param>
    public ProbeRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _slots = new Slot[Math.Max(2, (int)BitOperations.RoundUpToPowerOf2((uint)capacity))];
        _mask = _slots.Length - 1;
        for (int i = 0; i < _slots.Length; i++) _slots[i].Turn = i;
    }

    public int Capacity => _slots.Length;

    /// <summary>Records in it, some perhaps still on their way in.</summary>
    public int Count => (int)(Volatile.Read(ref _at.Tail) - Volatile.Read(ref _at.Head));

    /// <summary>Copies an event in. False if the ring is full.</summary>
    /// <param name="isQuarter">Whether a quarter of the ring has gone by with this one.</param>
    public bool TryAdd(in FcProbeEvent e, long ticks, out bool isQuarter)
    {
        isQuarter = false;
        long position = Volatile.Read(ref _at.Tail);
        while (true)
        {
            ref Slot slot = ref _slots[(int)position & _mask];
            long ahead = Volatile.Read(ref slot.Turn) - position;
            if (ahead < 0) return false;
            if (ahead > 0)
            {
                position = Volatile.Read(ref _at.Tail);
                continue;
            }
            long seen = Interlocked.CompareExchange(ref _at.Tail, position + 1, position);
            if (seen == position)
            {
                slot.Record.Set(in e, ticks);
                Volatile.Write(ref slot.Turn, position + 1);
                isQuarter = ((position + 1) & (_mask >> 2)) == 0;
                return true;
            }
            position = seen;
        }
    }

    /// <summary>The oldest record, in place, or a null reference if there is none. Consumer only; <see cref="Remove"/> gives the slot back.</summary>
    public ref ProbeRecord Peek()
    {
        ref Slot slot = ref _slots[(int)_at.Head & _mask];
        if (Volatile.Read(ref slot.Turn) != _at.Head + 1) return ref Unsafe.NullRef<ProbeRecord>();
        return ref slot.Record;
    }

    /// <summary>Gives back the slot that <see cref="Peek"/> showed.</summary>
    public void Remove()
    {
        Volatile.Write(ref _slots[(int)_at.Head & _mask].Turn, _at.Head + _slots.Length);
        _at.Head++;
    }

    /// <summary>Whether a record is there or on its way in. Consumer only.</summary>
    public bool IsEmpty => Volatile.Read(ref _at.Tail) == _at.Head;

    private struct Slot
    {
        public long Turn;
        public ProbeRecord Record;
    }

    /// <summary>Producers write Tail, the consumer Head: a cache line of 64 bytes for each.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedCounters
    {
        [FieldOffset(0)] public long Tail;
        [FieldOffset(64)] public long Head;
    }
}
