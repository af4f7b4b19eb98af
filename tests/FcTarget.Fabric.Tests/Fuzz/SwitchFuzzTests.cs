// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.Port;
using Xunit.Abstractions;

namespace FcTarget.Fabric.Tests.Fuzz;

/// <summary>Whole conversations of ENodes that mean no good, in virtual time, beside a host whose every byte is compared.</summary>
public sealed class SwitchFuzzTests(ITestOutputHelper output)
{
    private const int Rogues = 4, MaxPorts = 24, MaxAddresses = 32;

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Forty_thousand_frames_of_rogues_disturb_nobody_and_leave_nothing_behind(int seed)
    {
        FabricOptions options = new() { SwitchName = Wwn.None, MaxPorts = MaxPorts, MaxAddresses = MaxAddresses, MaxPortsPerLink = 8 };
        using SwitchRig rig = new(fabric: options);
        Random random = new(seed);
        VerifiedHost host = new(rig, 1);
        Rogue[] rogues = [.. Enumerable.Range(2, Rogues).Select(number => new Rogue(rig, number, host, random))];
        host.Peer.Hears = IsOurs;
        foreach (Rogue rogue in rogues) rogue.Peer.Hears = IsOurs;
        int timers = rig.Port.Loop.Timers.Count;
        for (int frame = 0; frame < 40_000; frame++)
        {
            rogues[random.Next(Rogues)].Acts();
            if (frame % 200 == 0) rig.Advance(random.Next(50) == 0 ? 30 : random.NextDouble() / 10);
            if (frame % 500 != 0) continue;
            host.MovesData(() => rogues[random.Next(Rogues)].Acts());
            ShouldBeBounded(rig);
        }

        // They fall silent: what they had runs out, and the host has noticed nothing.
        rig.Advance(300);
        host.MovesData();
        ShouldBeBounded(rig);
        rig.Fcf.VirtualLinks().Where(link => link.SpeaksFip).Should().ContainSingle().Which.Id.Should().Be(host.Peer.Id);
        rig.Port.Local.OpenExchanges.Should().Be(0);
        rig.Port.Local.Els.Outstanding.Should().Be(0);
        rig.Port.Loop.Timers.Count.Should().BeLessThanOrEqualTo(timers, "no timer of theirs is left");

        // They have been everywhere.
        KeyValuePair<string, long>[] counters = [.. rig.Port.Counters.All(), .. rig.Counters.All(), .. rig.Switch.Fabric.Counters.All()];
        foreach ((string name, long value) in counters.Where(counter => counter.Value != 0)) output.WriteLine($"{name} {value}");
        string[] places =
        [
            "flogis", "fdiscs", "logos", "logins-rejected", "e-nodes-lost", "fip-source-spoofed", "keep-alives-unknown", "frames-routed", "logins-with-foreign-name",
            "els-rejected", "ct-accepted", "ct-rejected", "rscns-sent", "rscns-unanswered", "frame-unexpected", "abts-received", "tasks-aborted",
        ];
        counters.Where(counter => counter.Value > 0).Select(counter => counter.Key).Should().Contain(places);
    }

    /// <summary>A frame of the FCF, of the services or of the target: not one that is routed, which may be anything.</summary>
    private static bool IsOurs(ReadOnlySpan<byte> bytes)
    {
        if (!EthernetFrame.TryRead(bytes, out EthernetFrame ethernet) || ethernet.Source != SwitchRig.FcfMac) return false;
        if (ethernet.EtherType != EtherType.Fcoe) return true;
        FcId source = MemoryMarshal.Read<FcHeader>(ethernet.Payload[FcoeFrame.HeaderLength..]).SId;
        return source.IsWellKnown || source == new FcId(0x010001u);
    }

    private static void ShouldBeBounded(SwitchRig rig)
    {
        LocalPort local = rig.Port.Local;
        rig.Switch.Fabric.Ports.Count.Should().BeLessThanOrEqualTo(MaxPorts);
        rig.Fcf.Status.ENodes.Should().BeLessThanOrEqualTo(Rogues + 1);
        local.RemotePorts.Count.Should().BeLessThanOrEqualTo(MaxAddresses + 1, "there are no more addresses, and those of the services");
        local.OpenExchanges.Should().BeLessThanOrEqualTo(local.Options.MaxExchanges);
        local.Els.Outstanding.Should().BeLessThanOrEqualTo(256);
        rig.Port.Loop.Timers.Count.Should().BeLessThanOrEqualTo(local.Options.MaxExchanges + 1024);
    }
}
