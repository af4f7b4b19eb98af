// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Aggregations;

/// <summary>
/// The order rows are printed in: by variable, then by value and by key where values are equal, or by key alone (aggsortkey); all of it
/// the other way round with aggsortrev. Keys are compared field by field beginning with field <paramref name="keyPosition"/>
/// (aggsortkeypos): integers as unsigned ones of their width, strings and bytes byte by byte, as DTrace does.
/// </summary>
internal sealed class AggregationOrder(bool reverse, bool byKey, int keyPosition) : IComparer<AggregationElement>
{
    /// <summary>Lowest first, whatever the options say: what trunc() with a negative count keeps.</summary>
    public static readonly AggregationOrder ByValue = new(false, false, 0);

    /// <summary>Highest first.</summary>
    public static readonly AggregationOrder ByValueDescending = new(true, false, 0);

    public static AggregationOrder Of(DOptions options) => new(options.AggSortRev, options.AggSortKey, options.AggSortKeyPos);

    /// <summary>Whether keys come before values.</summary>
    public bool ByKey => byKey;

    public int Compare(AggregationElement? x, AggregationElement? y)
    {
        int order = x!.Aggregation.Id.CompareTo(y!.Aggregation.Id);
        if (order != 0) return reverse ? -order : order;
        if (!byKey) order = CompareValues(x.Aggregation, x.Values, y.Values);
        return order != 0 ? order : CompareKeys(x, y);
    }

    /// <summary>By values of the same aggregation, reversed if the order is.</summary>
    public int CompareValues(AggregationDescription aggregation, ReadOnlySpan<long> x, ReadOnlySpan<long> y)
    {
        int order = aggregation.Function switch
        {
            AggregatingFunction.Avg => AggregationValues.Average(x, 1).CompareTo(AggregationValues.Average(y, 1)),
            AggregatingFunction.StdDev => AggregationValues.StandardDeviation(x, 1).CompareTo(AggregationValues.StandardDeviation(y, 1)),
            AggregatingFunction.Quantize or AggregatingFunction.LQuantize or AggregatingFunction.LLQuantize =>
                CompareDistributions(aggregation, x, y),
            _ => x[0].CompareTo(y[0]),
        };
        return reverse ? -order : order;
    }

    /// <summary>By keys of the same types, reversed if the order is.</summary>
    public int CompareKeys(AggregationElement x, AggregationElement y)
    {
        int count = x.Aggregation.Keys.Count, first = keyPosition < count ? keyPosition : 0;
        for (int i = 0; i < count; i++)
        {
            int order = CompareField(x, y, (first + i) % count);
            if (order != 0) return reverse ? -order : order;
        }
        return 0;
    }

    private static int CompareField(AggregationElement x, AggregationElement y, int field)
    {
        KeyFields a = new(x.Aggregation, x.Key), b = new(y.Aggregation, y.Key);
        for (int i = 0; i <= field; i++)
        {
            a.MoveNext();
            b.MoveNext();
        }
        return a.Type.Kind == DValueKind.Integer ? Unsigned(a.Value).CompareTo(Unsigned(b.Value)) : a.Value.SequenceCompareTo(b.Value);
    }

    private static ulong Unsigned(ReadOnlySpan<byte> value) => value.Length switch
    {
        1 => value[0],
        2 => MemoryMarshal.Read<ushort>(value),
        4 => MemoryMarshal.Read<uint>(value),
        8 => MemoryMarshal.Read<ulong>(value),
        _ => 0,
    };

    /// <summary>By the sum of what the buckets stand for; if that is equal, by what there is at zero.</summary>
    private static int CompareDistributions(AggregationDescription aggregation, ReadOnlySpan<long> x, ReadOnlySpan<long> y)
    {
        (long[] weights, int zero) = Weights(aggregation);
        Int128 sumX = 0, sumY = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sumX += (Int128)weights[i] * x[i];
            sumY += (Int128)weights[i] * y[i];
        }
        int order = sumX.CompareTo(sumY);
        return order != 0 || zero < 0 ? order : x[zero].CompareTo(y[zero]);
    }

    /// <summary>What each bucket stands for, and which is at zero; -1: none.</summary>
    private static (long[] Weights, int Zero) Weights(AggregationDescription aggregation)
    {
        long[] weights = new long[AggregationValues.Length(aggregation)];
        Quantization q = aggregation.Quantization;
        switch (aggregation.Function)
        {
            case AggregatingFunction.Quantize:
                for (int i = 0; i < weights.Length; i++) weights[i] = Buckets.QuantizeValue(i);
                return (weights, Buckets.QuantizeZero);
            case AggregatingFunction.LQuantize:
                weights[0] = q.Low - 1L;
                for (int i = 1; i < weights.Length - 1; i++) weights[i] = q.Low + ((i - 1L) * q.Step);
                weights[^1] = q.Low + ((weights.Length - 2L) * q.Step) + 1;
                return (weights, Array.IndexOf(weights, 0));
            default:
                Buckets.LogLinearValues(q).CopyTo(weights, 1);
                weights[0] = weights[1] - 1;
                return (weights, 0);
        }
    }
}
