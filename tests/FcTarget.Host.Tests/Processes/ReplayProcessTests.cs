// SPDX-License-Identifier: MIT

using FcTarget.Host.Options;

namespace FcTarget.Host.Tests.Processes;

/// <summary><c>replay --as initiator</c> against <c>fctarget run</c>, each a process of its own, over veth pairs. Needs root.</summary>
[Collection("environment")]
public sealed class ReplayProcessTests
{
    [SkippableFact]
    public async Task The_initiator_of_a_capture_finds_a_live_target_answering_as_the_captured_one_did()
    {
        using FabricNetwork network = new("target");
        using FabricNode target = new(network, "target", "--topology", "switch", "--wwpn", "20:00:00:00:00:00:00:0f", "--lu", "memory:256M");
        await target.WaitForAsync("up", "fabric", _ => true);

        Cli.Outcome scan = await ReplayAsync(network, "vn2vn-login-scan.pcap");
        scan.Output.Should().Contain("PRLI: equivalent").And.Contain("REPORT LUNS").And.Contain("20:00:00:00:00:00:00:0f at ").And.Contain(", 0 different");
        scan.ExitCode.Should().Be(ExitCodes.Success);
        Cli.Outcome written = await ReplayAsync(network, "vn2vn-write-read.pcap");
        written.Output.Should().Contain("WRITE(10)").And.Contain(", 0 different");
        written.ExitCode.Should().Be(ExitCodes.Success);
        (await ReplayAsync(network, "vn2vn-scsi-probe.pcap", "--strict")).ExitCode.Should().Be(ExitCodes.Failure, "INQUIRY data is not LIO's");
    }

    private static Task<Cli.Outcome> ReplayAsync(FabricNetwork network, string name, params string[] more)
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at!.FullName, "FcTarget.sln"))) at = at.Parent;
        return Cli.RunAsync(["replay", "--as", "initiator", "--interface", network.Outside, .. more, Path.Combine(at.FullName, "captures", name)]);
    }
}
