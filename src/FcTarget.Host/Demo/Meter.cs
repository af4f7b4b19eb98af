// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Numerics;

namespace FcTarget.Host.Demo;

/// <summary>Commands, bytes and latencies of one phase. Any thread may record.</summary>
internal sealed class Meter
{
    /// <summary>Latency buckets: 8 for each power of two of microseconds, so within 12 %.</summary>
    private const int StepBits = 3, Buckets = 32 << StepBits;

    private readonly long[] _latencies = new long[Buckets];
    private readonly long _begin = Stopwatch.GetTimestamp();
    private long _commands, _bytes, _end;

    public long Commands => Volatile.Read(ref _commands);

    public long Bytes => Volatile.Read(ref _bytes);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begin, _end == 0 ? Stopwatch.GetTimestamp() : _end);

    public double CommandsPerSecond => Commands / Math.Max(Elapsed.TotalSeconds, 1e-6);

    public double MebibytesPerSecond => Bytes / 1048576.0 / Math.Max(Elapsed.TotalSeconds, 1e-6);

    /// <param name="bytes">Bytes moved.</param>
    /// <param name="latency">From the command to its status; more than 35 minutes count as that.</param>
    public void Record(int bytes, TimeSpan latency)
    {
        Interlocked.Increment(ref _commands);
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref _latencies[BucketOf((uint)Math.Min(latency.TotalMicroseconds, int.MaxValue))]);
    }

    /// <summary>The phase is over: rates stay what they are.</summary>
    public void Stop() => _end = Stopwatch.GetTimestamp();

    /// <summary>The latency that this part of the commands did not exceed, in microseconds, to within 12 %.</summary>
    /// <param name="part">0 to 1: 0.5 is the median.</param>
    public double Percentile(double part)
    {
        long left = (long)Math.Ceiling(Commands * part);
        for (int bucket = 0; bucket < Buckets; bucket++)
            if ((left -= Volatile.Read(ref _latencies[bucket])) <= 0) return UpperBoundOf(bucket);
        return UpperBoundOf(Buckets - 1);
    }

    private static int BucketOf(uint microseconds)
    {
        if (microseconds < 1 << StepBits) return (int)microseconds;
        int exponent = BitOperations.Log2(microseconds) - StepBits;
        return (exponent << StepBits) + (int)(microseconds >> exponent);
    }

    private static double UpperBoundOf(int bucket)
    {
        if (bucket < 1 << StepBits) return bucket;
        int exponent = (bucket >> StepBits) - 1;
        return ((ulong)(bucket - (exponent << StepBits)) + 1ul) * Math.Pow(2, exponent);
    }
}
