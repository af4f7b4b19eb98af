// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;

namespace FcTarget.Host.Tests;

/// <summary>fctarget run on one end of a veth pair, in a network namespace that goes with the process. Needs root.</summary>
[Collection("environment")]
public sealed class RunProcessTests
{
    private const string MakeVeth = "ip link add fct0 type veth peer name fct1 && ip link set fct0 up && ip link set fct1 up && ";

    [SkippableTheory]
    [InlineData("switch", "TERM")]
    [InlineData("vn2vn", "TERM")]
    [InlineData("p2p", "INT")]
    [InlineData("switch", "HUP")]
    public async Task It_says_ready_first_then_the_probes_and_ends_with_0_on_a_signal(string topology, string signal)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        // Signals that whoever runs the tests ignores (nohup, a shell's background) would be ignored here, too.
        using Process process = Start($"--interface fct0 --topology {topology} --wwpn 20:00:00:00:00:00:00:0a --probes - --verbose", wrapper: "env --default-signal=HUP,INT");
        Task<string> error = process.StandardError.ReadToEndAsync();

        string? ready = await process.StandardOutput.ReadLineAsync();
        Process.Start("kill", [$"-{signal}", process.Id.ToString()])!.WaitForExit();
        string rest = await process.StandardOutput.ReadToEndAsync();
        await Cli.EndOf(process);

        ready.Should().Be("ready fct0 20:00:00:00:00:00:00:0a");
        process.ExitCode.Should().Be(0);
        string[] lines = rest.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Select(ProbeName).Should().Contain("fabric-login-start");
        (await error).Should().Match("*fct0 LUN 0 is 'memory'*fct0 logs out*frames-sent *fct0 closed, everything is flushed*");
    }

    [SkippableFact]
    public async Task Standard_output_is_the_ready_line_and_nothing_else_without_probes()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        using Process process = Start("--interface fct0 --topology p2p");
        Task<string> error = process.StandardError.ReadToEndAsync();

        string? ready = await process.StandardOutput.ReadLineAsync();
        Process.Start("kill", ["-TERM", process.Id.ToString()])!.WaitForExit();

        ready.Should().MatchRegex("^ready fct0 20:00(:[0-9a-f]{2}){6}$");
        (await process.StandardOutput.ReadToEndAsync()).Should().BeEmpty();
        await Cli.EndOf(process);
        process.ExitCode.Should().Be(0);
        (await error).Should().NotContain("fail");
    }

    [SkippableFact]
    public async Task A_backing_file_that_is_missing_is_refused_by_name()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        using Process process = Start("--interface fct0 --lu file:/none/disk.img");

        string error = await process.StandardError.ReadToEndAsync();
        await Cli.EndOf(process);

        error.Should().Match("fctarget: Backing file '/none/disk.img' does not exist. Create it*\n");
        process.ExitCode.Should().Be(1);
    }

    [SkippableTheory]
    [InlineData("--fabric-store /tmp", "fctarget: The fabric's store cannot be read: '/tmp' is a directory. *\n")]
    [InlineData("--store /tmp", "fctarget: '/tmp' cannot be read: It is a directory. *\n")]
    public async Task A_store_that_is_a_directory_is_refused_by_name(string arguments, string message)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        using Process process = Start($"--interface fct0 {arguments}");

        string error = await process.StandardError.ReadToEndAsync();
        await Cli.EndOf(process);

        error.Should().Match(message).And.NotMatch("*\n*\n");
        process.ExitCode.Should().Be(1);
    }

    [SkippableFact]
    public async Task An_MTU_that_no_login_fits_in_is_refused_with_the_remedy()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        using Process process = Start("--interface fct0", before: "ip link set fct0 mtu 301 &&");

        string error = await process.StandardError.ReadToEndAsync();
        await Cli.EndOf(process);

        error.Should().Be("fctarget: Interface 'fct0' has MTU 301: FCoE needs 302 at least, and 2158 for full frames. Remedy: ip link set fct0 mtu 2500.\n");
        process.ExitCode.Should().Be(1);
    }

    [SkippableFact]
    public async Task Without_rights_the_capabilities_are_named()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        using Process process = Start("--interface fct0", "setpriv --bounding-set -net_raw,-net_admin --inh-caps -net_raw,-net_admin");

        string error = await process.StandardError.ReadToEndAsync();
        await Cli.EndOf(process);

        error.Should().Match("fctarget: No permission to use interface 'fct0': *CAP_NET_RAW*CAP_NET_ADMIN*Remedy: *\n");
        process.ExitCode.Should().Be(1);
    }

    [SkippableFact]
    public async Task Every_frame_is_recorded_and_says_which_probes_it_fired()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        string file = Path.Combine(Path.GetTempPath(), $"fctarget-record-{Environment.ProcessId}.pcapng");
        try
        {
            using Process process = Start($"--interface fct0 --topology p2p --record {file}");
            await process.StandardOutput.ReadLineAsync();
            for (int i = 0; i < 500 && !Read(file).Contains("fabric-login-start"); i++) await Task.Delay(20); // written a moment after it is sent
            Process.Start("kill", ["-TERM", process.Id.ToString()])!.WaitForExit();
            await Cli.EndOf(process);
            Cli.Outcome decoded = await Cli.RunAsync("decode", file);
            decoded.ExitCode.Should().Be(0);
            decoded.Output.Should().Contain("000000>fffffe").And.Contain("FLOGI: name");
            Read(file).Should().Contain("fabric-login-start");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SkippableFact]
    public async Task A_second_target_on_an_interface_is_refused_and_told_the_first_ones_process()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        using Process first = Start("--interface fct0 --topology p2p --control none");
        (await first.StandardOutput.ReadLineAsync()).Should().StartWith("ready fct0");

        using Process second = Beside(first, "--interface fct0 --topology p2p --control none");
        string error = await second.StandardError.ReadToEndAsync();
        await Cli.EndOf(second);
        error.Should().Be(
            $"fctarget: Interface 'fct0' is served by another target already, process {first.Id}. Stop it, or name another interface.\n");
        second.ExitCode.Should().Be(1);

        // The other end is another interface, and in another VLAN nobody is there.
        foreach (string free in (string[])["--interface fct1", "--interface fct0 --vlan 5"])
        {
            using Process other = Beside(first, $"{free} --topology p2p --control none");
            (await other.StandardOutput.ReadLineAsync()).Should().StartWith("ready fct");
            Process.Start("kill", ["-TERM", other.Id.ToString()])!.WaitForExit();
            await Cli.EndOf(other);
        }

        // A target that is killed leaves nothing behind.
        first.Kill();
        await Cli.EndOf(first);
    }

    // In the network namespace of another, which is another's after nsenter's exec.
    private static Process Beside(Process other, string arguments) =>
        Cli.Start("nsenter", [$"--net=/proc/{other.Id}/ns/net", "dotnet", Cli.Program, "run", .. arguments.Split(' ')]);

    private static string Read(string file)
    {
        if (!File.Exists(file)) return "";
        using StreamReader reader = new(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    // exec, so that the process id is that of fctarget in the end.
    private static Process Start(string arguments, string wrapper = "", string before = "") =>
        Cli.Start("unshare", "--net", "sh", "-c", $"{MakeVeth} {before} exec {wrapper} dotnet '{Cli.Program}' run {arguments}");

    private static string? ProbeName(string line)
    {
        using JsonDocument probe = JsonDocument.Parse(line);
        return probe.RootElement.GetProperty("probe").GetString();
    }
}
