// SPDX-License-Identifier: MIT

using BenchmarkDotNet.Attributes;
using FcTarget.Formats;

namespace FcTarget.Benchmarks.Micro;

/// <summary>The FC CRC, alone and with the copy it is computed in, by length.</summary>
public class CrcBenchmarks
{
    private byte[] _from = [];
    private byte[] _to = [];

    /// <summary>
    /// Bytes: a frame header, an FCP_CMND with its header, half a frame, the largest frame (header 24, data field 2112).
    /// </summary>
    [Params(24, 56, 1024, 2136)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _from = new byte[Length];
        _to = new byte[Length];
        new Random(1).NextBytes(_from);
    }

    [Benchmark]
    public uint Append() => FcCrc.End(FcCrc.Append(FcCrc.Begin(), _from));

    [Benchmark]
    public uint CopyAndAppend() => FcCrc.End(FcCrc.CopyAndAppend(FcCrc.Begin(), _from, _to));

    /// <summary>What a copy costs without CRC.</summary>
    [Benchmark(Baseline = true)]
    public void Copy() => _from.AsSpan().CopyTo(_to);
}
