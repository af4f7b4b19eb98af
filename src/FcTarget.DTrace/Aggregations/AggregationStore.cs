// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Aggregations;

/// <summary>All aggregations of a session since they were last truncated. The consumer's own.</summary>
internal sealed class AggregationStore
{
    /// <summary>Bytes an element takes besides its key and values, about.</summary>
    private const int Overhead = 200;

    private readonly Dictionary<byte[], AggregationElement>[] _elements;
    private readonly bool[] _printed;
    private readonly long _limit;
    private long _size;

    /// <param name="aggregations">By <see cref="AggregationDescription.Id"/>.</param>
    /// <param name="limit">Bytes to hold at most, about.</param>
    public AggregationStore(IReadOnlyList<AggregationDescription> aggregations, long limit)
    {
        _elements = [.. aggregations.Select(_ => new Dictionary<byte[], AggregationElement>(KeyComparer.Instance))];
        _printed = new bool[aggregations.Count];
        _limit = limit;
    }

    /// <summary>The rows of an aggregation, in no order.</summary>
    public IReadOnlyCollection<AggregationElement> Of(AggregationDescription aggregation) => _elements[aggregation.Id].Values;

    /// <summary>The rows of the aggregations that no printa() has printed.</summary>
    public IEnumerable<AggregationElement> NotPrinted() => _elements.Where((_, id) => !_printed[id]).SelectMany(e => e.Values);

    /// <summary>printa() printed rows of it: it is not printed again at the end.</summary>
    public void SetPrinted(AggregationDescription aggregation) => _printed[aggregation.Id] = true;

    /// <summary>Adds to a row or makes one. False: no room.</summary>
    public bool TryMerge(AggregationDescription aggregation, ReadOnlySpan<byte> key, ReadOnlySpan<long> values)
    {
        var rows = _elements[aggregation.Id].GetAlternateLookup<ReadOnlySpan<byte>>();
        if (rows.TryGetValue(key, out AggregationElement? element))
        {
            element.Merge(values);
            return true;
        }
        long size = Overhead + key.Length + (values.Length * sizeof(long));
        if (_size + size > _limit) return false;
        _size += size;
        byte[] kept = key.ToArray();
        rows.Dictionary.Add(kept, new AggregationElement(aggregation, kept, values.ToArray()));
        return true;
    }

    /// <summary>clear(): the rows stay, their values become 0.</summary>
    public void Clear(AggregationDescription aggregation)
    {
        foreach (AggregationElement e in Of(aggregation)) e.Clear();
    }

    /// <summary>trunc(): of the rows, the <paramref name="count"/> highest stay; a negative count keeps that many of the lowest.</summary>
    public void Truncate(AggregationDescription aggregation, long count)
    {
        Dictionary<byte[], AggregationElement> rows = _elements[aggregation.Id];
        if (count == 0)
        {
            foreach (AggregationElement e in rows.Values) _size -= SizeOf(e);
            rows.Clear();
            return;
        }
        AggregationOrder order = count < 0 ? AggregationOrder.ByValue : AggregationOrder.ByValueDescending;
        ulong kept = (ulong)(count < 0 ? unchecked(-count) : count);
        if (kept >= (ulong)rows.Count) return;
        AggregationElement[] sorted = [.. rows.Values];
        Array.Sort(sorted, order);
        foreach (AggregationElement e in sorted.AsSpan((int)kept))
        {
            rows.Remove(e.Key);
            _size -= SizeOf(e);
        }
    }

    private static long SizeOf(AggregationElement e) => Overhead + e.Key.Length + (e.Values.Length * sizeof(long));

    private sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = default;
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
