// SPDX-License-Identifier: MIT

using FcTarget.Benchmarks.Micro;

namespace FcTarget.Benchmarks.ProbeCost;

/// <summary>Compares whole commands through ports whose code has the probes in it with those of ports whose code has not.</summary>
internal static class ProbeCostComparison
{
    private const int BatchesASlice = 8;

    /// <param name="copies">Copies of each of the three kinds, at least 2.</param>
    /// <param name="time">How long each direction is measured.</param>
    public static void Run(int copies, TimeSpan time)
    {
        PortCopy[] all = CopyComparison.Load(copies, PortCopy.Load);
        var comparison = new CopyComparison("probes", CommandPeer.Depth, BatchesASlice);
        Console.WriteLine($"{copies} copies of each kind, {BatchesASlice * CommandPeer.Depth} commands a slice");
        comparison.Compare("4 KiB read", [.. all.Select(c => c.Reads)], time);
        comparison.Compare("4 KiB write", [.. all.Select(c => c.Writes)], time);
    }
}
