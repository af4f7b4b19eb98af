// SPDX-License-Identifier: MIT

using BenchmarkDotNet.Attributes;

namespace FcTarget.Benchmarks.Micro;

/// <summary>Commands of a logical unit that does this or that about protection information: see <see cref="UnitCommands"/>.</summary>
public class ProtectionBenchmarks
{
    private UnitCommands _unit = null!;

    [Params(ProtectionCase.None, ProtectionCase.Off, ProtectionCase.Internal, ProtectionCase.Transferred)]
    public ProtectionCase Case { get; set; }

    [GlobalSetup]
    public void Setup() => _unit = new UnitCommands(Case);

    [GlobalCleanup]
    public void Cleanup() => _unit.Dispose();

    [Benchmark]
    public void Read4KiB() => _unit.Read();

    [Benchmark]
    public void Write4KiB() => _unit.Write();
}
