// SPDX-License-Identifier: MIT

using System.Numerics;
using System.Runtime.InteropServices;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Aggregations;

/// <summary>
/// Keys and their values in a fixed piece of memory, found by hash. Never shrinks, never grows: emptied as a whole. Not thread safe.
/// </summary>
/// <remarks>
/// An entry is a header, the values and the key, in whole long words: word 0 hash and length of the key, word 1 place of the next entry of
/// its chain and number of the aggregation.
/// </remarks>
internal sealed class AggregationTable
{
    /// <summary>Keys come from the wire: whoever finds ones that collide must not make the firing loop walk.</summary>
    private const int MaxChain = 64;

    private const int HeaderWords = 2;

    private readonly long[] _words;
    private readonly int[] _chains;
    private readonly AggregationDescription[] _aggregations;
    private readonly int[] _lengths;
    private readonly ulong _seed;
    private int _used = 1; // place 0 ends a chain

    /// <param name="aggregations">What may be added to, by <see cref="AggregationDescription.Id"/>.</param>
    /// <param name="bytes">Memory for keys and values.</param>
    /// <param name="seed">Anything; the hash begins with it.</param>
    public AggregationTable(IReadOnlyList<AggregationDescription> aggregations, long bytes, ulong seed)
    {
        const int WordsAChain = 16; // a count with a key of two names takes 10 words
        _aggregations = [.. aggregations];
        _lengths = [.. aggregations.Select(AggregationValues.Length)];
        _words = new long[Math.Max(64, bytes / sizeof(long))];
        _chains = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, _words.Length / WordsAChain))];
        _seed = seed;
    }

    public bool IsEmpty => _used == 1;

    /// <summary>Adds to a key's values. False: no room.</summary>
    public bool TryAdd(AggregationDescription aggregation, ReadOnlySpan<byte> key, long value, long weight)
    {
        int id = aggregation.Id;
        uint hash = Hash(id, key);
        ref int chain = ref _chains[hash & (uint)(_chains.Length - 1)];
        int length = _lengths[id], left = MaxChain;
        for (int at = chain; at != 0; at = Next(at))
        {
            if (_words[at] == Word(hash, key.Length) && Id(at) == id && Key(at, length, key.Length).SequenceEqual(key))
            {
                AggregationValues.Add(aggregation, _words.AsSpan(at + HeaderWords, length), value, weight);
                return true;
            }
            if (--left == 0) return false;
        }
        int size = HeaderWords + length + ((key.Length + sizeof(long) - 1) / sizeof(long));
        if (size > _words.Length - _used) return false;
        int place = _used;
        _used += size;
        _words[place] = Word(hash, key.Length);
        _words[place + 1] = Word((uint)chain, id);
        chain = place;
        Span<long> values = _words.AsSpan(place + HeaderWords, length);
        AggregationValues.Clear(aggregation, values);
        AggregationValues.Add(aggregation, values, value, weight);
        key.CopyTo(MemoryMarshal.AsBytes(_words.AsSpan(place + HeaderWords + length)));
        return true;
    }

    /// <summary>Hands every entry to <paramref name="store"/> and empties the table. Returns how many did not fit there.</summary>
    public long MoveTo(AggregationStore store)
    {
        long lost = 0;
        for (int at = 1; at < _used;)
        {
            int id = Id(at), length = _lengths[id], keyLength = (int)_words[at];
            if (!store.TryMerge(_aggregations[id], Key(at, length, keyLength), _words.AsSpan(at + HeaderWords, length))) lost++;
            at += HeaderWords + length + ((keyLength + sizeof(long) - 1) / sizeof(long));
        }
        if (!IsEmpty) Array.Clear(_chains);
        _used = 1;
        return lost;
    }

    private static long Word(uint high, int low) => (long)(((ulong)high << 32) | (uint)low);

    private int Next(int at) => (int)(_words[at + 1] >> 32);

    private int Id(int at) => (int)_words[at + 1];

    private Span<byte> Key(int at, int length, int keyLength) => MemoryMarshal.AsBytes(_words.AsSpan(at + HeaderWords + length))[..keyLength];

    private uint Hash(int id, ReadOnlySpan<byte> key)
    {
        const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
        ulong hash = (_seed ^ (uint)id) * Multiplier;
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
            hash = (BitOperations.RotateLeft(hash, 23) ^ MemoryMarshal.Read<ulong>(key)) * Multiplier;
        foreach (byte b in key) hash = (BitOperations.RotateLeft(hash, 23) ^ b) * Multiplier;
        return (uint)(hash >> 32);
    }
}
