// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime;

namespace FcTarget.Benchmarks.ProbeCost;

// COPY COMPARISON - theory of operation
//   Job      Tell what a feature that nobody uses costs a command, closer than two processes can be told apart.
//   Problem  The cost is some nanoseconds of a microsecond. The same code runs some percent faster or slower with where the loader and the
//            JIT put it and its data, for as long as the process lives, and the machine has other work.
//   Way      Many copies of the code in one process, each with code and data of its own: a third with the feature, a third with it again,
//            a third without. Slices of some 0.3 ms in turns, forth and back, so that each copy meets the same machine.
//            The time of a copy is the lower decile of its slices: interruptions only ever add.
//   Result   Ratio of the geometric means over the copies, and its interval by Welch's t: the copies are what is sampled. 'probes by probes',
//            say, is the same of two groups of equal code: how far such a figure is off by itself.

/// <summary>Compares the time of commands of three groups of copies: with a feature, with it again, and without.</summary>
/// <param name="feature">What it is called.</param>
/// <param name="commands">Commands of a run.</param>
/// <param name="runsASlice">Runs of a slice.</param>
internal sealed class CopyComparison(string feature, int commands, int runsASlice)
{
    private const int MinSlices = 50;

    /// <summary>Makes the copies, in another order each time: those of three groups by turns.</summary>
    public static T[] Load<T>(int copies, Func<bool, T> load)
    {
        T[,] groups = new T[3, copies];
        for (int i = 0; i < copies; i++)
            for (int g = 0; g < 3; g++)
                groups[(g + i) % 3, i] = load((g + i) % 3 != 2);
        return [.. Enumerable.Range(0, copies).SelectMany(i => Enumerable.Range(0, 3).Select(g => groups[g, i]))];
    }

    /// <param name="what">What the runs do.</param>
    /// <param name="runs">One of each copy, as <see cref="Load"/> has them.</param>
    /// <param name="time">How long it is measured.</param>
    public void Compare(string what, Action[] runs, TimeSpan time)
    {
        Warm(runs);
        List<double>[] slices = [.. runs.Select(_ => new List<double>())];
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < MinSlices || Stopwatch.GetElapsedTime(start) < time; round++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                int at = round % 2 == 0 ? i : runs.Length - 1 - i;
                slices[at].Add(Slice(runs[at]));
            }
        }
        double[] times = [.. slices.Select(LowerDecile)];
        double[] first = Every(times, 0), second = Every(times, 1), without = Every(times, 2);
        double measured = runsASlice * commands;
        double nanoseconds = 1e9 * GeometricMean(without) / measured;
        Ratio ratio = Ratio.Of([.. first, .. second], without);
        Console.WriteLine($"{what}: {nanoseconds:F1} ns a command without {feature}, {slices[0].Count} slices of each copy");
        Console.WriteLine($"{what}: {feature} by {feature} {Ratio.Of(first, second)}");
        Console.WriteLine($"{what}: {feature} by without {ratio}");
        Console.WriteLine(FormattableString.Invariant(
            $"{what}: {feature} cost {nanoseconds * (ratio.Value - 1):F1} ns a command ({nanoseconds * (ratio.From - 1):F1} to {nanoseconds * (ratio.To - 1):F1})"));
    }

    private static double[] Every(double[] times, int group) => [.. times.Where((_, i) => i % 3 == group)];

    private static double GeometricMean(double[] values) => Math.Exp(values.Average(Math.Log));

    private static double LowerDecile(List<double> values)
    {
        values.Sort();
        return values[values.Count / 10];
    }

    private double Slice(Action run)
    {
        run(); // brings the copy's code and data back into the caches; what that takes is not the feature's
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < runsASlice; i++) run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Runs until the JIT has nothing more to compile: what is measured is the last tier.</summary>
    private static void Warm(Action[] runs)
    {
        int quiet = 0;
        for (long compiled = -1; quiet < 5;)
        {
            long now = JitInfo.GetCompiledMethodCount();
            quiet = now == compiled ? quiet + 1 : 0;
            compiled = now;
            foreach (Action run in runs)
                for (int i = 0; i < 20; i++) run();
            Thread.Sleep(200); // the tiers rise when no new method was called for 100 ms
        }
    }
}
