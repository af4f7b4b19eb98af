// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;
using FcTarget.Formats;
using FcTarget.Initiator;
using FcTarget.LogicalUnits.Stores;

namespace FcTarget.Host.Tests.Processes;

/// <summary>--topology fabric against the FCF of another process, over veth pairs. Needs root.</summary>
[Collection("environment")]
public sealed class ENodeProcessTests
{
    private const string Target = "20:00:00:00:00:00:00:0a";

    private static readonly string[] Switch = ["--topology", "switch", "--wwpn", "20:00:00:00:00:00:00:0f", "--lu", "memory:1M", "--fka-adv-period", "1500"];

    private static readonly string[] ENode = ["--topology", "fabric", "--wwpn", Target, "--lu", "pattern:64M,seed=7"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    [SkippableFact]
    public async Task It_finds_the_VLAN_registers_serves_and_is_back_by_itself_when_the_switch_or_itself_was_away()
    {
        using FabricNetwork network = new("fcf", "enode");
        using FabricNode fcf = new(network, "fcf", [.. Switch, "--vlan", "100"]);
        using FabricNode enode = new(network, "enode", [.. ENode, "--port", "name=second"]);

        await fcf.WaitForAsync("registered", "fabric/ports", HasTargets);
        JsonElement names = (await fcf.AskAsync("fabric", "names"))!.Value;
        JsonElement[] theirs = [.. names.GetProperty("ports").EnumerateArray().Where(port => !port.GetProperty("ours").GetBoolean())];
        theirs.Should().HaveCount(2, "FLOGI and FDISC");
        theirs.Should().OnlyContain(port => port.GetProperty("vlan").GetInt32() == 100, "it found the VLAN");
        theirs.Select(port => port.GetProperty("wwpn").GetString()).Should().Contain(Target);
        theirs.Select(port => port.GetProperty("symbolic_port_name").GetString()).Should().BeEquivalentTo("enode", "second");
        theirs.Should().OnlyContain(port => port.GetProperty("types").GetRawText().Contains("FCP", StringComparison.OrdinalIgnoreCase));
        theirs.Should().OnlyContain(port => port.GetProperty("rscn").GetString() != "", "SCR is done");

        // A host in the same fabric reads from it, through the switch: into the VLAN and out of it again.
        using (SoftwareHost host = new(network.Outside)) await ReadsAsync(host);

        // The switch is killed, and knows of nobody when it is there again: both log in anew, untouched.
        fcf.Kill();
        await enode.WaitForAsync("offline", "ports", ports => ports.GetProperty("ports").EnumerateArray().All(port => port.GetProperty("state").GetString() == "offline"));
        fcf.Start();
        await fcf.WaitForAsync("back", "fabric/ports", HasTargets);
        using (SoftwareHost host = new(network.Outside)) await ReadsAsync(host);

        // It falls silent: the switch misses its keep alives and takes it out. It goes on, and is told, and comes back.
        enode.Signal("STOP");
        await fcf.WaitForAsync("taken out", "fabric", fabric => fabric.GetProperty("fcf").GetProperty("enodes_logged_in").GetInt32() == 0);
        Counter(await fcf.WaitForAsync("counted", "counters", _ => true), "fcf-e-nodes-lost").Should().Be(1);
        enode.Signal("CONT");
        await fcf.WaitForAsync("back", "fabric/ports", HasTargets);
        using (SoftwareHost host = new(network.Outside)) await ReadsAsync(host);
    }

    [SkippableFact]
    public async Task It_chooses_the_FCF_of_the_best_priority_and_goes_to_the_other_when_that_is_lost()
    {
        using FabricNetwork network = new("worse", "better", "enode");
        using FabricNode worse = new(network, "worse", [.. Switch, "--fcf-priority", "200"]);
        using FabricNode better = new(network, "better", [.. Switch, "--fcf-priority", "10"]);
        await worse.WaitForAsync("up", "fabric", _ => true);
        await better.WaitForAsync("up", "fabric", _ => true);
        using FabricNode enode = new(network, "enode", ENode);

        await better.WaitForAsync("there", "fabric/ports", HasTarget);
        HasTarget(await worse.WaitForAsync("asked", "fabric/ports", _ => true)).Should().BeFalse("it logs in with one FCF");

        better.Kill();
        await worse.WaitForAsync("gone over", "fabric/ports", HasTarget);
    }

    private static bool HasTarget(JsonElement ports) => ports.GetProperty("ports").EnumerateArray()
        .Any(port => port.GetProperty("wwpn").GetString() == Target && port.GetProperty("is_target").GetBoolean() && port.GetProperty("rscn").GetString() != "");

    private static bool HasTargets(JsonElement ports) =>
        HasTarget(ports) && ports.GetProperty("ports").EnumerateArray().Count(port => !port.GetProperty("ours").GetBoolean() && port.GetProperty("rscn").GetString() != "") == 2;

    private static long Counter(JsonElement counters, string name) =>
        counters.GetProperty("counters").EnumerateArray().Single(counter => counter.GetProperty("name").GetString() == name).GetProperty("value").GetInt64();

    /// <summary>A host finds the target in the fabric and reads from its disk what the disk is made of.</summary>
    private static async Task ReadsAsync(SoftwareHost host)
    {
        Wwn.TryParse(Target, out Wwn name).Should().BeTrue();
        InitiatorTarget target = await ReadyAsync(host, name);
        byte[] read = new byte[64 * 1024], expected = new byte[read.Length];
        ScsiResult result = await host.Client.ReadAsync(target, default, lba: 128, blocks: 128, read);
        result.IsGood.Should().BeTrue("READ ended with {0}", result);
        new PatternStore(64 << 20, seed: 7).Read(128 * 512, expected);
        read.AsSpan().SequenceEqual(expected).Should().BeTrue();
    }

    /// <summary>On a machine so busy that keep-alives come too late, a host loses its ports and has to find them again, as any host does.</summary>
    private static async Task<InitiatorTarget> ReadyAsync(SoftwareHost host, Wwn name)
    {
        for (long begin = Stopwatch.GetTimestamp(); ;)
        {
            InitiatorTarget target = await host.Client.WaitForTargetAsync(name, Patience);
            try
            {
                await host.Client.WaitUntilReadyAsync(target, default);
                return target;
            }
            catch (ScsiCommandException) when (Stopwatch.GetElapsedTime(begin) < Patience)
            {
            }
        }
    }
}
