// SPDX-License-Identifier: MIT

using BenchmarkDotNet.Attributes;
using FcTarget.Port;

namespace FcTarget.Benchmarks.Micro;

/// <summary>Whole 4 KiB commands as in <see cref="CommandBenchmarks"/>, to a VN2VN node and to a target behind our own switch.</summary>
[MinColumn, MedianColumn] // of a busy machine the least disturbed round
public class TopologyBenchmarks
{
    private CommandPeer _peer = null!;

    [Params(Topology.Vn2Vn, Topology.Switch)]
    public Topology Topology { get; set; }

    [GlobalSetup]
    public void LogIn() => _peer = Topology == Topology.Switch ? new CommandPeer(new SwitchPair()) : new CommandPeer();

    [GlobalCleanup]
    public void LogOut() => _peer.Dispose();

    [Benchmark(OperationsPerInvoke = CommandPeer.Depth)]
    public void Read4KiB() => _peer.Reads();

    [Benchmark(OperationsPerInvoke = CommandPeer.Depth)]
    public void Write4KiB() => _peer.Writes();
}
