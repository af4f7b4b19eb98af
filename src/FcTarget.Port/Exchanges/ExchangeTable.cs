// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Numerics;
using FcTarget.Formats;

namespace FcTarget.Port;

// EXCHANGE TABLE - theory of operation
//   Job      Own the RX_ID space of the exchanges that others originate to us. RX_ID is the slot index in its low bits and a
//            generation above: no hashing, no allocation, and a frame of an exchange that is over is told from the present one.
//   Owner    The port loop.
//   Life     Free -> Open (TryOpen) -> Free (Close). A second index, by S_ID and OX_ID, finds the exchange of a peer that has not
//            learnt the RX_ID yet: a repeated command, or its ABTS.
//   Memory   Slots are made as they are needed, in blocks, and never given back: an N_Port that nobody uses costs little.
//   Always   open + free == slots; RX_ID FFFFh is never assigned.
//   Read     FC-FS, Exchange_ID;   Proof  ExchangeTableTests

/// <summary>The exchanges of one N_Port in which it is the responder.</summary>
/// <typeparam name="T">The exchange: made once a slot, reused.</typeparam>
internal sealed class ExchangeTable<T> where T : class, IResponderExchange
{
    /// <summary>Most exchanges a table can hold: 12 bits of slot leave 4 bits of generation.</summary>
    public const int MaxCapacity = 4096;

    /// <summary>Slots made at first; each time they do not suffice there are twice as many, up to the capacity.</summary>
    private const int FirstSlots = 64;

    private readonly Func<int, T> _make;
    private readonly int _slotBits;
    private T[] _slots = [];
    private byte[] _generations = [];
    private int[] _free = [];
    private int[] _buckets = []; // index + 1 of the first exchange of a bucket; 0: none
    private int[] _next = [];
    private int _freeCount;

    public ExchangeTable(int capacity, Func<int, T> make)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity is > 0 and <= MaxCapacity, true, nameof(capacity));
        _slotBits = int.Max(1, 32 - int.LeadingZeroCount(capacity - 1));
        Capacity = capacity;
        _make = make;
        Grow();
    }

    /// <summary>Exchanges that can be open at once.</summary>
    public int Capacity { get; }

    /// <summary>Slots made so far: the others have never been needed.</summary>
    public int SlotCount => _slots.Length;

    public int OpenCount => _slots.Length - _freeCount;

    /// <summary>A slot by its index, open or not: for walking over all of them.</summary>
    public T this[int index] => _slots[index];

    /// <summary>Opens an exchange for a peer. Null when the table is full.</summary>
    public T? TryOpen(FcId originator, OxId oxId)
    {
        if (_freeCount == 0 && !Grow()) return null;
        int index = _free[--_freeCount];
        // Low bits the slot, high bits the generation; the one combination that reads FFFFh is left out.
        int generation = _generations[index] + 1;
        int rxId = (generation << _slotBits) | index;
        if ((rxId & 0xFFFF) == 0xFFFF) rxId = ++generation << _slotBits | index;
        _generations[index] = (byte)generation;
        T exchange = _slots[index];
        exchange.Identify(originator, oxId, new RxId((ushort)rxId));
        Link(index);
        return exchange;
    }

    /// <summary>The open exchange with this RX_ID, or null: a wrong generation, originator or OX_ID finds nothing.</summary>
    public T? Find(RxId rxId, FcId originator, OxId oxId)
    {
        int index = rxId.Value & ((1 << _slotBits) - 1);
        if (index >= _slots.Length) return null;
        T exchange = _slots[index];
        return exchange.IsOpen && exchange.RxId == rxId && exchange.OxId == oxId && exchange.Originator == originator ? exchange : null;
    }

    /// <summary>The open exchange of an originator by its OX_ID, or null.</summary>
    public T? Find(FcId originator, OxId oxId)
    {
        for (int i = _buckets[Bucket(originator, oxId)]; i != 0; i = _next[i - 1])
        {
            T exchange = _slots[i - 1];
            if (exchange.OxId == oxId && exchange.Originator == originator) return exchange;
        }
        return null;
    }

    /// <summary>By RX_ID when the peer knows it, else by OX_ID.</summary>
    public T? Find(FcId originator, OxId oxId, RxId rxId) =>
        rxId == RxId.Unassigned ? Find(originator, oxId) : Find(rxId, originator, oxId);

    public void Close(T exchange)
    {
        Debug.Assert(exchange.IsOpen);
        int index = exchange.Index;
        ref int link = ref _buckets[Bucket(exchange.Originator, exchange.OxId)];
        while (link != index + 1) link = ref _next[link - 1];
        link = _next[index];
        exchange.Forget();
        _free[_freeCount++] = index;
    }

    /// <summary>Makes more slots. False when there are as many as there may be.</summary>
    private bool Grow()
    {
        int old = _slots.Length, size = Math.Min(Capacity, Math.Max(FirstSlots, old * 2));
        if (size == old) return false;
        Array.Resize(ref _slots, size);
        Array.Resize(ref _generations, size);
        Array.Resize(ref _free, size);
        Array.Resize(ref _next, size);
        _buckets = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, size))];
        for (int i = 0; i < old; i++)
            if (_slots[i].IsOpen) Link(i);
        for (int i = size - 1; i >= old; i--)
        {
            _slots[i] = _make(i);
            _free[_freeCount++] = i;
        }
        return true;
    }

    private void Link(int index)
    {
        ref int bucket = ref _buckets[Bucket(_slots[index].Originator, _slots[index].OxId)];
        _next[index] = bucket;
        bucket = index + 1;
    }

    private int Bucket(FcId originator, OxId oxId)
    {
        uint key = (originator.Value << 16) ^ (originator.Value >> 8) ^ oxId.Value;
        return (int)((key * 0x9E3779B1u) >> (32 - BitOperations.Log2((uint)_buckets.Length)));
    }
}

/// <summary>What <see cref="ExchangeTable{T}"/> asks of an exchange.</summary>
internal interface IResponderExchange
{
    int Index { get; }

    bool IsOpen { get; }

    FcId Originator { get; }

    OxId OxId { get; }

    RxId RxId { get; }

    /// <summary>The exchange is open from now on and has these ids.</summary>
    void Identify(FcId originator, OxId oxId, RxId rxId);

    /// <summary>The exchange is free from now on.</summary>
    void Forget();
}
