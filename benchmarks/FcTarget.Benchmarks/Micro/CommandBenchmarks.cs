// SPDX-License-Identifier: MIT

using BenchmarkDotNet.Attributes;
using FcTarget.Probes;

namespace FcTarget.Benchmarks.Micro;

/// <summary>Who listens to the probes of the port.</summary>
public enum ProbeListener
{
    None,

    /// <summary>The JSON lines sink, writing to nowhere: what the port pays is the copy into its ring.</summary>
    JsonLines,
}

/// <summary>
/// Whole 4 KiB commands through a port and a memory disk: FCP_CMND in, FCP_DATA and FCP_RSP out; for a write FCP_XFER_RDY too.
/// Times and allocations are those of one command.
/// </summary>
public class CommandBenchmarks
{
    private CommandPeer _peer = null!;
    private JsonLinesSink? _sink;

    [Params(ProbeListener.None, ProbeListener.JsonLines)]
    public ProbeListener Probes { get; set; }

    [GlobalSetup]
    public void LogIn()
    {
        _peer = new CommandPeer();
        if (Probes == ProbeListener.None) return;
        _sink = new JsonLinesSink(Stream.Null, TimeProvider.System);
        _peer.Probes.Attach(_sink);
    }

    [GlobalCleanup]
    public void LogOut()
    {
        _peer.Dispose();
        if (_sink is null) return;
        _sink.Dispose();
        // As fast as this the sink's thread cannot format: what it dropped is part of the result.
        Console.WriteLine($"// probes dropped by the sink: {_sink.Dropped}");
    }

    [Benchmark(OperationsPerInvoke = CommandPeer.Depth)]
    public void Read4KiB() => _peer.Reads();

    [Benchmark(OperationsPerInvoke = CommandPeer.Depth)]
    public void Write4KiB() => _peer.Writes();
}
