// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace FcTarget.Host.Tests;

public sealed class DemoRecordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fctarget-demo-").FullName;

    private string Recording => Path.Combine(_folder, "frames.pcapng");

    [SkippableFact]
    public async Task The_demo_is_recorded_turned_over_and_Wireshark_reads_its_comments()
    {
        Cli.Outcome demo = await Cli.RunAsync("demo", "--in-memory", "--seconds", "1", "--record", $"{Recording},size=1M,count=2");
        demo.ExitCode.Should().Be(0, demo.Output + demo.Error);
        Directory.GetFiles(_folder).Select(Path.GetFileName).Should().BeEquivalentTo("frames.pcapng", "frames.pcapng.1");

        Cli.Outcome decoded = await Cli.RunAsync("decode", Recording);
        decoded.ExitCode.Should().Be(0, decoded.Error);
        decoded.Output.Should().Contain("LOGO").And.Contain("# rport-logout-start");

        Skip.IfNot(File.Exists("/usr/bin/tshark"), "needs tshark");
        Tshark("_ws.malformed").Should().BeEmpty();
        Tshark("frame.comment contains \"rport-logout-start\"").Should().NotBeEmpty();
        Tshark("frame.comment && !(fcoe || fip)").Should().BeEmpty();
    }

    [Fact]
    public async Task A_recording_that_cannot_be_is_refused_in_one_line()
    {
        (await Cli.RunAsync("demo", "--in-memory", "--record", $"{Recording},size=7")).Should().Match<Cli.Outcome>(o => o.ExitCode == 2 && o.Error.Contains("size=100M"));
        Cli.Outcome nowhere = await Cli.RunAsync("demo", "--in-memory", "--record", Path.Combine(_folder, "none", "frames.pcapng"));
        nowhere.ExitCode.Should().Be(1);
        nowhere.Error.Should().MatchRegex("^fctarget: Recording '.*' cannot be made: .*\n$");
    }

    // A limit on the size of files stands for a disk that is full. (The runtime's own double mapping is a file, too.)
    [Fact]
    public async Task A_recording_that_has_no_more_room_ends_with_a_whole_block_or_in_one_and_the_demo_says_so()
    {
        using Process demo = Cli.Start("sh", "-c", "trap '' XFSZ; ulimit -f 24000; DOTNET_EnableWriteXorExecute=0 exec dotnet \"$0\" demo --in-memory --seconds 1 --record \"$1\"", Cli.Program, Recording);
        Task<string> output = demo.StandardOutput.ReadToEndAsync(), error = demo.StandardError.ReadToEndAsync();
        await Cli.EndOf(demo);
        demo.ExitCode.Should().Be(0, await output + await error);
        (await error).Should().StartWith("fctarget: The recording has ended early: ");
        new FileInfo(Recording).Length.Should().BeGreaterThan(6_000_000);

        Cli.Outcome decoded = await Cli.RunAsync("decode", Recording);
        decoded.Error.Should().NotContain("Not a readable capture file").And.MatchRegex("[0-9]+ frames ");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Tshark(string filter)
    {
        using Process tshark = Process.Start(new ProcessStartInfo("/usr/bin/tshark", ["-n", "-r", Recording, "-Y", filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = tshark.StandardError.ReadToEndAsync();
        string output = tshark.StandardOutput.ReadToEnd();
        tshark.WaitForExit();
        tshark.ExitCode.Should().Be(0, errors.Result);
        return output;
    }
}
