// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net.Sockets;
using FcTarget.Formats;
using FcTarget.Host.Control;
using FcTarget.Host.Demo;
using FcTarget.Initiator;
using FcTarget.Probes;
using FcTarget.Scsi;
using FcTarget.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace FcTarget.Host.Tests;

/// <summary><c>fctarget dtrace</c> as a process, on a target with an initiator that is logged in.</summary>
public sealed class DTraceModuleTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-test.").FullName;
    private readonly DemoRig _rig;
    private readonly byte[] _block = new byte[512];
    private ControlServer _server = null!;
    private InitiatorTarget _disk = null!;

    public DTraceModuleTests()
    {
        MemorySegment segment = new();
        _rig = new DemoRig(segment.Attach("target", new MacAddress(0x02_00_00_00_00_01ul)), segment.Attach("initiator", new MacAddress(0x02_00_00_00_00_02ul)));
    }

    private string SocketPath => Path.Combine(_folder, "control.sock");

    public async Task InitializeAsync()
    {
        Socket socket = ControlSocket.Bind(SocketPath);
        _rig.Start();
        _server = await ControlServer.StartAsync(socket, ControlModules.Of(_rig.Target), NullLogger.Instance);
        _disk = await _rig.Client.WaitForTargetAsync(null, Patience);
        await _rig.Client.ReadAsync(_disk, Lun.FromNumber(0), 0, 1, _block); // takes the unit attention
        _rig.Target.Probes.Detach(_rig.Probes); // so that only programs enable probes
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _rig.StopAsync();
        _rig.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Output_messages_and_status_are_the_program_s()
    {
        Cli.Outcome outcome = await Trace("-n", "BEGIN { printf(\"%s %d\", $$1, $2); exit(3); }", "text", "42");

        outcome.ExitCode.Should().Be(3);
        outcome.Output.Should().MatchRegex("^CPU     ID                    FUNCTION:NAME\n *\\d+      1                           :BEGIN text 42\n\n$");
        outcome.Error.Should().Be("dtrace: description 'BEGIN ' matched 1 probe\n");
    }

    [Fact]
    public async Task A_script_runs_as_an_interpreter_s()
    {
        string script = Path.Combine(_folder, "commands.d");
        await File.WriteAllTextAsync(script, """
            #!/usr/bin/env -S fctarget dtrace -s
            #pragma D option quiet
            fc:::scsi-command { @[args[0]->ci_remote] = count(); }
            fc:::scsi-response /++n == 5/ { exit(0); }
            BEGIN { printf("go\n"); }
            END { printa("%s %@d\n", @); }
            """);
        using Process process = Start("-s", script);
        (await process.StandardOutput.ReadLineAsync()).Should().Be("go");

        for (int i = 0; i < 5; i++) await ReadAsync();

        (await process.StandardOutput.ReadToEndAsync()).Should().Be("2000020000000002 5\n\n");
        await Cli.EndOf(process);
        process.ExitCode.Should().Be(0);
        NothingIsEnabled();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task An_interrupt_lets_END_fire_and_prints_what_is_left(string signal)
    {
        using Process process = Start("-qn", "BEGIN { printf(\"go\\n\"); } fc:::scsi-command { @ = count(); } END { printf(\"end\"); }");
        (await process.StandardOutput.ReadLineAsync()).Should().Be("go");
        await ReadAsync();

        Process.Start("kill", [$"-{signal}", process.Id.ToString()])!.WaitForExit();

        (await process.StandardOutput.ReadToEndAsync()).Should().Be("\nend\n                1\n");
        await Cli.EndOf(process);
        process.ExitCode.Should().Be(0);
        NothingIsEnabled();
    }

    [Fact]
    public async Task A_client_that_is_killed_leaves_nothing_behind()
    {
        using Process process = Start("-qn", "BEGIN { printf(\"go\\n\"); } fc::: { @[probename] = count(); }");
        (await process.StandardOutput.ReadLineAsync()).Should().Be("go");
        _rig.Target.Probes.IsEnabled(FcProbe.ScsiCommand).Should().BeTrue();

        process.Kill();

        await Until(() => !_rig.Target.Probes.IsEnabled(FcProbe.ScsiCommand));
        NothingIsEnabled();
        (await Trace("-qn", "BEGIN { exit(0); }")).ExitCode.Should().Be(0, "the target serves the next");
    }

    [Fact]
    public async Task A_client_that_does_not_read_costs_the_target_nothing()
    {
        using Process process = Start("-qn", "BEGIN { printf(\"go\\n\"); } fc:::scsi-command { printf(\"%4000d\", 1); } fc:::scsi-response { responses++; }");
        (await process.StandardOutput.ReadLineAsync()).Should().Be("go");

        for (int i = 0; i < 2000; i++) await ReadAsync(); // 8 MB that nobody takes

        process.Kill();
        await Until(() => !_rig.Target.Probes.IsEnabled(FcProbe.ScsiCommand));
    }

    [Fact]
    public async Task The_end_of_the_target_is_an_interrupt()
    {
        using Process process = Start("-qn", "BEGIN { printf(\"go\\n\"); } END { printf(\"end\"); }");
        (await process.StandardOutput.ReadLineAsync()).Should().Be("go");

        await _server.DisposeAsync();

        (await process.StandardOutput.ReadToEndAsync()).Should().Be("\nend\n");
        await Cli.EndOf(process);
        process.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Output_is_appended_to_a_file()
    {
        string file = Path.Combine(_folder, "out");
        await File.WriteAllTextAsync(file, "before\n");
        (await Trace("-o", file, "-qn", "BEGIN { printf(\"after\"); exit(0); }")).Output.Should().BeEmpty();
        (await File.ReadAllTextAsync(file)).Should().Be("before\nafter\n");
    }

    [Fact]
    public async Task Refusals_have_dtrace_s_words_and_statuses()
    {
        (await Trace("-n", "fc:::nosuch")).Should().Be(new Cli.Outcome(1, "",
            "dtrace: invalid probe specifier fc:::nosuch: probe description fc:::nosuch does not match any probes\n"));
        (await Trace("-p", "1", "-n", "BEGIN")).Should().Be(new Cli.Outcome(1, "",
            $"dtrace: failed to initialize dtrace: failed to grab pid 1: the target is {Environment.ProcessId}\n"));
        // By a name that nothing has: other tests run targets at the same time.
        (await Cli.RunAsync("dtrace", "-T", "nosuch", "-n", "BEGIN")).Should().Match<Cli.Outcome>(
            o => o.ExitCode == 1 && o.Error.StartsWith("dtrace: failed to initialize dtrace: No target 'nosuch' is running here.", StringComparison.Ordinal));
        (await Cli.RunAsync("dtrace")).Should().Match<Cli.Outcome>(
            o => o.ExitCode == 2 && o.Error.StartsWith("Usage: fctarget dtrace ", StringComparison.Ordinal));
    }

    private async Task ReadAsync() => await _rig.Client.ReadAsync(_disk, Lun.FromNumber(0), 0, 1, _block);

    private static async Task Until(Func<bool> condition)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!condition())
        {
            if (waited.Elapsed > Patience) throw new TimeoutException("it did not come true");
            await Task.Delay(20);
        }
    }

    private void NothingIsEnabled() => Enum.GetValues<FcProbe>().Should().OnlyContain(p => !_rig.Target.Probes.IsEnabled(p));

    private Task<Cli.Outcome> Trace(params string[] arguments) => Cli.RunAsync(["dtrace", "-T", SocketPath, .. arguments]);

    private Process Start(params string[] arguments) => Cli.Start("dotnet", [Cli.Program, "dtrace", "-T", SocketPath, .. arguments]);
}
