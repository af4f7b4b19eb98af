// SPDX-License-Identifier: MIT

using static FcTarget.Wire.Pcap.Tests.WireTesting;

namespace FcTarget.Wire.Pcap.Tests;

/// <summary>The interface goes down, away, and comes back; the wire lives on.</summary>
public sealed class PcapWireLinkTests
{
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_link_going_down_and_up_is_seen_and_survived_on_either_end(bool ours)
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        string end = ours ? veth.A : veth.B;
        for (int i = 0; i < 2; i++)
        {
            VethPair.Ip($"link set {end} down");
            a.Until(new Inbox(), () => !a.IsLinkUp);
            b.Until(new Inbox(), () => !b.IsLinkUp);
            a.Put(Frame(Fcoe, 1)).Should().BeTrue();
            a.Flush().Should().Be(0);

            VethPair.Ip($"link set {end} up");
            a.Until(new Inbox(), () => a.IsLinkUp);
            b.Until(new Inbox(), () => b.IsLinkUp);
            a.Send(Frame(Fcoe, 7));
            b.Expect(1).Single()[17].Should().Be(7);
            b.Send(Frame(Fcoe, 8));
            a.Expect(1).Single()[17].Should().Be(8);
        }
    }

    [SkippableFact]
    public void Frames_sent_while_the_interface_is_down_are_counted_as_dropped()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A);
        VethPair.Ip($"link set {veth.A} down");
        for (int i = 0; i < 5; i++) a.Put(Frame(Fcoe, i));
        a.Flush().Should().Be(0);
        a.Counters.TransmitDropped.Should().Be(5);
        a.IsLinkUp.Should().BeFalse();
    }

    [SkippableFact]
    public void An_interface_deleted_and_created_again_is_opened_anew()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        string oldMac = a.Mac.ToString();
        veth.Delete();
        a.Until(new Inbox(), () => !a.IsLinkUp);
        b.Until(new Inbox(), () => !b.IsLinkUp);
        a.Put(Frame(Fcoe, 1)).Should().BeTrue();
        a.Flush().Should().Be(0);
        a.Counters.TransmitDropped.Should().Be(1);

        veth.Recreate();
        a.Until(new Inbox(), () => a.IsLinkUp);
        b.Until(new Inbox(), () => b.IsLinkUp);
        a.Reopened.Should().BePositive();
        a.Mac.ToString().Should().NotBe(oldMac);
        a.Send(Frame(Fcoe, 7));
        b.Expect(1).Single()[17].Should().Be(7);
    }

    [SkippableFact]
    public void An_interface_replaced_between_two_looks_shows_a_link_down_in_between()
    {
        using VethPair veth = new();
        ManualTime time = new();
        using PcapWire a = PcapWire.Open(veth.A, new PcapWireOptions { Time = time });
        veth.Delete();
        veth.Recreate();
        a.IsLinkUp.Should().BeTrue("nobody has looked yet");
        time.Advance(TimeSpan.FromMilliseconds(60));
        a.IsLinkUp.Should().BeFalse();
        time.Advance(TimeSpan.FromMilliseconds(60));
        a.IsLinkUp.Should().BeTrue();
        using PcapWire b = PcapWire.Open(veth.B);
        a.Send(Frame(Fcoe, 7));
        b.Expect(1).Single()[17].Should().Be(7);
    }

    [SkippableFact]
    public void A_wire_opened_on_an_interface_that_is_down_waits_for_it()
    {
        using VethPair veth = new();
        VethPair.Ip($"link set {veth.A} down");
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        a.IsLinkUp.Should().BeFalse();
        VethPair.Ip($"link set {veth.A} up");
        a.Until(new Inbox(), () => a.IsLinkUp);
        b.Send(Frame(Fcoe, 1));
        a.Expect(1).Should().ContainSingle();
    }

    [SkippableFact]
    public void The_MTU_is_read_again_when_the_link_comes_up_and_larger_frames_pass()
    {
        using VethPair veth = new(mtu: 1500);
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        VethPair.Ip($"link set {veth.A} down");
        a.Until(new Inbox(), () => !a.IsLinkUp);
        b.Until(new Inbox(), () => !b.IsLinkUp);
        VethPair.Ip($"link set {veth.A} mtu 9000");
        VethPair.Ip($"link set {veth.B} mtu 9000");
        a.Mtu.Should().Be(1500);
        VethPair.Ip($"link set {veth.A} up");
        a.Until(new Inbox(), () => a.IsLinkUp);
        b.Until(new Inbox(), () => b.IsLinkUp);
        a.Mtu.Should().Be(9000);
        byte[] frame = Frame(Fcoe, 1, length: 9014);
        a.Send(frame);
        b.Expect(1).Single().Should().Equal(frame);
        b.Counters.Oversized.Should().Be(0);
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
