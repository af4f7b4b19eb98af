// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Port;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Initiator.Tests;

/// <summary>An initiator in topology fabric, and a target behind our own FCF at the other end of the wire.</summary>
public sealed class FabricTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static void MovesData(InitiatorRig rig)
    {
        byte[] data = InitiatorRig.Pattern(256 * 1024, rig.Logins), back = new byte[data.Length];
        rig.RunsWell(rig.Write(16, data));
        rig.RunsWell(rig.Read(16, back));
        back.Should().Equal(data);
    }

    [Fact]
    public void In_a_VLAN_that_the_FCF_tells_of_every_frame_but_the_question_is_tagged()
    {
        List<(ushort EtherType, int Vid)> seen = [];
        using InitiatorRig rig = new(Topology.Fabric, logIn: false, fcf: new FcfOptions { Vlans = [100, 200] });
        rig.Segment.Filter = (_, bytes) =>
        {
            EthernetFrame.TryRead(bytes, out EthernetFrame frame);
            FipMessage.TryRead(frame.Payload, out FipMessage fip);
            if (frame.EtherType != EtherType.Fip || fip.Operation != FipOperation.Vlan) seen.Add((frame.EtherType, frame.Vlan?.Vid ?? 0));
            return FrameVerdict.Deliver;
        };
        rig.RunUntil(() => rig.Target is not null, Soon);
        rig.TakesUnitAttentions();
        MovesData(rig);
        seen.Where(f => f.EtherType == EtherType.Fcoe).Should().OnlyContain(f => f.Vid == 100);
        seen.Should().OnlyContain(f => f.Vid == 100 || f.Vid == 200);
    }

    [Fact]
    public void When_advertisements_stop_the_targets_are_lost_and_when_they_are_back_so_are_the_targets()
    {
        using InitiatorRig rig = new(Topology.Fabric);
        rig.Switch.Fcf.SuspendAdvertisements();
        rig.RunUntil(() => rig.Target is null, TimeSpan.FromSeconds(8 * 2.5));
        rig.Port.Local.Id.Should().Be(FcId.None);
        rig.Advance(TimeSpan.FromMinutes(1));
        rig.Target.Should().BeNull();
        rig.Switch.Fcf.ResumeAdvertisements();
        rig.RunUntil(() => rig.Target is not null, Soon);
        rig.TakesUnitAttentions();
        MovesData(rig);
    }

    [Fact]
    public void Cleared_virtual_links_are_made_anew_at_once()
    {
        using InitiatorRig rig = new(Topology.Fabric);
        FcId before = rig.Port.Local.Id;
        rig.Switch.Fcf.ClearAll();
        rig.Pump();
        rig.Target.Should().BeNull();
        rig.RunUntil(() => rig.Target is not null, TimeSpan.FromSeconds(2));
        rig.Port.Local.Id.Should().Be(before, "an N_Port_ID stays with its name");
        rig.TakesUnitAttentions();
        MovesData(rig);
    }

    [Fact]
    public void An_FCF_that_restarts_and_knows_nobody_has_its_hosts_back_by_itself()
    {
        using InitiatorRig rig = new(Topology.Fabric);
        rig.Advance(TimeSpan.FromSeconds(20));
        rig.Segment.Filter = static (_, _) => FrameVerdict.Drop; // nobody hears of it
        rig.TargetWire.SetLink(false);
        rig.Pump();
        rig.TargetWire.SetLink(true);
        rig.Pump();
        rig.Segment.Filter = null;
        int logins = rig.Logins;
        rig.RunUntil(() => rig.Logins > logins, Soon);
        rig.TakesUnitAttentions();
        MovesData(rig);
    }

    [Fact]
    public void A_zone_change_takes_the_target_away_within_two_seconds_and_gives_it_back()
    {
        using InitiatorRig rig = new(Topology.Fabric);
        rig.Switch.Fabric.Zoning.Set(ZoningConfiguration.Open.WithDefaultZone(false));
        rig.RunUntil(() => rig.Target is null, TimeSpan.FromSeconds(2));
        rig.Switch.Fabric.Zoning.Set(ZoningConfiguration.Open);
        rig.RunUntil(() => rig.Target is not null, TimeSpan.FromSeconds(5));
        rig.TakesUnitAttentions();
        MovesData(rig);
    }

    [Fact]
    public void Eight_ports_of_the_target_are_eight_targets_and_one_that_goes_disturbs_no_command_of_the_others()
    {
        using InitiatorRig rig = new(Topology.Fabric);
        RemotePort first = rig.Target!;
        List<MemoryStore> stores = [];
        LocalPort[] more = [.. Enumerable.Range(1, 7).Select(i => rig.TargetPort.AddLocal(Names(i), local =>
        {
            MemoryStore store = new(1 << 20);
            stores.Add(store);
            TaskRouter router = new();
            router.Luns.Add(0, new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity($"disk{i}", 1, $"disk{i}") }, store));
            local.AddTarget(router);
        }))];
        rig.RunUntil(() => rig.Targets.Count == 8, TimeSpan.FromSeconds(5));
        rig.Targets.Select(t => t.PortName).Should().BeEquivalentTo(rig.TargetPort.Locals.Select(l => l.PortName));

        byte[] data = InitiatorRig.Pattern(1 << 20), back = new byte[data.Length];
        data.CopyTo(rig.Medium(0, data.Length));
        bool done = false;
        for (int round = 0; round < 7; round++)
        {
            InitiatorCommand read = rig.Read(0, back.AsMemory(0, 512 * 1024));
            read.Target = first;
            rig.Initiator.Submit(read);
            rig.TargetPort.RemoveLocal(more[round], () => done = true);
            rig.RunUntil(() => read.IsGood && done && rig.Targets.Count == 7 - round, TimeSpan.FromSeconds(10));
            done = false;
        }
        back.AsSpan(0, 512 * 1024).SequenceEqual(data.AsSpan(0, 512 * 1024)).Should().BeTrue();
        rig.TargetPort.Locals.Should().Equal(rig.TargetPort.Local);
        rig.Targets.Should().Equal(first);
        rig.Logins.Should().Be(8);
        foreach (MemoryStore store in stores) store.Dispose();
    }

    [Fact]
    public void A_port_that_is_taken_away_in_the_middle_of_a_command_is_done_when_its_logical_unit_is()
    {
        using InitiatorRig rig = new(Topology.Fabric);
        HeldUnit held = new() { CompletesAborted = false };
        LocalPort going = rig.TargetPort.AddLocal(Names(1), local =>
        {
            TaskRouter router = new();
            router.Luns.Add(0, held);
            local.AddTarget(router);
        });
        rig.RunUntil(() => rig.Targets.Count == 2, TimeSpan.FromSeconds(5));
        InitiatorCommand command = rig.Command(Cdbs.TestUnitReady);
        rig.Runs(command).Status.Should().Be(Scsi.ScsiStatus.CheckCondition, "of the unit attention");
        rig.Initiator.Submit(command);
        rig.Pump();
        held.Tasks.Should().ContainSingle();

        bool done = false;
        rig.TargetPort.RemoveLocal(going, () => done = true);
        rig.RunUntil(() => rig.Targets.Count == 1, TimeSpan.FromSeconds(5));
        command.Outcome.Should().Be(InitiatorOutcome.PortLost);
        rig.Advance(TimeSpan.FromSeconds(10));
        (done, rig.TargetPort.Locals.Count, rig.Switch.Fabric.Ports.Count).Should().Be((false, 1, 2));
        held.Completes(held.Tasks.Single());
        rig.RunUntil(() => done, TimeSpan.FromSeconds(1));
        going.OpenExchanges.Should().Be(0);
    }

    [Fact]
    public void Hundreds_of_idle_ports_cost_a_command_nothing()
    {
        using InitiatorRig rig = new(Topology.Fabric, exchanges: 4);
        for (int i = 1; i <= 300; i++) rig.TargetPort.AddLocal(Names(i), static local => local.AddTarget(new TaskRouter()));
        rig.Advance(TimeSpan.FromSeconds(5));
        rig.TargetPort.Locals.Should().OnlyContain(l => l.Id != FcId.None);
        RemotePort target = rig.Targets.Single(t => t.PortName == rig.TargetPort.Local.PortName);
        InitiatorCommand read = rig.Read(0, new byte[4096]);
        read.Target = target;
        for (int i = 0; i < 500; i++) rig.RunsWell(read);
        Allocated.By(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                rig.Initiator.Submit(read);
                rig.Pump();
            }
        }).Should().Be(0);
        read.IsGood.Should().BeTrue();
        rig.TargetPort.SendLine.IsEmpty.Should().BeTrue("nobody has anything to send");
    }

    private static PortOptions Names(int number) => new()
    {
        PortName = new Wwn(0x2000_0000_0000_1000ul + (uint)number),
        NodeName = new Wwn(0x1000_0000_0000_1000ul),
        MaxExchanges = 64,
    };
}
