// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Globalization;
using FcTarget.Probes;
using FcTarget.Probes.Tests.Usdt;
using FcTarget.Probes.Usdt;
using FcTarget.TestKit;

namespace FcTarget.Tracing.Tests;

/// <summary>A target in this process whose probes the tracers of the system see, and an initiator that does what the test says.</summary>
internal sealed class LiveTarget : IDisposable
{
    public const string Local = "2000020000000010", Remote = "2000020000000021";

    private const string Tracing = "tracing";

    // One library for the life of the process; like its directory.
    private static readonly Lazy<UsdtProbes?> Library = new(() =>
    {
        Environment.SetEnvironmentVariable("FCTARGET_PROBE_DIR", Directory.CreateTempSubdirectory("fcprobes").FullName);
        return UsdtProbes.Load();
    });

    public LiveTarget()
    {
        Skip.If(Library.Value is null, "no probes for this system");
        Rig = PortRig.WithImagePair(peerHasHigherName: true);
        Usdt = Library.Value!;
        Rig.Provider.Connect(Usdt);
        Rig.Provider.Detach(Rig.Probes);
    }

    public PortRig Rig { get; }

    public RawPeer Peer => Rig.Peer;

    public UsdtProbes Usdt { get; }

    /// <summary>Runs a bpftrace script on this process while <paramref name="conversation"/> goes on. The lines it printed.</summary>
    public string[] Bpftrace(string script, FcProbeSet traces, Action conversation)
    {
        string[] lines = Bpftrace(Environment.ProcessId, script, bpftrace =>
        {
            Usdt.Traced.Should().Be(traces);
            conversation();
            return ReadAll(bpftrace);
        });
        Usdt.Traced.Should().Be(FcProbeSet.None, "the tracer has left");
        return lines;
    }

    /// <summary>Runs a bpftrace script on a process. What <paramref name="meanwhile"/> has read, and what was printed at the end.</summary>
    public static string[] Bpftrace(int processId, string script, Func<Process, string[]> meanwhile)
    {
        using ScratchDirectory scratch = new();
        // The line it prints all the time says that everything is attached, and when that line was made.
        string watched = scratch.File("script.bt");
        File.WriteAllText(watched, $"{File.ReadAllText(script)}\ninterval:ms:50 {{ printf(\"{Tracing} %llu\\n\", nsecs); }}\n");
        using Process bpftrace = Tool.Start("bpftrace", "-B", "line", "-p", processId.ToString(), watched);
        ReadOn(bpftrace);
        string[] printed = meanwhile(bpftrace);
        Tool.Outcome outcome = Tool.Interrupt(bpftrace);
        outcome.ExitCode.Should().Be(0, outcome.Error);
        return [.. printed, .. outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => Made(l) is null)];
    }

    /// <summary>What is printed up to the next sign of life.</summary>
    public static string[] ReadOn(Process bpftrace) => Tool.ReadUntil(bpftrace, l => Made(l) is not null);

    /// <summary>Everything that was traced until now.</summary>
    private static string[] ReadAll(Process bpftrace)
    {
        // Signs of life from before may wait in the pipe. The first one from now on may overtake what another processor has traced, because
        // each has a buffer of its own; the second one is of a later round over all of them.
        ulong now = KernelClock.Nanoseconds();
        int after = 0;
        return [.. Tool.ReadUntil(bpftrace, l => Made(l) > now && ++after == 2).Where(l => Made(l) is null)];
    }

    /// <summary>When a sign of life was made, on <see cref="KernelClock"/>; null for any other line.</summary>
    private static ulong? Made(string line) =>
        line.StartsWith($"{Tracing} ", StringComparison.Ordinal) ? ulong.Parse(line[(Tracing.Length + 1)..], CultureInfo.InvariantCulture) : null;

    public void Dispose()
    {
        Rig.Provider.Disconnect();
        Rig.Dispose();
    }
}
