// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime;
using FcTarget.Benchmarks.Micro;

namespace FcTarget.Benchmarks.ProbeCost;

// PROBE COST - theory of operation
//   Job      Tell what probes that nobody listens to cost a command, closer than two processes can be told apart.
//   Problem  The cost is some nanoseconds of a microsecond. The same code runs some percent faster or slower with where the loader and the
//            JIT put it and its data, for as long as the process lives, and the machine has other work.
//   Way      Many copies of the port in one process, each with code and data of its own: a third with probes, a third with probes again,
//            a third with the probes taken out. Slices of some 0.3 ms in turns, forth and back, so that each copy meets the same machine.
//            The time of a copy is the lower decile of its slices: interruptions only ever add.
//   Result   Ratio of the geometric means over the copies, and its interval by Welch's t: the copies are what is sampled. 'probes by probes'
//            is the same of two groups of equal code: how far such a figure is off by itself.

/// <summary>Compares whole commands through ports whose code has the probes in it with those of ports whose code has not.</summary>
internal static class ProbeCostComparison
{
    private const int BatchesASlice = 8;
    private const int MinSlices = 50;

    /// <param name="copies">Copies of each of the three kinds, at least 2.</param>
    /// <param name="time">How long each direction is measured.</param>
    public static void Run(int copies, TimeSpan time)
    {
        PortCopy[][] groups = [new PortCopy[copies], new PortCopy[copies], new PortCopy[copies]];
        for (int i = 0; i < copies; i++)
            for (int g = 0; g < groups.Length; g++)
                groups[(g + i) % groups.Length][i] = PortCopy.Load(hasProbes: (g + i) % groups.Length != 2);
        PortCopy[] all = [.. Enumerable.Range(0, copies).SelectMany(i => groups.Select(g => g[i]))];
        Console.WriteLine($"{copies} copies of each kind, {BatchesASlice * CommandPeer.Depth} commands a slice");
        Compare("4 KiB read", [.. all.Select(c => c.Reads)], time);
        Compare("4 KiB write", [.. all.Select(c => c.Writes)], time);
    }

    private static void Compare(string what, Action[] runs, TimeSpan time)
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
        const double Commands = BatchesASlice * CommandPeer.Depth;
        double nanoseconds = 1e9 * GeometricMean(without) / Commands;
        Ratio ratio = Ratio.Of([.. first, .. second], without);
        Console.WriteLine($"{what}: {nanoseconds:F1} ns a command without probes, {slices[0].Count} slices of each copy");
        Console.WriteLine($"{what}: probes by probes {Ratio.Of(first, second)}");
        Console.WriteLine($"{what}: probes by without {ratio}");
        Console.WriteLine(FormattableString.Invariant(
            $"{what}: probes cost {nanoseconds * (ratio.Value - 1):F1} ns a command ({nanoseconds * (ratio.From - 1):F1} to {nanoseconds * (ratio.To - 1):F1})"));
    }

    private static double[] Every(double[] times, int group) => [.. times.Where((_, i) => i % 3 == group)];

    private static double GeometricMean(double[] values) => Math.Exp(values.Average(Math.Log));

    private static double LowerDecile(List<double> values)
    {
        values.Sort();
        return values[values.Count / 10];
    }

    private static double Slice(Action run)
    {
        run(); // brings the copy's code and data back into the caches; what that takes is not the probes'
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < BatchesASlice; i++) run();
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
