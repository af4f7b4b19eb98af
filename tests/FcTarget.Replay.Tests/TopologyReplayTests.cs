// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.LogicalUnits;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Port;
using FcTarget.Probes;
using FcTarget.Stmf;
using FcTarget.TestKit;
using FcTarget.Wire;
using FcTarget.Wire.Capture;

namespace FcTarget.Replay.Tests;

/// <summary>Captures of our own target point-to-point, and as an ENode of a fabric.</summary>
public sealed class TopologyReplayTests
{
    private static readonly byte[] Data = [.. Enumerable.Range(0, 100 * 512).Select(i => (byte)(i * 7))];

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    [InlineData(false, 6)]
    [InlineData(true, 9)]
    public void Point_to_point(bool peerIsHigher, int from)
    {
        using TemporaryFile file = new();
        using (PortRig rig = new(new PortOptions { Topology = Topology.PointToPoint }))
        {
            RawPeer peer = rig.AddPeer(peerIsHigher);
            using PcapWriter writer = PcapWriter.Create(file.Path);
            rig.Segment.Tap = new CaptureRecorder(writer, rig.Clock);
            peer.Target = FcId.FPortController;
            peer.AcceptsLogin(peer.ExpectsEls(ElsCommand.Flogi));
            (peer.Id, peer.Target) = peerIsHigher ? (new FcId(0x010102u), new FcId(0x010101u)) : (new FcId(0x010101u), new FcId(0x010102u));
            if (peerIsHigher) peer.ExpectsAccept(peer.SendsPlogi());
            else peer.AcceptsLogin(peer.ExpectsEls(ElsCommand.Plogi));
            peer.ExpectsAccept(peer.SendsPrli());
            PortRig.TakesUnitAttentions(peer);
            peer.Writes(4, Data);
            peer.Reads(4, 100).Should().Equal(Data);
            peer.ExpectsAccept(peer.SendsLogo());
        }
        (ReportList report, ReplayTotals totals) = Replay(file.Path, from);
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Targets[0].Should().Contain("point-to-point");
        report.Exchanges.Should().Contain(e => e.Name == "READ(10)");
    }

    // The capture is that of the Ethernet between all three: target, host, and the switch.
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(60)]
    public void An_ENode_of_a_fabric(int from)
    {
        using TemporaryFile file = new();
        RecordFabric(file.Path);
        (ReportList report, ReplayTotals totals) = Replay(file.Path, from);
        string.Join("\n", report.Different).Should().BeEmpty();
        totals.Targets[0].Should().Contain("in the captured fabric");
        report.Exchanges.Should().Contain(e => e.Name == "READ(10)");
    }

    // As a fabric with many ports answers: each accept and reject of a generic service to the target comes in two frames.
    [Fact]
    public void Answers_of_a_generic_service_in_several_frames()
    {
        using TemporaryFile file = new();
        RecordFabric(file.Path);
        (ReportList whole, ReplayTotals totals) = Replay(file.Path, 0);
        List<(byte[] Frame, long Time)> frames = [];
        int cut = 0;
        foreach ((byte[] frame, long time) in Captures.FramesOf(file.Path))
        {
            bool isAnswer = frame.Length > 60 && frame[28] == 0x03 && frame[36] == (byte)FcType.Ct;
            if (isAnswer) cut++;
            foreach (byte[] part in isAnswer ? Halves(frame) : [frame]) frames.Add((part, time));
        }
        cut.Should().BePositive();
        (ReportList parts, ReplayTotals ofParts) = Captures.Replay(frames);
        ofParts.Strays.Should().Be(totals.Strays);
        parts.Exchanges.Select(e => (e.Name, e.Outcome)).Should().Equal(whole.Exchanges.Select(e => (e.Name, e.Outcome)));
    }

    /// <summary>A sequence of one frame as one of two.</summary>
    private static IEnumerable<byte[]> Halves(byte[] frame)
    {
        const int PayloadAt = 14 + 14 + 24, FCtlAt = 28 + 9, SeqCntAt = 28 + 14, SofAt = 14 + 13, Trailer = 8, First = 8;
        byte[] head = [.. frame[..(PayloadAt + First)], .. frame[^Trailer..]], tail = [.. frame[..PayloadAt], .. frame[(PayloadAt + First)..]];
        head[FCtlAt] &= 0xF6; // neither End_Sequence nor Sequence_Initiative
        tail[SeqCntAt + 1] = 1;
        tail[SofAt] = 0x36;   // SOFn3
        ReferenceReplayTests.Seal(head);
        ReferenceReplayTests.Seal(tail);
        return [head, tail];
    }

    private static void RecordFabric(string path)
    {
        Simulation simulation = new();
        using PcapWriter writer = PcapWriter.Create(path);
        simulation.Segment.Tap = new CaptureRecorder(writer, simulation.Clock);
        MacAddress fcf = new(0x02_00_00_00_00_F0ul), enode = new(0x02_00_00_00_00_10ul), host = new(0x02_00_00_00_00_01ul);
        using MemoryWire switchWire = simulation.Segment.Attach("fcf", fcf, 2500), targetWire = simulation.Segment.Attach("target", enode, 2500);
        FcPort switchPort = new(switchWire, new PortOptions { Topology = Topology.Switch }, simulation.Clock, new FcProvider(), null,
            port => new SwitchTopology(port, new FabricOptions { SwitchName = Wwn.None }, new FcfOptions()));
        FcPort target = new(targetWire, new PortOptions { Topology = Topology.Fabric }, simulation.Clock, new FcProvider());
        TaskRouter router = new();
        using MemoryStore store = new(1 << 20);
        router.Luns.Add(0, new BlockDevice(new BlockDeviceOptions { Identity = new LogicalUnitIdentity("disk", 1, "disk") }, store));
        target.AddTarget(router);
        simulation.Add(switchPort.Loop);
        simulation.Add(target.Loop);
        using MemoryWire hostWire = simulation.Segment.Attach("host", host, 2500);
        RawPeer peer = new(hostWire, _ => simulation.Pump(), pointToPoint: false) { Id = FcId.None, Fcf = fcf };
        simulation.Add(() =>
        {
            peer.Wire.Flush();
            return peer.Wire.Receive(peer, int.MaxValue) > 0;
        });
        simulation.RunUntil(() => target.Local.Id != FcId.None, TimeSpan.FromSeconds(60)).Should().BeTrue();
        simulation.Advance(TimeSpan.FromSeconds(1));
        peer.LogsInWithFabric();
        peer.KeepsAlive = true;
        peer.RegistersAsInitiator();
        simulation.Advance(TimeSpan.FromSeconds(1));
        peer.Target = target.Local.Id;
        peer.ExpectsAccept(peer.SendsPlogi());
        peer.ExpectsAccept(peer.SendsPrli());
        peer.ExpectsRsp(peer.SendsCommand(Cdbs.TestUnitReady));
        peer.Writes(4, Data);
        peer.Reads(4, 100).Should().Equal(Data);
        peer.ExpectsAccept(peer.SendsLogo());
    }

    private static (ReportList Report, ReplayTotals Totals) Replay(string path, int from)
    {
        if (from == 0) return Captures.Replay(path);
        List<(byte[] Frame, long Time)> frames = [];
        using (PcapReader reader = PcapReader.Open(path))
            while (reader.TryRead(out CapturedFrame frame)) frames.Add((frame.Data.ToArray(), frame.UnixNanoseconds));
        return Captures.Replay(frames.Skip(from));
    }
}
