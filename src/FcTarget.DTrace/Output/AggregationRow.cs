// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Output;

/// <summary>What an aggregation has for a key.</summary>
internal readonly record struct AggregationValue(AggregationDescription Aggregation, long[] Values, long Normal)
{
    public bool IsDistribution =>
        Aggregation.Function is AggregatingFunction.Quantize or AggregatingFunction.LQuantize or AggregatingFunction.LLQuantize;

    /// <summary>The number that a table shows, normalized: all but averages are divided as unsigned numbers, as dtrace(1) does.</summary>
    public long Number => Aggregation.Function switch
    {
        AggregatingFunction.Avg => AggregationValues.Average(Values, Normal),
        AggregatingFunction.StdDev => (long)AggregationValues.StandardDeviation(Values, Normal),
        _ => AggregationValues.DivideUnsigned(Values[0], Normal),
    };

    /// <summary>The number that a format shows: here it is averages that are unsigned, and the others are what the conversion is.</summary>
    /// <param name="signed">Whether the conversion is of a signed number.</param>
    public long Formatted(bool signed) => Aggregation.Function switch
    {
        AggregatingFunction.Avg => AggregationValues.AverageUnsigned(Values, Normal),
        AggregatingFunction.StdDev => Number,
        _ when signed => AggregationValues.Divide(Values[0], Normal),
        _ => Number,
    };
}

/// <summary>A row of a table: a key and the values of one or several aggregations.</summary>
internal sealed record AggregationRow(AggregationElement Key, IReadOnlyList<AggregationValue> Values)
{
    public static AggregationRow Of(AggregationElement element) => new(element, [ValueOf(element)]);

    /// <summary>
    /// One row a key that any of the aggregations has, in the order the options ask for: by the values of the aggregation at aggsortpos,
    /// then by the others', then by key.
    /// </summary>
    public static IEnumerable<AggregationRow> Join(
        AggregationStore store, IReadOnlyList<AggregationDescription> aggregations, DOptions options)
    {
        AggregationOrder order = AggregationOrder.Of(options);
        Dictionary<string, AggregationElement?[]> joined = [];
        for (int i = 0; i < aggregations.Count; i++)
        {
            foreach (AggregationElement element in store.Of(aggregations[i]))
            {
                string key = Convert.ToHexString(element.Key);
                if (!joined.TryGetValue(key, out AggregationElement?[]? elements))
                    joined.Add(key, elements = new AggregationElement?[aggregations.Count]);
                elements[i] = element;
            }
        }
        AggregationRow[] rows = [.. joined.Values.Select(elements => new AggregationRow(
            elements.First(e => e is not null)!,
            [.. elements.Select((e, i) => e is null ? Zero(aggregations[i]) : ValueOf(e))]))];
        int first = options.AggSortPos < aggregations.Count ? options.AggSortPos : 0;
        Array.Sort(rows, (x, y) => Compare(order, first, x, y));
        return rows;
    }

    private static AggregationValue ValueOf(AggregationElement e) => new(e.Aggregation, e.Values, e.Normal);

    private static AggregationValue Zero(AggregationDescription aggregation) =>
        new(aggregation, new long[AggregationValues.Length(aggregation)], 1);

    private static int Compare(AggregationOrder order, int first, AggregationRow x, AggregationRow y)
    {
        int byKey = order.CompareKeys(x.Key, y.Key);
        if (order.ByKey && byKey != 0) return byKey;
        for (int i = 0; i < x.Values.Count; i++)
        {
            int at = (first + i) % x.Values.Count;
            int byValue = order.CompareValues(x.Values[at].Aggregation, x.Values[at].Values, y.Values[at].Values);
            if (byValue != 0) return byValue;
        }
        return byKey;
    }
}
