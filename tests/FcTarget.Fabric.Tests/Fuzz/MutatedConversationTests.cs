// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fcoe;
using FcTarget.Formats.Framing;
using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Port;
using FcTarget.Stmf;
using FcTarget.TestKit;
using Xunit.Abstractions;

namespace FcTarget.Fabric.Tests.Fuzz;

/// <summary>
/// What real initiators said, with fields changed, to a live target in every topology, while another initiator's every byte is compared.
/// HOSTILE_CASES says how many frames are changed, 5000 otherwise, and HOSTILE_SEED how.
/// </summary>
public sealed class MutatedConversationTests(ITestOutputHelper output)
{
    private static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable("HOSTILE_CASES") ?? "5000");
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("HOSTILE_SEED") ?? "1");

    [Fact]
    public void Our_switch_and_the_target_behind_it_stand_them()
    {
        using SwitchRig rig = new();
        using MemoryStore own = AddOwnUnit(rig.Router);
        VerifiedHost host = new(rig, 1);
        RawPeer peer = rig.AddLoggedIn(2);
        peer.Target = rig.Port.Local.Id;
        peer.Hears = host.Peer.Hears = bytes => IsFrom(bytes, SwitchRig.FcfMac, rig.Port.Local.Id);
        HostilePeer hostile = new(peer, () => PartyOf(rig.Port, SwitchRig.FcfMac, SwitchRig.FcfMac), CapturedConversation.All("fabric-*"), new Random(Seed), host.Peer.Id);

        Run(hostile, host, rig.Port, rig.Advance, rig.Probes);
        rig.Fcf.VirtualLinks().Where(link => link.SpeaksFip).Should().ContainSingle().Which.Id.Should().Be(host.Peer.Id);
    }

    [Fact]
    public void An_ENode_behind_a_switch_stands_them()
    {
        using SwitchRig rig = new();
        TaskRouter router = new();
        using MemoryStore disk = new(16384 * 512), own = AddOwnUnit(router);
        router.Luns.Add(0, new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("enode", 1, "enode") }, disk));
        FcPort target = rig.AddENode(router);
        VerifiedHost host = new(rig, 1, target: target.Local.Id);
        RawPeer peer = rig.AddLoggedIn(2);
        peer.Target = target.Local.Id;
        peer.Hears = host.Peer.Hears = bytes => IsFrom(bytes, SwitchRig.FcfMac, target.Local.Id);
        HostilePeer hostile = new(peer, () => PartyOf(target, target.Loop.Wire.Mac, SwitchRig.FcfMac), CapturedConversation.All("fabric-*"), new Random(Seed), host.Peer.Id);

        Run(hostile, host, target, rig.Advance, probes: null);
        target.Loop.Wire.Dispose();
    }

    [Fact]
    public void A_VN2VN_node_stands_them()
    {
        using PortRig rig = new();
        using MemoryStore own = AddOwnUnit(rig.Router);
        RawPeer good = rig.AddPeer(number: 1), peer = rig.AddPeer(number: 2);
        rig.ComesOnline();
        MacAddress vnPort = MacAddress.Fpma(MacAddress.Vn2VnFcMap, PortRig.PortId);
        peer.Hears = good.Hears = bytes => IsFrom(bytes, PortRig.PortMac, PortRig.PortId) || IsFrom(bytes, vnPort, PortRig.PortId);
        good.EstablishesImagePair();
        VerifiedHost host = new(good);
        HostilePeer hostile = new(peer, () => PartyOf(rig.Port, PortRig.PortMac, vnPort), CapturedConversation.All("vn2vn-*"), new Random(Seed), good.Id);

        Run(hostile, host, rig.Port, seconds => rig.Advance(TimeSpan.FromSeconds(seconds)), rig.Probes);
    }

    [Fact]
    public void A_point_to_point_port_stands_them_and_serves_the_same_peer_afterwards()
    {
        using PortRig rig = new(new PortOptions { Topology = Topology.PointToPoint });
        using MemoryStore own = AddOwnUnit(rig.Router);
        RawPeer peer = rig.AddPeer();
        peer.Target = FcId.FPortController;
        peer.EstablishesImagePair();
        VerifiedHost host = new(peer);
        peer.Hears = bytes => IsFrom(bytes, PortRig.PortMac, rig.Port.Local.Id);
        HostilePeer hostile = new(peer, () => PartyOf(rig.Port, PortRig.PortMac, PortRig.PortMac), CapturedConversation.All("*.pcap*"), new Random(Seed), new FcId(0x010103u));
        hostile.IsLoggedIn = () => rig.StateOf(peer) == LoginState.ImagePair;
        while (hostile.Cases < Cases)
        {
            hostile.Acts();
            if (hostile.Cases % 100 == 0) rig.Advance(20);
            rig.Probes.Clear();
        }
        rig.Advance(TimeSpan.FromSeconds(300));
        rig.Probes.Clear();
        Report(hostile, rig.Port);
        rig.OpenExchanges.Should().Be(0);

        rig.SetLink(false);
        peer.Ignores();
        (peer.Id, peer.Target, peer.Hears) = (FcId.None, FcId.FPortController, null);
        rig.SetLink(true);
        peer.EstablishesImagePair();
        _ = new VerifiedHost(peer);
    }

    private void Run(HostilePeer hostile, VerifiedHost host, FcPort port, Action<double> advance, RecordingSink? probes)
    {
        hostile.IsLoggedIn = () => port.Local.Find(hostile.Peer.Id) is { State: LoginState.ImagePair };
        int timers = port.Loop.Timers.Count;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int turn = 0; hostile.Cases < Cases; turn++)
        {
            hostile.Acts();
            if (turn % 50 == 0) advance(turn % 2000 == 0 ? 30 : 0.05);
            if (turn % 200 != 0) continue;
            host.MovesData(hostile.Acts);
            probes?.Clear();
        }

        // It falls silent: what it had runs out, and the host has noticed nothing.
        hostile.Peer.KeepsAlive = hostile.Peer.KeepsBeaconing = false;
        advance(300);
        host.MovesData();
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Report(hostile, port);
        if (probes is null) output.WriteLine($"{grown / 1024} KiB more memory than before"); // a sink would keep every probe that has fired
        port.Local.OpenExchanges.Should().Be(0);
        port.Local.Els.Outstanding.Should().Be(0);
        port.Loop.Timers.Count.Should().BeLessThanOrEqualTo(timers + 2, "no timer of its is left");
        port.Local.RemotePorts.Count.Should().BeLessThanOrEqualTo(port.Local.Options.MaxRemotePorts);
    }

    private void Report(HostilePeer hostile, FcPort port)
    {
        output.WriteLine($"{hostile.Cases} frames were changed");
        foreach ((string name, long value) in port.Counters.All().Where(counter => counter.Value != 0)) output.WriteLine($"{name} {value}");
        port.Loop.Faults.Should().Be(0);
        hostile.Cases.Should().BeGreaterThanOrEqualTo(Cases);
    }

    private static Party PartyOf(FcPort port, MacAddress eNode, MacAddress vnPort) =>
        new(eNode, vnPort, port.Local.Id, port.Local.PortName, port.Local.NodeName);

    private static MemoryStore AddOwnUnit(TaskRouter router)
    {
        MemoryStore store = new(16384 * 512);
        router.Luns.Add(HostilePeer.OwnLun, new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("own", 2, "own") }, store));
        return store;
    }

    /// <summary>A frame of the target's or of a generic service: not one that is routed, which may be anything.</summary>
    private static bool IsFrom(ReadOnlySpan<byte> bytes, MacAddress mac, FcId id)
    {
        if (!EthernetFrame.TryRead(bytes, out EthernetFrame ethernet) || ethernet.Source != mac) return false;
        if (ethernet.EtherType != EtherType.Fcoe) return true;
        FcId source = MemoryMarshal.Read<FcHeader>(ethernet.Payload[FcoeFrame.HeaderLength..]).SId;
        return source.IsWellKnown || source == id;
    }
}
