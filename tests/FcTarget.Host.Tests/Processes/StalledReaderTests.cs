// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;
using FcTarget.Formats;
using FcTarget.Initiator;

namespace FcTarget.Host.Tests.Processes;

/// <summary><c>--probes -</c> into a pipe whose reader stops, comes back or goes, while a host reads blocks. Needs root.</summary>
[Collection("environment")]
public sealed class StalledReaderTests
{
    private const string Target = "20:00:00:00:00:00:00:0f";
    private const int Blocks = 8192;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private static readonly string[] Probes = ["scsi-command", "xfer-start", "xfer-done", "scsi-response"];

    [SkippableFact]
    public async Task Nothing_is_lost_but_what_is_counted_when_the_reader_comes_back()
    {
        using FabricNetwork network = new("target");
        using Process target = Start(network);
        Task<string> error = target.StandardError.ReadToEndAsync();
        await target.StandardOutput.ReadLineAsync(); // ready; nobody reads on

        // 16,000 firings: more than the pipe, the writer and the ring hold together.
        const int Commands = 4000;
        List<string> lines = [];
        using (SoftwareHost host = new(network.Outside))
        {
            await ReadsAsync(host, Commands);
            // The host logs out when the reader is back: that firing is not to be among the dropped ones.
            do lines.Add(await target.StandardOutput.ReadLineAsync() ?? throw new EndOfStreamException());
            while (!lines[^1].Contains("\"dropped\"", StringComparison.Ordinal));
        }
        using Process kill = Process.Start("kill", ["-TERM", target.Id.ToString()])!;
        while (await target.StandardOutput.ReadLineAsync() is { } line) lines.Add(line);
        await Cli.EndOf(target);
        target.ExitCode.Should().Be(0);

        HashSet<(string, string)> seen = [];
        long dropped = 0;
        foreach (string line in lines)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            string probe = json.RootElement.GetProperty("probe").GetString()!;
            if (probe == "dropped") dropped += json.RootElement.GetProperty("count").GetInt64();
            // Each READ(10) has an address of its own.
            else if (Probes.Contains(probe) && json.RootElement.GetProperty("scsicmd").GetProperty("ic_cdb").GetString() is ['2', '8', ..] and var cdb)
                seen.Add((probe, cdb[..12])).Should().BeTrue("it fired once");
        }
        dropped.Should().BePositive("the reader had stopped");
        (seen.Count + dropped).Should().Be(Probes.Length * Commands);
        (await error).Should().Match($"*{dropped} probes were not written: *");
    }

    [SkippableTheory]
    [InlineData(false, "nobody reads them")]
    [InlineData(true, "Broken pipe")]
    public async Task The_target_serves_and_ends_when_the_reader_never_comes_back_or_is_gone(bool gone, string why)
    {
        using FabricNetwork network = new("target");
        using Process target = Start(network);
        Task<string> error = target.StandardError.ReadToEndAsync();
        await target.StandardOutput.ReadLineAsync();
        if (gone) target.StandardOutput.Close();

        using (SoftwareHost host = new(network.Outside)) await ReadsAsync(host, 3000);
        using Process kill = Process.Start("kill", ["-TERM", target.Id.ToString()])!;
        await Cli.EndOf(target);

        target.ExitCode.Should().Be(0);
        (await error).Should().Contain(why);
    }

    private static Process Start(FabricNetwork network) => network.Start(
        "run", "--interface", "target", "--topology", "switch", "--wwpn", Target, "--lu", "memory:4M", "--probes", "-",
        "--control", Path.Combine(Directory.CreateTempSubdirectory("fctarget-node.").FullName, "control"));

    /// <summary>A host reads that many blocks, sixteen at a time, each from an address of its own.</summary>
    private static async Task ReadsAsync(SoftwareHost host, int count)
    {
        Wwn.TryParse(Target, out Wwn name).Should().BeTrue();
        InitiatorTarget target = await host.Client.WaitForTargetAsync(name, Patience);
        await host.Client.WaitUntilReadyAsync(target, default);
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            byte[] block = new byte[512];
            while (Interlocked.Increment(ref next) is var i && i < count)
                (await host.Client.ReadAsync(target, default, (uint)(i % Blocks), 1, block)).IsGood.Should().BeTrue();
        }));
    }
}
