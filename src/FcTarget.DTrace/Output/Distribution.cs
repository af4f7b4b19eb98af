// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Output;

/// <summary>The drawings of quantize(), lquantize() and llquantize().</summary>
/// <remarks>
/// Shown are the buckets that hold something and one empty one on either side. Bars are 40 columns for the sum of all buckets (with
/// aggzoom: for the tallest, and 95 % of the columns); with both positive and negative counts, 20 on each side of a line.
/// </remarks>
internal static class Distribution
{
    private const int Columns = 40;

    /// <summary>Draws a distribution, from the end of the line it begins on to the beginning of another.</summary>
    public static void Write(OutputText output, AggregationDescription aggregation, ReadOnlySpan<long> values, long normal, bool zoom)
    {
        int first = values.IndexOfAnyExcept(0L), last = values.LastIndexOfAnyExcept(0L);
        if (first < 0 || (aggregation.Function == AggregatingFunction.Quantize && first == values.Length - 1))
            (first, last) = NothingBut(aggregation.Function);
        else
            (first, last) = (Math.Max(0, first - 1), Math.Min(values.Length - 1, last + 1));
        Bars bars = new(values[first..(last + 1)], normal, zoom);
        output.Append('\n');
        output.AppendPadded("value", 16);
        output.Append("  ------------- Distribution ------------- count    \n");
        long[] starts = aggregation.Function == AggregatingFunction.LLQuantize ? Buckets.LogLinearValues(aggregation.Quantization) : [];
        for (int i = first; i <= last; i++)
        {
            WriteLabel(output, aggregation, starts, i);
            output.Append(' ');
            bars.Write(output, values[i]);
        }
    }

    /// <summary>The buckets shown if all are empty.</summary>
    private static (int First, int Last) NothingBut(AggregatingFunction function) => function switch
    {
        AggregatingFunction.Quantize => (Buckets.QuantizeZero - 1, Buckets.QuantizeZero + 1),
        AggregatingFunction.LQuantize => (0, 2),
        _ => (0, 1),
    };

    private static void WriteLabel(OutputText output, AggregationDescription aggregation, long[] starts, int bucket)
    {
        const int Width = 16;
        Quantization q = aggregation.Quantization;
        switch (aggregation.Function)
        {
            case AggregatingFunction.Quantize:
                output.AppendPadded(Buckets.QuantizeValue(bucket), Width);
                break;
            case AggregatingFunction.LQuantize:
                int levels = Buckets.LinearLevels(q);
                if (bucket == 0) output.AppendPadded($"< {q.Low}", Width);
                else if (bucket > levels) output.AppendPadded($">= {q.Low + ((long)levels * q.Step)}", Width);
                else output.AppendPadded(q.Low + ((bucket - 1L) * q.Step), Width);
                break;
            default:
                if (bucket == 0) output.AppendPadded($"< {starts[0]}", Width);
                else if (bucket == starts.Length) output.AppendPadded($">= {starts[^1]}", Width);
                else output.AppendPadded(starts[bucket - 1], Width);
                break;
        }
    }

    private readonly struct Bars
    {
        /// <summary>The tallest bar with aggzoom, of the columns.</summary>
        private const double ZoomedHeight = 0.95;

        private readonly bool _positive, _negative;
        private readonly double _total;
        private readonly long _normal;

        public Bars(ReadOnlySpan<long> values, long normal, bool zoom)
        {
            _normal = normal;
            foreach (long value in values)
            {
                _positive |= value > 0;
                _negative |= value < 0;
                _total = zoom ? Math.Max(_total, Math.Abs((double)value) / ZoomedHeight) : _total + Math.Abs((double)value);
            }
        }

        public void Write(OutputText output, long value)
        {
            bool both = _positive && _negative;
            int columns = both ? Columns / 2 : Columns;
            int bar = _total == 0 ? 0 : (int)((Math.Abs((double)value) * columns / _total) + 0.5);
            if (_negative && (!both || value <= 0))
            {
                output.Repeat(' ', columns - bar);
                output.Repeat('@', bar);
                output.Append('|');
                if (both) output.Repeat(' ', columns);
            }
            else
            {
                if (both) output.Repeat(' ', columns);
                output.Append('|');
                output.Repeat('@', bar);
                output.Repeat(' ', columns - bar);
            }
            output.Append(' ');
            output.AppendPadded(AggregationValues.DivideUnsigned(value, _normal), -9);
            output.Append('\n');
        }
    }
}
