// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Probes;

namespace FcTarget.Host.Tests;

/// <summary><c>fctarget dtrace</c> as a process, on a target with an initiator that is logged in.</summary>
public sealed class DTraceModuleTests : TracedTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

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
        string script = Path.Combine(Folder, "commands.d");
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

    /// <summary>The kernel runs the interpreter of the first line: env, a launcher named fctarget on the PATH, or one named dtrace by its path.</summary>
    [Theory]
    [InlineData("#!/usr/bin/env -S fctarget dtrace -s")]
    [InlineData("#!FOLDER/dtrace -s")]
    [InlineData("#!FOLDER/dtrace -qs")]
    public async Task The_kernel_runs_a_script_with_its_arguments(string firstLine)
    {
        string script = Path.Combine(Folder, "script.d");
        foreach (string launcher in (string[])["fctarget", "dtrace"])
        {
            string path = Path.Combine(Folder, launcher), command = launcher == "dtrace" ? " dtrace" : "";
            await File.WriteAllTextAsync(path, $"#!/bin/sh\nexec dotnet {Cli.Program}{command} \"$@\"\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        await File.WriteAllTextAsync(script, firstLine.Replace("FOLDER", Folder)
            + "\n#pragma D option quiet\nBEGIN { printf(\"%s %d %s\", $$1, $2, basename($$0)); exit(4); }\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        ProcessStartInfo start = new(script, ["two words", "42", "-T", SocketPath]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Folder}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        (await process.StandardError.ReadToEndAsync()).Should().BeEmpty();
        await Cli.EndOf(process);
        (process.ExitCode, output).Should().Be((4, "two words 42 script.d\n"));
    }

    [SkippableFact]
    public async Task A_preprocessed_program_keeps_its_line_numbers()
    {
        Skip.IfNot(File.Exists("/usr/bin/cpp"), "needs cpp");
        string script = Path.Combine(Folder, "cpp.d");
        await File.WriteAllTextAsync(script, "#!/usr/sbin/dtrace -Cs\n#define STATUS 6\n/* a\n\n\n\n\n\n\n\n\n comment */\nBEGIN { exit(STATUS); }\n");
        (await Trace("-qCs", script)).Should().Be(new Cli.Outcome(6, "\n", ""));
        await File.AppendAllTextAsync(script, "BEGIN\n{\n\tnosuch();\n}\n");
        (await Trace("-qCs", script)).Error.Should().Be($"dtrace: failed to compile script {script}: line 16: undefined function name: nosuch\n");
    }

    [Fact]
    public async Task A_verbose_listing_tells_stability_and_types()
    {
        Cli.Outcome outcome = await Trace("-lvn", "BEGIN,fc:::xfer-start");
        outcome.Output.Should().StartWith("   ID   PROVIDER            MODULE                          FUNCTION NAME\n"
            + "    1     dtrace                                                     BEGIN\n"
            + "\n\tProbe Description Attributes\n\t\tIdentifier Names: Stable\n\t\tData Semantics:   Stable\n\t\tDependency Class: Common\n"
            + "\n\tArgument Attributes\n\t\tIdentifier Names: Stable\n\t\tData Semantics:   Stable\n\t\tDependency Class: Common\n"
            + "\n\tArgument Types\n\t\tNone\n\n");
        outcome.Output.Should().EndWith("\n\tArgument Attributes\n\t\tIdentifier Names: Evolving\n\t\tData Semantics:   Evolving\n\t\tDependency Class: ISA\n"
            + "\n\tArgument Types\n\t\targs[0]: conninfo_t *\n\t\targs[1]: fc_port_info_t *\n\t\targs[2]: scsicmd_t *\n"
            + "\t\targs[3]: fc_port_info_t *\n\t\targs[4]: fc_xferinfo_t *\n\t\targs[5]: fc_cmdfacts_t *\n\n");
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
        Rig.Target.Probes.IsEnabled(FcProbe.ScsiCommand).Should().BeTrue();

        process.Kill();

        await Until(() => !Rig.Target.Probes.IsEnabled(FcProbe.ScsiCommand));
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
        await Until(() => !Rig.Target.Probes.IsEnabled(FcProbe.ScsiCommand));
    }

    [Fact]
    public async Task A_reader_that_is_gone_ends_the_program()
    {
        using Process process = Start("-qn", "tick-1ms { printf(\"line\\n\"); } fc::: { @[probename] = count(); }", "-x", "switchrate=1ms");
        (await process.StandardOutput.ReadLineAsync()).Should().Be("line");

        process.StandardOutput.Close(); // head -1

        await Cli.EndOf(process);
        process.ExitCode.Should().Be(141, "SIGPIPE");
        (await process.StandardError.ReadToEndAsync()).Should().BeEmpty();
        await Until(() => !Rig.Target.Probes.IsEnabled(FcProbe.ScsiCommand));
    }

    [Fact]
    public async Task The_end_of_the_target_is_an_interrupt()
    {
        using Process process = Start("-qn", "BEGIN { printf(\"go\\n\"); } END { printf(\"end\"); }");
        (await process.StandardOutput.ReadLineAsync()).Should().Be("go");

        await Server.DisposeAsync();

        (await process.StandardOutput.ReadToEndAsync()).Should().Be("\nend\n");
        await Cli.EndOf(process);
        process.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Output_is_appended_to_a_file()
    {
        string file = Path.Combine(Folder, "out");
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

    private static async Task Until(Func<bool> condition)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!condition())
        {
            if (waited.Elapsed > Patience) throw new TimeoutException("it did not come true");
            await Task.Delay(20);
        }
    }

    private Task<Cli.Outcome> Trace(params string[] arguments) => Cli.RunAsync(["dtrace", "-T", SocketPath, .. arguments]);

    private Process Start(params string[] arguments) => Cli.Start("dotnet", [Cli.Program, "dtrace", "-T", SocketPath, .. arguments]);
}
