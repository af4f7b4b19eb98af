// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Formats;

namespace FcTarget.Port;

// EXCHANGE TABLE - theory of operation
//   Job      Own the RX_ID space of the exchanges that others originate to us. RX_ID is the slot index in its low bits and a
//            generation above: no hashing, no allocation, and a frame of an exchange that is over is told from the present one.
//   Owner    The port loop.
//   Life     Free -> Open (TryOpen) -> Free (Close). A second index, by S_ID and OX_ID, finds the exchange of a peer that has not
//            learnt the RX_ID yet: a repeated command, or its ABTS.
//   Always   open + free == capacity; RX_ID FFFFh is never assigned.
//   Read     FC-FS, Exchange_ID;   Proof  ExchangeTableTests

/// <summary>The exchanges of one N_Port in which it is the responder.</summary>
/// <typeparam name="T">The exchange: made once a slot, reused.</typeparam>
internal sealed class ExchangeTable<T> where T : class, IResponderExchange
{
    /// <summary>Most exchanges a table can hold: 12 bits of slot leave 4 bits of generation.</summary>
    public const int MaxCapacity = 4096;

    private readonly T[] _slots;
    private readonly byte[] _generations;
    private readonly int[] _free;
    private readonly int[] _buckets; // index + 1 of the first exchange of a bucket; 0: none
    private readonly int[] _next;
    private readonly int _slotBits;
    private int _freeCount;

    public ExchangeTable(int capacity, Func<int, T> make)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity is > 0 and <= MaxCapacity, true, nameof(capacity));
        _slotBits = int.Max(1, 32 - int.LeadingZeroCount(capacity - 1));
        _slots = new T[capacity];
        _generations = new byte[capacity];
        _free = new int[capacity];
        _next = new int[capacity];
        _buckets = new int[1 << _slotBits];
        for (int i = 0; i < capacity; i++)
        {
            _slots[i] = make(i);
            _free[i] = capacity - 1 - i;
        }
        _freeCount = capacity;
    }

    public int Capacity => _slots.Length;

    public int OpenCount => _slots.Length - _freeCount;

    /// <summary>A slot by its index, open or not: for walking over all of them.</summary>
    public T this[int index] => _slots[index];

    /// <summary>Opens an exchange for a peer. Null when the table is full.</summary>
    public T? TryOpen(FcId originator, OxId oxId)
    {
        if (_freeCount == 0) return null;
        int index = _free[--_freeCount];
        // Low bits the slot, high bits the generation; the one combination that reads FFFFh is left out.
        int generation = _generations[index] + 1;
        int rxId = (generation << _slotBits) | index;
        if ((rxId & 0xFFFF) == 0xFFFF) rxId = ++generation << _slotBits | index;
        _generations[index] = (byte)generation;
        ref int bucket = ref _buckets[Bucket(originator, oxId)];
        _next[index] = bucket;
        bucket = index + 1;
        T exchange = _slots[index];
        exchange.Identify(originator, oxId, new RxId((ushort)rxId));
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

    private int Bucket(FcId originator, OxId oxId)
    {
        uint key = (originator.Value << 16) ^ (originator.Value >> 8) ^ oxId.Value;
        return (int)((key * 0x9E3779B1u) >> (32 - _slotBits));
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
