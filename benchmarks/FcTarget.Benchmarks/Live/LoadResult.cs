// SPDX-License-Identifier: MIT

namespace FcTarget.Benchmarks.Live;

/// <summary>What came of a load.</summary>
/// <param name="Options">The load.</param>
/// <param name="Latencies">Of the commands that ended with GOOD.</param>
/// <param name="Elapsed">From the first command to the end of the last.</param>
/// <param name="Errors">What went wrong, by name, how often; empty when nothing did.</param>
internal sealed record LoadResult(LoadOptions Options, Latencies Latencies, TimeSpan Elapsed, IReadOnlyDictionary<string, long> Errors)
{
    public bool IsClean => Errors.Count == 0;

    /// <summary>One line, its parts as whole-process.sh looks for them.</summary>
    public override string ToString()
    {
        double rate = Latencies.Count / Elapsed.TotalSeconds;
        string errors = IsClean ? "none" : string.Join(' ', Errors.Select(e => $"{e.Key}={e.Value}"));
        return $"{(Options.Writes ? "randwrite" : "randread")} bs={Options.Length} qd={Options.Depth}: {rate:F0} IOPS"
            + $" {rate * Options.Length / (1 << 20):F1} MiB/s"
            + $"  lat us p50 {Latencies.Percentile(0.5)} p99 {Latencies.Percentile(0.99)}  errors: {errors}";
    }
}
