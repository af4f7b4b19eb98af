// SPDX-License-Identifier: MIT

using System.Numerics;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Aggregations;

/// <summary>Which bucket of a distribution a value belongs to, and where buckets begin.</summary>
internal static class Buckets
{
    /// <summary>quantize(): -2^62 ... -1, 0, 1 ... 2^62.</summary>
    public const int QuantizeCount = 127;

    /// <summary>The bucket of 0.</summary>
    public const int QuantizeZero = 63;

    /// <summary>Powers of two: the bucket of v holds those from its own power up to, or for negative ones down to, the next.</summary>
    public static int Quantize(long value)
    {
        if (value == 0) return QuantizeZero;
        if (value > 0) return QuantizeZero + 1 + BitOperations.Log2((ulong)value);
        return QuantizeZero - 1 - Math.Min(QuantizeZero - 1, BitOperations.Log2((ulong)-value));
    }

    /// <summary>The value that names a bucket of quantize().</summary>
    public static long QuantizeValue(int bucket) =>
        bucket == QuantizeZero ? 0 : bucket > QuantizeZero ? 1L << (bucket - QuantizeZero - 1) : -(1L << (QuantizeZero - 1 - bucket));

    /// <summary>Steps between the bounds of lquantize(); below and above are two more buckets.</summary>
    public static int LinearLevels(in Quantization q) => (int)(((long)q.High - q.Low) / q.Step);

    /// <summary>As DTrace does, only the lower 32 bits of the value count.</summary>
    public static int Linear(in Quantization q, long value)
    {
        int v = (int)value;
        return v < q.Low ? 0 : (int)Math.Min((((long)v - q.Low) / q.Step) + 1, LinearLevels(q) + 1L);
    }

    /// <summary>How many buckets llquantize() has, those below and above included.</summary>
    public static int LogLinearCount(in Quantization q) => LogLinear(q, long.MaxValue) + 1;

    /// <summary>Bucket 0 is below Factor^Low, the last is what is not below Factor^(High + 1); between, each magnitude has Step buckets at most.</summary>
    public static int LogLinear(in Quantization q, long value)
    {
        long below = Power(q.Factor, q.Low);
        if (value < below) return 0;
        int first = 1;
        long magnitude = below * q.Factor;
        for (int order = q.Low; order <= q.High; order++)
        {
            long buckets = Math.Min(magnitude, q.Step);
            bool last = magnitude > long.MaxValue / q.Factor;
            if (last) value = Math.Min(value, magnitude - 1);
            if (value < magnitude) return (int)(first + ((value - below) / (magnitude / buckets)));
            first += (int)(buckets - (buckets / q.Factor));
            (below, magnitude) = (magnitude, magnitude * q.Factor);
        }
        return first;
    }

    /// <summary>The values buckets 1 and up of llquantize() begin at, the last one's included.</summary>
    public static long[] LogLinearValues(in Quantization q)
    {
        long[] values = new long[LogLinearCount(q) - 1];
        long value = Power(q.Factor, q.Low), next = value * q.Factor, step = Step(q, next);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = value;
            value += step;
            if (value != next) continue;
            next = value * q.Factor;
            step = Step(q, next);
        }
        return values;
    }

    private static long Step(in Quantization q, long next) => next > q.Step ? next / q.Step : 1;

    private static long Power(int factor, int exponent)
    {
        long power = 1;
        for (int i = 0; i < exponent; i++) power *= factor;
        return power;
    }
}
