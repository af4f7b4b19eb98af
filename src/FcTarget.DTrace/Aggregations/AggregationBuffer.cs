// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Aggregations;

// AGGREGATION BUFFER - theory of operation
//   Job      Take values in at the probe site; give the consumer all that came together since it last asked.
//   Owner    Nobody: firing loops and the consumer, each behind a spin lock that is held for one Add or one swap of two references.
//   Cost     Two tables of aggsize. The consumer swaps them and empties the idle one at leisure: no loop ever waits for a snapshot.
//   Always   Each value is in exactly one table or counted as a drop.
//   Read     AggregationTable (what the memory looks like), AggregationStore (where snapshots are merged)
//   Proof    AggregationBufferTests

/// <summary>Where clauses aggregate: any number of threads add, the consumer takes what came together.</summary>
internal sealed class AggregationBuffer
{
    private AggregationTable _active, _idle;
    private long _drops;
    private int _taken;

    /// <param name="aggregations">By <see cref="AggregationDescription.Id"/>.</param>
    /// <param name="size">Bytes of keys and values between two snapshots: option aggsize.</param>
    public AggregationBuffer(IReadOnlyList<AggregationDescription> aggregations, long size)
    {
        ulong seed = unchecked((ulong)Guid.NewGuid().GetHashCode() * 0x1_0000_0001);
        if (aggregations.Count == 0) size = 0;
        _active = new AggregationTable(aggregations, size, seed);
        _idle = new AggregationTable(aggregations, size, seed);
    }

    /// <summary>
    /// Feeds a value to the aggregation's function at a key. Never blocks for longer than another thread's Add; allocates nothing. What
    /// finds no room is counted as a drop.
    /// </summary>
    /// <param name="aggregation">The variable.</param>
    /// <param name="key">
    /// The fields of the key one after the other, unaligned: integers in their width, native endian; strings up to and with their NUL and
    /// no further; byte arrays in their width.
    /// </param>
    /// <param name="value">The argument; count() does not look at it.</param>
    /// <param name="weight">quantize(), lquantize(), llquantize(): by how much the bucket grows, 1 unless the program says otherwise.</param>
    public void Add(AggregationDescription aggregation, ReadOnlySpan<byte> key, long value, long weight = 1)
    {
        Enter();
        if (!_active.TryAdd(aggregation, key, value, weight)) _drops++;
        Volatile.Write(ref _taken, 0);
    }

    /// <summary>Merges what was added since the last call into <paramref name="store"/>. Consumer only.</summary>
    /// <returns>Additions that were dropped since the last call.</returns>
    public long MoveTo(AggregationStore store)
    {
        Enter();
        (_active, _idle) = (_idle, _active);
        long drops = _drops;
        _drops = 0;
        Volatile.Write(ref _taken, 0);
        return drops + _idle.MoveTo(store);
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _taken, 1) == 0) return;
        SpinWait spin = default;
        while (Interlocked.Exchange(ref _taken, 1) != 0) spin.SpinOnce(sleep1Threshold: -1);
    }
}
