// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Aggregations;

/// <summary>
/// What the aggregating functions keep for one key: count, sum, min, max: the number. avg: count, sum. stddev: count, sum, sum of squares
/// (128 bits, low half first). Distributions: their buckets.
/// </summary>
internal static class AggregationValues
{
    /// <summary>Numbers a key takes.</summary>
    public static int Length(AggregationDescription aggregation) => aggregation.Function switch
    {
        AggregatingFunction.Avg => 2,
        AggregatingFunction.StdDev => 4,
        AggregatingFunction.Quantize => Buckets.QuantizeCount,
        AggregatingFunction.LQuantize => Buckets.LinearLevels(aggregation.Quantization) + 2,
        AggregatingFunction.LLQuantize => Buckets.LogLinearCount(aggregation.Quantization),
        _ => 1,
    };

    /// <summary>Takes a value in. The first one finds <paramref name="values"/> filled by <see cref="Clear"/>.</summary>
    public static void Add(AggregationDescription aggregation, Span<long> values, long value, long weight)
    {
        switch (aggregation.Function)
        {
            case AggregatingFunction.Count:
                values[0]++;
                break;
            case AggregatingFunction.Sum:
                values[0] += value;
                break;
            case AggregatingFunction.Min:
                values[0] = Math.Min(values[0], value);
                break;
            case AggregatingFunction.Max:
                values[0] = Math.Max(values[0], value);
                break;
            case AggregatingFunction.Avg:
                values[0]++;
                values[1] += value;
                break;
            case AggregatingFunction.StdDev:
                values[0]++;
                values[1] += value;
                AddSquares(values, (UInt128)((Int128)value * value));
                break;
            case AggregatingFunction.Quantize:
                values[Buckets.Quantize(value)] += weight;
                break;
            case AggregatingFunction.LQuantize:
                values[Buckets.Linear(aggregation.Quantization, value)] += weight;
                break;
            case AggregatingFunction.LLQuantize:
                values[Buckets.LogLinear(aggregation.Quantization, value)] += weight;
                break;
        }
    }

    /// <summary>What <paramref name="values"/> are before any value was added.</summary>
    public static void Clear(AggregationDescription aggregation, Span<long> values)
    {
        values.Clear();
        if (aggregation.Function == AggregatingFunction.Min) values[0] = long.MaxValue;
        if (aggregation.Function == AggregatingFunction.Max) values[0] = long.MinValue;
    }

    /// <summary>Adds what another producer or an earlier snapshot has.</summary>
    public static void Merge(AggregationDescription aggregation, Span<long> into, ReadOnlySpan<long> from)
    {
        switch (aggregation.Function)
        {
            case AggregatingFunction.Min:
                into[0] = Math.Min(into[0], from[0]);
                break;
            case AggregatingFunction.Max:
                into[0] = Math.Max(into[0], from[0]);
                break;
            case AggregatingFunction.StdDev:
                into[0] += from[0];
                into[1] += from[1];
                AddSquares(into, Squares(from));
                break;
            default:
                for (int i = 0; i < into.Length; i++) into[i] += from[i];
                break;
        }
    }

    /// <summary>The average, rounded towards zero; 0 if there is none.</summary>
    /// <param name="normal">The factor of normalize(), not 0.</param>
    public static long Average(ReadOnlySpan<long> values, long normal) =>
        values[0] == 0 ? 0 : Divide(Divide(values[1], normal), values[0]);

    /// <summary>The average as a format shows it: of numbers without sign.</summary>
    /// <param name="normal">The factor of normalize(), not 0.</param>
    public static long AverageUnsigned(ReadOnlySpan<long> values, long normal) =>
        values[0] == 0 ? 0 : DivideUnsigned(DivideUnsigned(values[1], normal), values[0]);

    /// <summary>The square root of the average of the squares less the square of the average, all rounded down.</summary>
    /// <param name="normal">The factor of normalize(), not 0.</param>
    public static ulong StandardDeviation(ReadOnlySpan<long> values, long normal)
    {
        if (values[0] == 0) return 0;
        UInt128 squares = Squares(values) / (ulong)normal / (ulong)normal / (ulong)values[0];
        Int128 average = Average(values, normal);
        UInt128 square = (UInt128)(average * average);
        return squares <= square ? 0 : SquareRoot(squares - square);
    }

    /// <summary>Division that -2^63 / -1 does not end.</summary>
    public static long Divide(long value, long by) => by == -1 ? unchecked(-value) : value / by;

    /// <summary>Division of numbers without sign: what it leaves of a negative one is a large one, unless it is divided by 1.</summary>
    public static long DivideUnsigned(long value, long by) => (long)((ulong)value / (ulong)by);

    private static UInt128 Squares(ReadOnlySpan<long> values) => new((ulong)values[3], (ulong)values[2]);

    private static void AddSquares(Span<long> values, UInt128 more)
    {
        UInt128 sum = Squares(values) + more;
        (values[2], values[3]) = ((long)(ulong)sum, (long)(ulong)(sum >> 64));
    }

    private static ulong SquareRoot(UInt128 square)
    {
        ulong root = 0;
        for (int bit = 63; bit >= 0; bit--)
        {
            ulong larger = root | (1ul << bit);
            if ((UInt128)larger * larger <= square) root = larger;
        }
        return root;
    }
}
