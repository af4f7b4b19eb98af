// SPDX-License-Identifier: MIT

using BenchmarkDotNet.Attributes;
using FcTarget.Scsi;

namespace FcTarget.Benchmarks.Micro;

/// <summary>The guard of protection information, of a block: by carry-less multiplication where the processor has it, and by tables.</summary>
public class GuardBenchmarks
{
    private byte[] _block = [];

    /// <summary>Bytes of a logical block.</summary>
    [Params(512, 4096)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _block = new byte[Length];
        new Random(1).NextBytes(_block);
    }

    [Benchmark]
    public ushort Guard() => LogicalBlockGuard.Of(_block);

    [Benchmark(Baseline = true)]
    public ushort BySlices() => LogicalBlockGuard.BySlices(0, _block);
}
