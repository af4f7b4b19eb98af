// SPDX-License-Identifier: MIT

using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace FcTarget.Benchmarks.Micro;

/// <summary>
/// Short jobs in this process: minutes, not hours, at a few percent of noise. A warm-up of 10 rounds gets past tiered compilation.
/// </summary>
internal static class MicroConfig
{
    public static IConfig Make() => ManualConfig.CreateEmpty()
        .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(10).WithIterationCount(5))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddLogger(ConsoleLogger.Default);
}
