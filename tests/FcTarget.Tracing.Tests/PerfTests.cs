// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.RegularExpressions;
using FcTarget.Probes;
using FcTarget.Probes.Tests.Usdt;

namespace FcTarget.Tracing.Tests;

/// <summary>The probes as perf and as the kernel's own event files trace them.</summary>
[Collection("tracing")]
public sealed partial class PerfTests : IDisposable
{
    private readonly LiveTarget _target;
    private readonly ScratchDirectory _scratch = new();

    public PerfTests()
    {
        Tool.SkipUnlessTracing("perf", "readelf", "mount");
        _target = new LiveTarget();
    }

    /// <summary>perf buildid-cache, perf probe, perf stat: in a mount namespace, because perf wants tracefs and a home directory.</summary>
    [SkippableFact]
    public void Perf_finds_the_note_raises_the_semaphore_and_counts()
    {
        string script = $$"""
            set -e
            mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || mountpoint -q /sys/kernel/tracing
            export HOME={{_scratch.Path}}
            perf --buildid-dir {{_scratch.Path}} buildid-cache --add {{_target.Usdt.Path}}
            perf --buildid-dir {{_scratch.Path}} probe -q sdt_fc:scsi__command
            trap 'perf probe -q -d "sdt_fc:*"' EXIT
            perf stat -x, -o {{_scratch.File("stat")}} -e sdt_fc:scsi__command -p {{Environment.ProcessId}} sh -c 'echo tracing; read line'
            """;
        Tool.Outcome outcome = Trace(script, () =>
        {
            for (int i = 0; i < 9; i++) _target.Peer.Reads(0, 8);
        });
        outcome.ExitCode.Should().Be(0, outcome.Error);
        File.ReadAllText(_scratch.File("stat")).Should().MatchRegex(@"(?m)^9,,sdt_fc:scsi__command");
    }

    /// <summary>What needs no tool at all: a line in uprobe_events with the offsets of the note and the arguments by register.</summary>
    [SkippableFact]
    public void A_raw_uprobe_event_prints_strings_and_numbers_of_the_arguments()
    {
        Skip.IfNot(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64, "the event names registers");
        Match note = Note().Match(Tool.Run("readelf", "-n", _target.Usdt.Path).Output);
        string at = $"{_target.Usdt.Path}:0x{note.Groups[1].Value.TrimStart('0')}(0x{note.Groups[2].Value.TrimStart('0')})";
        string script = $$"""
            set -e
            mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || mountpoint -q /sys/kernel/tracing
            cd /sys/kernel/tracing
            mkdir instances/fctarget
            trap 'echo 0 > instances/fctarget/events/fctarget/enable; echo "-:fctarget/command" >> uprobe_events; rmdir instances/fctarget' EXIT
            echo 'p:fctarget/command {{at}} remote=+0(+8(%di)):ustring code=+0(+8(%dx)):u8 id=+24(%cx):u32' >> uprobe_events
            echo 1 > instances/fctarget/events/fctarget/command/enable
            echo tracing
            read line
            cat instances/fctarget/trace
            """;
        Tool.Outcome outcome = Trace(script, () => _target.Peer.Reads(0, 8));
        outcome.ExitCode.Should().Be(0, outcome.Error);
        outcome.Output.Should().Contain($"remote=\"{LiveTarget.Remote}\" code=40 id=33");
    }

    public void Dispose()
    {
        _target?.Dispose();
        _scratch.Dispose();
    }

    /// <summary>Runs a script that says "tracing" when it does, and goes on when it gets a line.</summary>
    private Tool.Outcome Trace(string script, Action conversation)
    {
        using Process shell = Tool.Start("unshare", "--mount", "sh", "-c", script);
        Tool.ReadUntil(shell, "tracing");
        // perf says so before it has attached.
        Tool.WaitUntil(() => _target.Usdt.Traced == FcProbeSet.ScsiCommand, shell);
        conversation();
        shell.StandardInput.WriteLine();
        return Tool.End(shell);
    }

    [GeneratedRegex(@"Name: scsi__command\s+Location: 0x([0-9a-f]+), Base: 0x[0-9a-f]+, Semaphore: 0x([0-9a-f]+)")]
    private static partial Regex Note();
}
