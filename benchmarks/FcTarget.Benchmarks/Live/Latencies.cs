// SPDX-License-Identifier: MIT

namespace FcTarget.Benchmarks.Live;

/// <summary>Latencies in classes of 1 us up to 100 ms; what takes longer is in the last class.</summary>
internal sealed class Latencies
{
    private readonly long[] _counts = new long[100_000];

    public long Count { get; private set; }

    public void Add(TimeSpan latency)
    {
        _counts[(int)Math.Clamp(latency.TotalMicroseconds, 0, _counts.Length - 1)]++;
        Count++;
    }

    /// <summary>The latency in microseconds that this part of all commands stayed within; 0 without commands.</summary>
    /// <param name="part">0 to 1.</param>
    public int Percentile(double part)
    {
        long left = (long)Math.Ceiling(Count * part);
        for (int i = 0; i < _counts.Length; i++)
            if ((left -= _counts[i]) <= 0) return i;
        return _counts.Length;
    }
}
