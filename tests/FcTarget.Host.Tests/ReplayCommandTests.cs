// SPDX-License-Identifier: MIT

using FcTarget.Host.CommandLine;
using FcTarget.Host.Options;

namespace FcTarget.Host.Tests;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("replay").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_exit_status_says_same_different_or_refused()
    {
        string capture = Capture("vn2vn-write-read.pcap"), broken = Path.Combine(_folder, "broken.pcap");
        (await FcTargetCommand.RunAsync(["replay", "-q", capture])).Should().Be(ExitCodes.Success);
        (await FcTargetCommand.RunAsync(["replay", "-q", "--strict", Capture("vn2vn-scsi-probe.pcap")])).Should().Be(ExitCodes.Failure);
        await File.WriteAllTextAsync(broken, "this is no capture, and long enough to be one");
        (await FcTargetCommand.RunAsync(["replay", broken])).Should().Be(ExitCodes.Usage);
        (await FcTargetCommand.RunAsync(["replay", capture, "--target", "000099"])).Should().Be(ExitCodes.Usage);
        (await FcTargetCommand.RunAsync(["replay", capture, "--tolerance", broken])).Should().Be(ExitCodes.Usage);
        (await FcTargetCommand.RunAsync(["replay", capture, "--tolerance", broken, "--strict"])).Should().Be(ExitCodes.Usage);
        (await FcTargetCommand.RunAsync(["replay", capture, "--as", "initiator"])).Should().Be(ExitCodes.Usage);
        (await FcTargetCommand.RunAsync(["replay", capture, "--as", "initiator", "--interface", "none", "--live-target", "x"])).Should().Be(ExitCodes.Usage);
        (await FcTargetCommand.RunAsync(["replay"])).Should().Be(ExitCodes.Usage);
    }

    [Fact]
    public async Task The_frames_of_a_replay_are_a_capture_that_replays()
    {
        string output = Path.Combine(_folder, "out.pcapng");
        (await FcTargetCommand.RunAsync(["replay", "-q", "--json", "--out", output, Capture("vn2vn-login-scan.pcap")])).Should().Be(ExitCodes.Success);
        (await FcTargetCommand.RunAsync(["replay", "-q", output])).Should().Be(ExitCodes.Success);
    }

    [Fact]
    public void D_runs_in_the_time_of_the_capture()
    {
        string[] lines = Trace("vn2vn-link-bounce.pcap", """
            tick-4s { printf("tick %d\n", timestamp / 1000000000); }
            fc:::scsi-command { printf("%s %d ms\n", probename, timestamp / 1000000); @commands[args[0]->ci_remote] = count(); }
            END { printf("end\n"); }
            """);
        // The capture begins at 10 s: the target was there before it.
        lines.Should().Equal(
            "tick 4", "tick 8", "tick 12", "tick 16", "tick 20", "scsi-command 20395 ms", "scsi-command 20612 ms", "scsi-command 20612 ms", "end",
            "2000020000000001 3");
    }

    [Fact]
    public void Exit_ends_the_replay_with_its_status()
    {
        Trace("vn2vn-write-read.pcap", "fc:::scsi-command { printf(\"first\\n\"); exit(3); }", status: 3).Should().Equal("first");
        Trace("vn2vn-write-read.pcap", "fc:::no-such-probe { exit(3); }", status: ExitCodes.Failure).Should().BeEmpty();
    }

    private string[] Trace(string capture, string program, int status = 0)
    {
        string output = Path.Combine(_folder, Guid.NewGuid().ToString());
        DTraceArguments arguments = DTraceArguments.Parse(["--replay", Capture(capture), "-q", "-o", output, "-n", program]);
        DTraceReplay.Run(arguments, arguments.Capture!).Should().Be(status);
        return [.. File.ReadLines(output).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Where(line => line.Length > 0)];
    }

    private static string Capture(string name)
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "FcTarget.sln"))) at = at.Parent;
        return Path.Combine(at!.FullName, "captures", name);
    }
}
