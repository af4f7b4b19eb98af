// SPDX-License-Identifier: MIT

using System.Globalization;

namespace FcTarget.Benchmarks.Live;

/// <summary>Median of a sample with its 95 % interval by order statistics, which assume nothing of the distribution.</summary>
internal readonly record struct Median(double Value, double From, double To, string Format)
{
    private const double Z = 1.959964;

    /// <param name="values">The sample; NaN if empty.</param>
    /// <param name="format">How to print the numbers.</param>
    public static Median Of(IEnumerable<double> values, string format = "F0")
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return new Median(double.NaN, double.NaN, double.NaN, format);
        double half = Z * Math.Sqrt(sorted.Length) / 2;
        double At(double rank) => sorted[(int)Math.Clamp(rank, 0, sorted.Length - 1)];
        double middle = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return new Median(middle, At(Math.Floor(sorted.Length / 2.0 - half)), At(Math.Ceiling(sorted.Length / 2.0 + half)), format);
    }

    public override string ToString() =>
        $"{Text(Value)} ({Text(From)} to {Text(To)})";

    private string Text(double value) => value.ToString(Format, CultureInfo.InvariantCulture);
}
