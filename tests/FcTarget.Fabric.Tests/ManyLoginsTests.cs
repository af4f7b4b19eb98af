// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.TestKit;
using Xunit.Abstractions;

namespace FcTarget.Fabric.Tests;

public sealed class ManyLoginsTests(ITestOutputHelper output)
{
    [Fact]
    public void A_thousand_initiators_log_in_over_one_wire_and_each_is_kept_in_the_same_memory()
    {
        using SwitchRig rig = new();
        RawPeer peer = rig.AddPeer();
        LogIn(rig, peer, 0, 100); // code is compiled, pools are made
        const int Step = 250;
        List<(long Allocated, long Kept)> cost = [];
        for (int first = 100; first < 100 + (4 * Step); first += Step)
        {
            long kept = GC.GetTotalMemory(forceFullCollection: true), allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            LogIn(rig, peer, first, Step);
            double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Step;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            kept = GC.GetTotalMemory(forceFullCollection: true) - kept;
            cost.Add((allocated / Step, kept / Step));
            output.WriteLine($"initiators {first} to {first + Step - 1}: each {microseconds:F0} us, {kept / Step} bytes kept, {allocated / Step} allocated");
        }
        rig.Fcf.VirtualLinks().Should().HaveCount(1100);
        rig.Port.Local.RemotePorts.Count(r => r.State == Port.LoginState.ImagePair).Should().Be(1100);
        // Time is printed only: on a shared machine it says nothing. What is allocated, the test's own frames included, would grow as well.
        cost[^1].Allocated.Should().BeLessThan(cost[0].Allocated * 5 / 4);
        cost.Should().OnlyContain(c => c.Kept < 16 * 1024);
    }

    /// <summary>FLOGI, PLOGI to the name server, registration, a query, PLOGI and PRLI with the target; an ENode each.</summary>
    private static void LogIn(SwitchRig rig, RawPeer peer, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            peer.ENode = new MacAddress(0x02_00_00_02_00_00ul + (uint)i);
            peer.PortName = Wwn.PortNameOf(peer.ENode);
            peer.NodeName = Wwn.NodeNameOf(peer.ENode);
            peer.LogsInWithFabric();
            peer.RegistersAsInitiator();
            ReceivedFrame answer = peer.AsksNameServer(
                NameServerCommand.GidFf, new NsFeatureScope { Features = Fc4Features.FcpTarget, Fc4Type = FcType.Fcp });
            CtIu.TryRead(answer.Payload, out _, out ReadOnlySpan<byte> body);
            CtIu.TryRead(body, out NsPortId target);
            target.Id.Should().Be(rig.Port.Local.Id);
            peer.Target = target.Id;
            peer.ExpectsAccept(peer.SendsPlogi());
            peer.ExpectsAccept(peer.SendsPrli());
            peer.Ignores();
        }
    }
}
