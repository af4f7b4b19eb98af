// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.TestKit;
using Xunit.Abstractions;

namespace FcTarget.Fabric.Tests;

/// <summary>What one more login costs does not depend on how many there are. Times and memory are printed.</summary>
[Collection(Alone)]
public sealed class ManyLoginsTests(ITestOutputHelper output)
{
    private const string Alone = "alone: what other tests keep would be measured, too";

    private const int Warm = 500, Step = 250, Steps = 4;

    [Fact]
    public void A_thousand_initiators_log_in_over_one_wire_and_the_last_costs_what_the_first_did()
    {
        using SwitchRig rig = new();
        Cost[] costs = Measure(rig);
        rig.Fcf.VirtualLinks().Should().HaveCount(Warm + (Steps * Step));
        rig.Port.Local.RemotePorts.Count(r => r.State == Port.LoginState.ImagePair).Should().Be(Warm + (Steps * Step));
        ShouldBeFlat(costs);
    }

    [Fact]
    public void A_thousand_initiators_each_in_a_zone_with_the_target_cost_no_more_with_every_zone()
    {
        using SwitchRig rig = new();
        ZoneMember target = ZoneMember.OfPortName(rig.Port.Local.PortName);
        Zone[] zones = [.. Enumerable.Range(0, Warm + (Steps * Step)).Select(i => new Zone($"z{i}", [target, ZoneMember.OfPortName(Wwn.PortNameOf(MacOf(i)))]))];
        rig.Switch.Fabric.Zoning.Set(new ZoningConfiguration
        {
            DefaultZonePermits = false,
            Zones = zones,
            ZoneSets = [new ZoneSet("all", [.. zones.Select(z => z.Name)])],
            ActiveSet = "all",
        });
        ShouldBeFlat(Measure(rig));
    }

    private Cost[] Measure(SwitchRig rig)
    {
        RawPeer peer = rig.AddPeer();
        int next = 0;
        for (; next < Warm; next++) LogIn(rig, peer, next); // code is compiled, pools are made
        Cost[] costs = new Cost[Steps];
        for (int step = 0; step < Steps; step++)
        {
            double[] times = new double[Step];
            long kept = GC.GetTotalMemory(forceFullCollection: true), allocated = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Step; i++, next++)
            {
                long start = Stopwatch.GetTimestamp();
                LogIn(rig, peer, next);
                times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            kept = GC.GetTotalMemory(forceFullCollection: true) - kept;
            Array.Sort(times);
            costs[step] = new Cost(times[Step / 10], allocated / Step, kept / Step);
            output.WriteLine(
                $"initiators {next - Step} to {next - 1}: each {times[Step / 2]:F0} us (median), {kept / Step} bytes kept, {allocated / Step} allocated");
        }
        return costs;
    }

    /// <summary>With twice as many ports a login costs what it did: before the ports were indexed, it was twice as much.</summary>
    private static void ShouldBeFlat(Cost[] costs)
    {
        costs[^1].Quick.Should().BeLessThan(costs[0].Quick * 1.6);
        costs[^1].Allocated.Should().BeLessThan(costs[0].Allocated * 5 / 4);
        costs.Should().OnlyContain(c => c.Kept < 16 * 1024);
    }

    private static MacAddress MacOf(int number) => new(0x02_00_00_02_00_00ul + (uint)number);

    /// <summary>FLOGI, PLOGI to the name server, registration, a query, PLOGI and PRLI with the target; an ENode each, 1 ms apart.</summary>
    private static void LogIn(SwitchRig rig, RawPeer peer, int number)
    {
        peer.ENode = MacOf(number);
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
        rig.Advance(0.001); // state changes are told meanwhile
        peer.Ignores();
    }

    /// <param name="Quick">Microseconds that a tenth of the logins stayed within: a busy machine does not touch it.</param>
    private readonly record struct Cost(double Quick, long Allocated, long Kept);

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneCollection;
}
