// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Session;
using FcTarget.Probes;
using FcTarget.TestKit;

namespace FcTarget.DTrace.Tests.Session;

public sealed class DTraceSessionTests
{
    [Fact]
    public void Records_are_printed_at_the_switchrate()
    {
        using TracedPort port = TracedPort.Quietly("BEGIN { printf(\"begin \"); } fc:::scsi-command { printf(\"command \"); } END { printf(\"end\"); }");
        port.Output.Should().Be("begin ");
        port.Rig.Peer.Reads(0, 1);
        port.Advance(999);
        port.Output.Should().Be("begin ");
        port.Advance(1);
        port.Output.Should().Be("begin command ");
        port.Interrupt().Should().Be("begin command \nend\n");
    }

    [Fact]
    public void Ticks_fire_at_their_times_and_exit_ends_with_its_status()
    {
        using TracedPort port = TracedPort.Quietly("tick-10ms { n++; } tick-1s { printf(\"%d\", n); exit(3); } END { printf(\" end\"); }");
        port.Advance(1500);
        port.Exit().Should().Be(3);
        port.Output.Should().BeOneOf("99 end\n", "100 end\n"); // both fall due at 1 s
    }

    [Fact]
    public void A_printa_a_second_shows_what_the_second_brought()
    {
        using TracedPort port = TracedPort.Quietly("fc:::scsi-command { @ = count(); } tick-1s { printa(\"%@d\\n\", @); clear(@); }");
        port.Rig.Peer.Reads(0, 1);
        port.Rig.Peer.Reads(0, 1);
        port.Advance(1000);
        port.Rig.Peer.Reads(0, 1);
        port.Advance(1000);
        port.Output.Should().Be("2\n1\n");
    }

    [Fact]
    public void Faults_are_told_and_the_program_goes_on()
    {
        using TracedPort port = TracedPort.Quietly(
            "fc:::scsi-command /1/ { trace(1); trace(10 / (probename == \"\")); } fc:::scsi-command { printf(\"still here\"); }");
        port.Rig.Peer.Reads(0, 1);
        port.Interrupt().Should().Be("\nstill here\n");
        port.Errors.Should().MatchRegex(
            @"^dtrace: error on enabled probe ID 1 \(ID 12: fc:fct:fct_post_rcvd_cmd:scsi-command\): divide-by-zero in action #2 at DIF offset \d+\n$");
    }

    [Fact]
    public void Records_without_room_are_counted_and_told()
    {
        DOptions options = new() { Quiet = true };
        options.Set("bufsize", "4k").Should().BeNull();
        Transcript transcript = new();
        using PortRig rig = PortRig.WithImagePair();
        using DTraceSession session = new(Compile("fc:::scsi-command { trace(args[0]->ci_remote); }", options), rig.Provider, rig.Clock, transcript);
        session.Start();
        for (int i = 0; i < 100; i++) rig.Peer.Reads(0, 1);
        session.Stop(interrupted: false);
        int printed = transcript.Output.Split("2000020000000001").Length - 1;
        printed.Should().BeInRange(5, 20);
        transcript.Errors.Should().Be($"dtrace: {100 - printed} drops on CPU 0\n");
    }

    [Fact]
    public void Aggregations_without_room_are_counted_and_told()
    {
        DOptions options = new() { Quiet = true };
        options.Set("aggsize", "1k").Should().BeNull();
        Transcript transcript = new();
        using PortRig rig = PortRig.WithImagePair();
        using DTraceSession session = new(Compile("fc:::scsi-command { @[n++] = count(); }", options), rig.Provider, rig.Clock, transcript);
        session.Start();
        for (int i = 0; i < 100; i++) rig.Peer.Reads(0, 1);
        session.Stop(interrupted: false);
        int rows = transcript.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        rows.Should().BeInRange(10, 90);
        transcript.Errors.Should().Be($"dtrace: {100 - rows} aggregation drops on CPU 0\n");
    }

    [Fact]
    public void A_client_that_is_gone_ends_the_session_and_leaves_nothing_attached()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Provider.Detach(rig.Probes);
        DTraceRequest request = new(
            DTraceMode.Run, [new DTraceProgram("fc::: { trace(1); } tick-1ms { trace(2); }")], [], [new DTraceOption("switchrate", "1ms")]);
        Action run = () => DTraceRunner.Run(request, rig.Provider, TimeProvider.System, new DeadClient(), CancellationToken.None, CancellationToken.None);
        run.Should().Throw<IOException>();
        Enum.GetValues<FcProbe>().Should().OnlyContain(p => !rig.Provider.IsEnabled(p));
        rig.Provider.Attach(rig.Probes);
    }

    [Fact]
    public void A_session_that_is_abandoned_ends_at_once()
    {
        using PortRig rig = PortRig.WithImagePair();
        rig.Provider.Detach(rig.Probes);
        DTraceRequest request = new(DTraceMode.Run, [new DTraceProgram("fc::: { @ = count(); }")], [], []);
        using CancellationTokenSource gone = new(TimeSpan.FromMilliseconds(50));
        Transcript transcript = new();
        Action run = () => DTraceRunner.Run(request, rig.Provider, TimeProvider.System, transcript, CancellationToken.None, gone.Token);
        run.Should().Throw<OperationCanceledException>();
        Enum.GetValues<FcProbe>().Should().OnlyContain(p => !rig.Provider.IsEnabled(p));
        transcript.Output.Should().BeEmpty();
        rig.Provider.Attach(rig.Probes);
    }

    [Theory]
    [InlineData("fc:::nosuch", "invalid probe specifier fc:::nosuch: probe description fc:::nosuch does not match any probes")]
    [InlineData("BEGIN { printf(\"%d\"); }",
        "invalid probe specifier BEGIN { printf(\"%d\"); }: printf( ) prototype mismatch: conversion #1 (%d) is missing a corresponding value argument")]
    public void A_program_that_is_refused_fails_with_1(string program, string message)
    {
        (int status, Transcript transcript) = Run(DTraceMode.Run, program);
        status.Should().Be(1);
        transcript.Errors.Should().Be($"dtrace: {message}\n");
        transcript.Output.Should().BeEmpty();
    }

    [Fact]
    public void Without_a_program_there_is_nothing_to_do() => Run(DTraceMode.Run).Transcript.Errors.Should().Be("dtrace: no probes specified\n");

    [Fact]
    public void An_option_that_does_not_exist_is_refused()
    {
        DTraceRequest request = new(DTraceMode.Run, [new DTraceProgram("BEGIN")], [], [new DTraceOption("nosuch", "1")]);
        Transcript transcript = new();
        DTraceRunner.Run(request, new FcProvider(), TimeProvider.System, transcript, CancellationToken.None, CancellationToken.None).Should().Be(1);
        transcript.Errors.Should().Be("dtrace: failed to set -x nosuch: Invalid option name\n");
    }

    [Fact]
    public void Compiling_only_prints_nothing()
    {
        (int status, Transcript transcript) = Run(DTraceMode.Compile, "fc::: { trace(1); }");
        (status, transcript.Output, transcript.Errors).Should().Be((0, "", ""));
    }

    [Fact]
    public void Probes_are_listed_in_dtrace_s_columns()
    {
        Run(DTraceMode.List, "fc:::xfer-*").Transcript.Output.Should().Be(
            "   ID   PROVIDER            MODULE                          FUNCTION NAME\n"
            + "   14         fc               fct                fct_xfer_scsi_data xfer-start\n"
            + "   15         fc               fct           fct_scsi_data_xfer_done xfer-done\n");
        Run(DTraceMode.List).Transcript.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(1 + 3 + 14);
        (int status, Transcript none) = Run(DTraceMode.List, "fc:::nosuch", "BEGIN", "fc:::xfer-done { trace(1); }", "fc:::xfer-*");
        status.Should().Be(0);
        none.Output.Split('\n').Select(l => l.Split(' ')[^1]).Should().Equal("NAME", "BEGIN", "xfer-done", "xfer-start", "xfer-done", "");
        none.Errors.Should().Be("dtrace: failed to match fc:::nosuch: No probe matches description\n");
    }

    [Fact]
    public void A_ring_keeps_the_newest_records_and_prints_them_at_the_end()
    {
        using TracedPort port = TracedPort.Text("""
            #pragma D option quiet
            #pragma D option bufpolicy=ring
            #pragma D option bufsize=4k
            BEGIN { printf("begin\n"); @ = count(); }
            tick-10ms { printf("%d\n", n++); }
            END { printf("end %d\n", n); }
            """);
        port.Advance(5000);
        port.Output.Should().BeEmpty("nothing is printed before the end");
        string[] lines = port.Interrupt().Split('\n');
        lines[0].Should().BeEmpty("the line after ^C");
        lines[^4..].Should().Equal("end 500", "", $"{1,17}", "");
        int[] kept = [.. lines[1..^4].Select(int.Parse)];
        kept.Should().HaveCountGreaterThan(50).And.HaveCountLessThan(500, "4 KiB do not hold them all");
        kept.Should().Equal(Enumerable.Range(500 - kept.Length, kept.Length), "the newest are kept, in their order");
        port.Errors.Should().BeEmpty("what a ring forgets is no drop");
    }

    [Fact]
    public void A_full_buffer_of_policy_fill_ends_tracing()
    {
        using TracedPort port = TracedPort.Text("""
            #pragma D option quiet
            #pragma D option bufpolicy=fill
            #pragma D option bufsize=4k
            tick-10ms { printf("%d\n", n++); }
            END { printf("end\n"); }
            """);
        port.Advance(500);
        port.Output.Should().BeEmpty();
        port.HasExited.Should().BeFalse();
        port.Advance(5000);
        port.HasExited.Should().BeTrue();
        port.Exit().Should().Be(0);
        string[] lines = port.Output.Split('\n');
        lines[^3..].Should().Equal("end", "", "");
        int[] kept = [.. lines[..^3].Select(int.Parse)];
        kept.Should().HaveCountGreaterThan(50).And.HaveCountLessThan(500).And.Equal(Enumerable.Range(0, kept.Length), "the oldest are kept");
        port.Errors.Should().BeEmpty();
    }

    private static (int Status, Transcript Transcript) Run(DTraceMode mode, params string[] programs)
    {
        Transcript transcript = new();
        DTraceRequest request = new(mode, [.. programs.Select(p => new DTraceProgram(p))], [], []);
        int status = DTraceRunner.Run(request, new FcProvider(), TimeProvider.System, transcript, CancellationToken.None, CancellationToken.None);
        return (status, transcript);
    }

    private static IDProgram Compile(string program, DOptions options) =>
        DTrace.Compile.DCompiler.Compile([new DTrace.Compile.DSource(program)], "dtrace", [], options);

    private sealed class DeadClient : IDTraceClient
    {
        public void Write(ReadOnlySpan<byte> output) => throw new IOException("Broken pipe");

        public void WriteError(string message)
        {
            // Standard error may live on when standard output is gone.
        }
    }
}
