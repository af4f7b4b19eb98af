// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Aggregations;

/// <summary>One row of an aggregation as the consumer has it.</summary>
internal sealed class AggregationElement(AggregationDescription aggregation, byte[] key, long[] values)
{
    public AggregationDescription Aggregation { get; } = aggregation;

    /// <summary>As <see cref="AggregationBuffer.Add"/> got it.</summary>
    public byte[] Key { get; } = key;

    public long[] Values { get; } = values;

    /// <summary>normalize(): what values are divided by when they are printed. Rows that come later have 1.</summary>
    public long Normal { get; private set; } = 1;

    /// <summary>clear(): all values become 0, so that a min() stays at 0 or below from then on, and a max() at 0 or above.</summary>
    public void Clear() => Array.Clear(Values);

    public void Merge(ReadOnlySpan<long> more) => AggregationValues.Merge(Aggregation, Values, more);

    public void Normalize(long by) => Normal = by == 0 ? 1 : by;
}
