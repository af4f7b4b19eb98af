// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;

namespace FcTarget.Host.Tests;

/// <summary>fctarget as a user calls it: exit codes and texts.</summary>
[Collection("environment")]
public sealed class CommandLineProcessTests
{
    private const string LongPath = "/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789";

    [Theory]
    [InlineData(1, "fctarget: There is no interface 'nope'. Interfaces here: *", "run", "--interface", "nope")]
    [InlineData(1, "fctarget: Interface 'lo' is not Ethernet. Interfaces here: *", "run", "-i", "lo")]
    [InlineData(1, "fctarget: No interface is given. Name one with --interface. Interfaces here: *", "run")]
    [InlineData(1, "fctarget: There is no configuration file '/none.json'. *", "run", "--config", "/none.json")]
    [InlineData(2, "fctarget: WWPN 'x' is not a world wide name. * See fctarget run --help.\n", "run", "-i", "lo", "--wwpn", "x")]
    [InlineData(2, "fctarget: Topology 'ring' is unknown. *", "run", "--topology", "ring")]
    [InlineData(2, "fctarget: VLAN '5000' is no VLAN identifier. *", "run", "--vlan", "5000")]
    [InlineData(2, "fctarget: Control socket '/0123456789*' is longer than the 107 bytes *", "run", "--control", LongPath)]
    [InlineData(3, "fctarget: No target 'eth9' is running here. *", "port", "-T", "eth9")]
    [InlineData(3, "fctarget: No target answers on '/none.sock'. *", "counters", "--json", "-T", "/none.sock")]
    [InlineData(3, "fctarget: No target answers on '/none.sock'. *", "-T", "/none.sock", "status")]
    [InlineData(3, "fctarget: No target answers on '/none.sock'. *", "--json", "--target-socket=/none.sock", "lu", "list")]
    [InlineData(2, "fctarget: *-T*. See fctarget decode --help.\n", "-T", "/none.sock", "decode", "/none.pcap")]
    [InlineData(2, "fctarget: Logical unit 'memory:x': *", "run", "--lu", "memory:1M", "--lu", "memory:x")]
    [InlineData(2, "fctarget: '0' seconds are not possible. *", "demo", "--seconds", "0")]
    [InlineData(2, "fctarget: *--bogus*. See fctarget run --help.\n", "run", "--bogus")]
    [InlineData(2, "fctarget: * See fctarget --help.\n")]
    [InlineData(2, "fctarget: There is no command 'stats'. See fctarget --help.\n", "stats")]
    [InlineData(2, "fctarget: There is no command 'add'. See fctarget lu --help.\n", "lu", "add", "db")]
    [InlineData(2, "fctarget: * See fctarget fabric zone create --help.\n", "fabric", "zone", "create")]
    [InlineData(1, "fctarget: Capture '/tmp': It is a directory.\n", "decode", "/tmp")]
    public async Task What_cannot_be_done_is_one_line_with_the_remedy(int exitCode, string message, params string[] arguments)
    {
        Cli.Outcome outcome = await Cli.RunAsync(arguments);

        outcome.Error.Should().Match(message);
        outcome.Error.TrimEnd('\n').Should().NotContain("\n");
        outcome.ExitCode.Should().Be(exitCode);
        outcome.Output.Should().BeEmpty();
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("interfaces")]
    [InlineData("decode --help")]
    public async Task Output_that_cannot_be_written_is_one_line_and_1(string arguments)
    {
        using Process process = Cli.Start("sh", "-c", $"exec dotnet '{Cli.Program}' {arguments} >/dev/full");

        string error = await process.StandardError.ReadToEndAsync();
        await Cli.EndOf(process);

        error.Should().Match("fctarget: The output cannot be written: No space left on device*\n");
        error.TrimEnd('\n').Should().NotContain("\n");
        process.ExitCode.Should().Be(1);
    }

    /// <summary>A capture without an end: what does not stop when its reader has gone would never stop.</summary>
    [Theory]
    [InlineData("decode -")]
    [InlineData("decode --json -")]
    [InlineData("decode -V -")]
    public async Task Decode_ends_when_its_reader_has_gone(string arguments)
    {
        string capture = Captured("vn2vn-write-read.pcap");
        string endless = $"{{ cat '{capture}'; while tail -c +25 '{capture}'; do :; done; }} 2>/dev/null"; // frames without the file header
        using Process process = Cli.Start("sh", "-c", $"{endless} | {{ dotnet '{Cli.Program}' {arguments}; echo $? >&2; }} | head -n 1");

        string output = await process.StandardOutput.ReadToEndAsync(), error = await process.StandardError.ReadToEndAsync();
        await Cli.EndOf(process);

        output.TrimEnd('\n').Should().NotBeEmpty().And.NotContain("\n");
        error.Should().Be("141\n", "SIGPIPE");
    }

    [Fact]
    public async Task Replay_ends_when_its_reader_has_gone()
    {
        using Process process = Cli.Start("sh", "-c", $"{{ dotnet '{Cli.Program}' replay '{Captured("fabric-npiv.pcapng")}'; echo $? >&2; }} | :");

        string error = await process.StandardError.ReadToEndAsync();
        await Cli.EndOf(process);

        error.Should().Be("141\n", "SIGPIPE");
    }

    private static string Captured(string name)
    {
        DirectoryInfo at = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "FcTarget.sln"))) at = at.Parent!;
        return Path.Combine(at.FullName, "captures", name);
    }

    [Fact]
    public async Task Interfaces_are_listed_as_JSON()
    {
        Cli.Outcome outcome = await Cli.RunAsync("interfaces", "--json");

        outcome.ExitCode.Should().Be(0);
        using JsonDocument list = JsonDocument.Parse(outcome.Output);
        JsonElement loopback = list.RootElement.EnumerateArray().Single(i => i.GetProperty("name").GetString() == "lo");
        loopback.GetProperty("usable").GetBoolean().Should().BeFalse();
        loopback.GetProperty("why_not").GetString().Should().Be("loopback");
        loopback.GetProperty("wwpn").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task Interfaces_are_listed_as_a_table_without_escape_sequences()
    {
        Cli.Outcome outcome = await Cli.RunAsync("interfaces");

        outcome.Output.Should().MatchRegex("(?m)^lo +loopback ").And.NotContain("\u001b");
        outcome.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task Demo_in_memory_logs_in_verifies_every_byte_and_logs_out()
    {
        Cli.Outcome outcome = await Cli.RunAsync("demo", "--in-memory", "--seconds", "1");

        outcome.Error.Should().BeEmpty();
        outcome.ExitCode.Should().Be(0);
        outcome.Output.Should().Match("*FCP image pair with*found LUN 0*64 MiB*every byte as written*scsi-command*LOGO to*Next*");
        outcome.Output.Should().Match("*rport-login-end*rport-logout-end*"); // probes are printed by a thread of their own
        outcome.Output.Should().NotContain("\u001b");
    }
}
