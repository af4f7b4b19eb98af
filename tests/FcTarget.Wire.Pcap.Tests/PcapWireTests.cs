// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Diagnostics;
using static FcTarget.Wire.Pcap.Tests.WireTesting;

namespace FcTarget.Wire.Pcap.Tests;

public sealed class PcapWireTests
{
    [SkippableFact]
    public void Frames_go_both_ways_byte_for_byte()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        byte[] there = Frame(Fcoe, 1, length: 2180), back = Frame(Fip, 2);
        a.Send(there);
        b.Expect(1).Should().ContainSingle().Which.Should().Equal(there);
        b.Send(back);
        a.Expect(1).Should().ContainSingle().Which.Should().Equal(back);
        a.Counters.FramesSent.Should().Be(1);
        a.Counters.BytesSent.Should().Be(2180);
        b.Counters.BytesReceived.Should().Be(2180);
    }

    [SkippableFact]
    public void The_filter_passes_FCoE_and_FIP_with_and_without_a_VLAN_tag_and_nothing_else()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        byte[][] wanted = [Frame(Fcoe, 1), Frame(Fip, 2), Frame(Fcoe, 3, vlan: 100), Frame(Fip, 4, vlan: 0xE00A), Frame(Fcoe, 99)];
        a.Put(Frame(Ipv4, 10));
        a.Put(wanted[0]);
        a.Put(wanted[1]);
        a.Put(Frame(Ipv4, 11, vlan: 100));
        a.Put(wanted[2]);
        a.Put(wanted[3]);
        a.Put(Frame(0x88CC, 12));
        a.Put(wanted[4]);
        a.Flush().Should().Be(0);
        b.Expect(5).Should().BeEquivalentTo(wanted, o => o.WithStrictOrdering());
    }

    [SkippableFact]
    public void A_short_frame_is_padded_with_zeros()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        a.Send(Frame(Fcoe, 1, length: 2000));
        b.Expect(1);
        a.Send(Frame(Fcoe, 2, length: 30));
        byte[] frame = b.Expect(1).Single();
        frame.Should().HaveCount(60);
        frame[30..].Should().OnlyContain(x => x == 0);
    }

    [SkippableFact]
    public void Own_frames_are_not_received()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        a.Send(Frame(Fcoe, 1));
        b.Expect(1);
        b.Send(Frame(Fcoe, 2));
        a.Expect(1).Should().ContainSingle().Which[17].Should().Be(2);
        a.Counters.FramesReceived.Should().Be(1);
    }

    [SkippableFact]
    public void A_batch_of_10000_small_frames_arrives_complete_and_in_order()
    {
        const int frames = 10_000;
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        int received = 0;
        OrderSink sink = new();
        byte[] frame = Frame(Fcoe, 0, length: 64);
        for (int sent = 0; sent < frames;)
        {
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(14), sent);
            if (a.Put(frame)) sent++;
            if (sent % 1024 != 0 && sent != frames) continue;
            a.Flush().Should().Be(0);
            received += b.Receive(sink, 500);
        }
        b.Until(sink, () => sink.Frames >= frames);
        received.Should().BeLessThanOrEqualTo(5000, "Receive keeps to its budget");
        sink.OutOfOrder.Should().Be(0);
        b.Counters.FramesReceived.Should().Be(frames);
        b.Counters.ReceiveDropped.Should().Be(0);
    }

    [SkippableFact]
    public void A_jumbo_frame_of_9000_bytes_of_payload_passes()
    {
        using VethPair veth = new(mtu: 9000);
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        a.Mtu.Should().Be(9000);
        byte[] frame = Frame(Fcoe, 1, length: 9018, vlan: 5);
        a.Send(frame);
        b.Expect(1).Single().Should().Equal(frame);
    }

    [SkippableFact]
    public void A_frame_the_interface_refuses_is_dropped_and_the_next_one_sent()
    {
        using VethPair veth = new(mtu: 2500);
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        VethPair.Ip($"link set {veth.A} mtu 1500");
        a.Put(Frame(Fcoe, 1, length: 2000));
        a.Put(Frame(Fcoe, 2));
        a.Flush().Should().Be(0);
        b.Expect(1).Single()[17].Should().Be(2);
        a.Counters.TransmitDropped.Should().Be(1);
    }

    [SkippableFact]
    public void A_full_capture_ring_is_counted()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B, new PcapWireOptions { CaptureBytes = 64 << 10 });
        for (int i = 0; i < 1000; i++) a.Put(Frame(Fcoe, i));
        a.Flush().Should().Be(0);
        b.Until(new Inbox(), () => b.Counters.ReceiveDropped > 0);
        b.Until(new Inbox(), () => b.Counters.ReceiveDropped + b.Counters.FramesReceived == 1000);
    }

    [SkippableFact]
    public void Wake_from_another_thread_ends_the_wait_and_one_before_it_is_not_lost()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A);
        long start = Stopwatch.GetTimestamp();
        a.Wake();
        a.Wait(TimeSpan.FromSeconds(20));
        Thread waker = new(a.Wake);
        waker.Start();
        a.Wait(TimeSpan.FromSeconds(20));
        waker.Join();
        Stopwatch.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(5));
        start = Stopwatch.GetTimestamp();
        a.Wait(TimeSpan.FromMilliseconds(120));
        Stopwatch.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromMilliseconds(100), "a taken wake is gone");
    }

    [SkippableFact]
    public void An_exception_of_the_sink_passes_libpcap_unharmed()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        for (int i = 0; i < 3; i++) a.Put(Frame(Fcoe, i));
        a.Flush();
        FailOnce sink = new();
        b.Invoking(w => w.Until(sink, () => false)).Should().Throw<InvalidDataException>();
        b.Expect(2).Should().HaveCount(2);
        b.IsLinkUp.Should().BeTrue();
    }

    [SkippableFact]
    public void A_warm_frame_allocates_nothing()
    {
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A), b = PcapWire.Open(veth.B);
        OrderSink sink = new();
        byte[] frame = Frame(Fcoe, 0, length: 2180);
        // Enough turns for the link to be looked at and for tiered compilation to be through with the methods.
        for (int i = 0; i < 200; i++) Turn();
        Allocated.By(() =>
        {
            for (int i = 0; i < 200; i++) Turn();
        }).Should().Be(0);
        sink.Frames.Should().BeGreaterThanOrEqualTo(400 * 32);

        void Turn()
        {
            for (int i = 0; i < 32; i++) a.Put(frame);
            a.Flush();
            b.Wait(TimeSpan.FromMilliseconds(100));
            b.Receive(sink, 32);
            _ = b.IsLinkUp;
        }
    }

    [SkippableFact]
    public void Tcpdump_on_the_same_interface_sees_what_we_send()
    {
        Skip.IfNot(File.Exists("/usr/bin/tcpdump") || File.Exists("/usr/sbin/tcpdump"), "needs tcpdump");
        using VethPair veth = new();
        using PcapWire a = PcapWire.Open(veth.A);
        ProcessStartInfo start = new("tcpdump", $"-i {veth.A} -c 1 -nn --immediate-mode -x ether proto 0x8906")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process tcpdump = Process.Start(start)!;
        // "listening on ..." comes when the capture is open.
        while (tcpdump.StandardError.ReadLine() is { } line && !line.StartsWith("listening", StringComparison.Ordinal)) { }
        a.Send(Frame(Fcoe, 0x12345678));
        if (!tcpdump.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            tcpdump.Kill();
            tcpdump.WaitForExit();
        }
        tcpdump.StandardOutput.ReadToEnd().Should().Contain("1234 5678");
    }

    private sealed class OrderSink : IFrameSink
    {
        public int Frames { get; private set; }

        public int OutOfOrder { get; private set; }

        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            if (BinaryPrimitives.ReadInt32BigEndian(frame[14..]) != Frames) OutOfOrder++;
            Frames++;
        }
    }

    private sealed class FailOnce : IFrameSink
    {
        public void OnFrame(ReadOnlySpan<byte> frame) => throw new InvalidDataException();
    }
}
