// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>
/// Which bytes of a burst have arrived: sorted, disjoint ranges. In order it is one range that grows; frames out of order make
/// more, up to a bound, beyond which a frame is treated as lost. Reused, never allocating.
/// </summary>
internal sealed class ReceivedRanges
{
    /// <summary>A burst of 256 KiB is 125 frames of 2112 bytes: even every other one missing fits.</summary>
    public const int Capacity = 64;

    private readonly (uint Low, uint High)[] _ranges = new (uint, uint)[Capacity];
    private int _count;

    /// <summary>Bytes received, each counted once.</summary>
    public uint Total { get; private set; }

    /// <summary>Bytes received from the beginning without a hole.</summary>
    public uint WithoutHole => _count > 0 && _ranges[0].Low == 0 ? _ranges[0].High : 0;

    public void Clear()
    {
        _count = 0;
        Total = 0;
    }

    /// <summary>What <see cref="Add"/> made of a range.</summary>
    public enum Outcome : byte
    {
        /// <summary>All new, and just after everything before it.</summary>
        InOrder,

        /// <summary>At least partly new.</summary>
        OutOfOrder,

        /// <summary>Nothing new in it.</summary>
        Duplicate,

        /// <summary>Too many holes to remember.</summary>
        Refused,
    }

    /// <summary>Adds bytes <paramref name="low"/> up to but not including <paramref name="high"/>.</summary>
    public Outcome Add(uint low, uint high)
    {
        if (_count == 0 || (_count == 1 && _ranges[0].High == low))
        {
            if (_count == 0)
            {
                _ranges[0] = (low, high);
                _count = 1;
                Total = high - low;
                return low == 0 ? Outcome.InOrder : Outcome.OutOfOrder;
            }
            _ranges[0].High = high;
            Total += high - low;
            return Outcome.InOrder;
        }
        return Merge(low, high);
    }

    private Outcome Merge(uint low, uint high)
    {
        int first = 0;
        while (first < _count && _ranges[first].High < low) first++;      // ranges wholly before, not touching
        int end = first;
        uint had = 0;
        uint mergedLow = low, mergedHigh = high;
        while (end < _count && _ranges[end].Low <= high)                  // ranges that touch or overlap
        {
            had += Math.Min(_ranges[end].High, high) - Math.Min(Math.Max(_ranges[end].Low, low), high);
            mergedLow = Math.Min(mergedLow, _ranges[end].Low);
            mergedHigh = Math.Max(mergedHigh, _ranges[end].High);
            end++;
        }
        if (had == high - low) return Outcome.Duplicate;
        int removed = end - first;
        if (removed == 0 && _count == Capacity) return Outcome.Refused;
        Array.Copy(_ranges, end, _ranges, first + 1, _count - end);
        _ranges[first] = (mergedLow, mergedHigh);
        _count += 1 - removed;
        Total += high - low - had;
        return Outcome.OutOfOrder;
    }
}
