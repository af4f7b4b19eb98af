// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Framing;
using FcTarget.TestKit;

namespace FcTarget.Fabric.Tests;

public sealed class SwitchRoutingTests
{
    [Theory, InlineData(null), InlineData(100)]
    public void A_frame_between_two_ENodes_arrives_as_it_was_with_the_FCF_as_its_source(int? vid)
    {
        using SwitchRig rig = new(new FcfOptions { Vlans = [vid ?? 0] });
        RawPeer a = rig.AddLoggedIn(1, vid), b = rig.AddLoggedIn(2, vid);
        byte[] payload = [.. Enumerable.Range(0, 2112).Select(i => (byte)i)];
        FcHeader header = RawPeer.DataHeader(new OxId((ushort)0x1234), new RxId((ushort)0x5678), 4096, last: true, seqCnt: 3) with { SId = a.Id, DId = b.Id };
        byte[] sent = a.Encapsulate(header, payload);
        a.SendsBytes(sent);
        ReceivedFrame heard = b.Expects("the frame", f => f.IsFc);
        (heard.Source, heard.Destination, heard.Vlan?.Vid).Should().Be((SwitchRig.FcfMac, b.GrantedMac, (ushort?)vid));
        int fc = EthernetFrame.HeaderLengthFor(a.Vlan);
        heard.Bytes[fc..].Should().Equal(sent[fc..], "FC frame and CRC are unchanged");
        rig.Counters.FramesRouted.Should().Be(1);
    }

    [Fact]
    public void ENodes_in_different_VLANs_reach_each_other()
    {
        using SwitchRig rig = new(new FcfOptions { Vlans = [100, 200] });
        RawPeer a = rig.AddLoggedIn(1, vid: 100), b = rig.AddLoggedIn(2, vid: 200);
        a.Target = b.Id;
        a.SendsCommand(Cdbs.TestUnitReady);
        b.Expects("the command", f => f.IsFc).Vlan!.Value.Vid.Should().Be(200);
    }

    [Fact]
    public void Routing_allocates_nothing()
    {
        using SwitchRig rig = new();
        RawPeer a = rig.AddLoggedIn(1), b = rig.AddLoggedIn(2);
        FcHeader header = RawPeer.DataHeader(new OxId((ushort)1), new RxId((ushort)2), 0, last: true, seqCnt: 0) with { SId = a.Id, DId = b.Id };
        byte[] frame = a.Encapsulate(header, new byte[2048]);
        a.Wire.SetLink(false); // what they would hear, the test would keep
        b.Wire.SetLink(false);
        for (int i = 0; i < 5000; i++) Route(); // tiered code reaches its final form
        Allocated.By(() =>
        {
            for (int i = 0; i < 1000; i++) Route();
        }).Should().Be(0);
        rig.Counters.FramesRouted.Should().BeGreaterThanOrEqualTo(6000);

        void Route()
        {
            rig.Port.OnFrame(frame);
            rig.Wire.Flush();
        }
    }

    [Fact]
    public void When_the_wire_takes_no_more_a_routed_frame_is_lost_and_counted()
    {
        using SwitchRig rig = new(segment: new Wire.MemorySegmentOptions { ReceiveSlots = 8, TransmitSlots = 8 });
        RawPeer a = rig.AddLoggedIn(1), b = rig.AddLoggedIn(2);
        byte[] frame = a.Encapsulate(RawPeer.CommandHeader(new OxId((ushort)1)) with { SId = a.Id, DId = b.Id }, new byte[32]);
        for (int i = 0; i < 100; i++) rig.Port.OnFrame(frame);
        rig.Counters.RouteBusy.Should().BePositive();
        (rig.Counters.RouteBusy + rig.Counters.FramesRouted).Should().Be(100);
    }
}
