// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire;
using FcTarget.Wire.Pcap;
using Xunit.Abstractions;

namespace FcTarget.Fabric.Tests;

/// <summary>The logins of <see cref="ManyLoginsTests"/> over a real wire: a veth pair. Needs root; what it takes is printed.</summary>
public sealed class VethLoginsTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public void A_thousand_initiators_log_in_over_a_veth_pair()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        string stem = $"fl{Environment.ProcessId % 100000}";
        Skip.IfNot(Ip($"link add {stem}a mtu 2500 type veth peer name {stem}b mtu 2500"), "needs veth pairs");
        try
        {
            Ip($"link set {stem}a up addrgenmode none");
            Ip($"link set {stem}b up addrgenmode none");
            LogIn(stem + "a", stem + "b");
        }
        finally
        {
            Ip($"link del {stem}a");
        }
    }

    private void LogIn(string fcf, string hosts)
    {
        using PcapWire wire = PcapWire.Open(fcf), cable = PcapWire.Open(hosts);
        SwitchTopology? made = null;
        FcPort port = new(
            wire, new PortOptions { Topology = Topology.Switch }, TimeProvider.System, new FcProvider(), null,
            port => made = new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions()));
        port.AddTarget(new TaskRouter());
        // The hosts are on a segment in memory, whose other end is plugged into the veth.
        MemorySegment segment = new();
        using MemoryWire plug = segment.Attach("plug", new MacAddress(0x02_00_00_00_00_0Ful), cable.Mtu), host = segment.Attach("host", new MacAddress(0x02_00_00_03_00_00ul), cable.Mtu);
        Relay outward = new(cable), inward = new(plug);
        RawPeer? peer = null;
        peer = new RawPeer(host, Pump, pointToPoint: false) { Id = FcId.None, Fcf = wire.Mac };
        Wait(() => port.Local.Id != FcId.None);

        const int Step = 250;
        for (int first = 0; first < 4 * Step; first += Step)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = first; i < first + Step; i++) LogIn(port, peer, i);
            output.WriteLine($"initiators {first} to {first + Step - 1}: each {Stopwatch.GetElapsedTime(start).TotalMicroseconds / Step:F0} us");
        }
        made!.Fcf.VirtualLinks().Should().HaveCount(4 * Step);
        port.Local.RemotePorts.Count(remote => remote.IsLoggedIn).Should().Be(4 * Step);
        port.Loop.Faults.Should().Be(0);

        // Frames move until the host has heard what is meant for it alone.
        bool Pump(RawPeer listener)
        {
            Wait(() => listener.Heard.Any(frame => !frame.Destination.IsGroup));
            return true;
        }

        void Wait(Func<bool> done)
        {
            for (long start = Stopwatch.GetTimestamp(); ;)
            {
                port.Loop.Poll();
                cable.Receive(inward, int.MaxValue);
                plug.Flush();
                peer?.Works();
                plug.Receive(outward, int.MaxValue);
                cable.Flush();
                if (done()) return;
                if (Stopwatch.GetElapsedTime(start) > Patience) throw new TimeoutException("The wire is silent.");
            }
        }
    }

    private static void LogIn(FcPort port, RawPeer peer, int number)
    {
        peer.ENode = new MacAddress(0x02_00_00_04_00_00ul + (uint)number);
        peer.PortName = Wwn.PortNameOf(peer.ENode);
        peer.NodeName = Wwn.NodeNameOf(peer.ENode);
        peer.LogsInWithFabric();
        peer.RegistersAsInitiator();
        peer.AsksNameServer(NameServerCommand.GidFf, new NsFeatureScope { Features = Fc4Features.FcpTarget, Fc4Type = FcType.Fcp });
        peer.Target = port.Local.Id;
        peer.ExpectsAccept(peer.SendsPlogi());
        peer.ExpectsAccept(peer.SendsPrli());
    }

    private static bool Ip(string arguments)
    {
        using Process ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        return ip.ExitCode == 0;
    }

    private sealed class Relay(IFrameWire to) : IFrameSink
    {
        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            if (!to.TryGetTransmitSlot(out Span<byte> slot)) return;
            frame.CopyTo(slot);
            to.Commit(frame.Length);
        }
    }
}
