// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Wire.Capture;
using static FcTarget.Wire.Tests.CaptureFiles;
using static FcTarget.Wire.Tests.Frames;

namespace FcTarget.Wire.Tests;

public sealed class CaptureWireTests
{
    [Fact]
    public void A_capture_is_replayed_frame_by_frame_with_its_times()
    {
        List<Record> expected = ReadAll(File.ReadAllBytes(Reference("vn2vn-login-scan.pcap")));
        using CaptureWire wire = new(PcapReader.Open(Reference("vn2vn-login-scan.pcap")));
        StampedInbox inbox = new(wire);
        wire.Receive(inbox, 10).Should().Be(10);
        wire.NextTimestamp.Should().Be(expected[10].Time);
        wire.Receive(inbox, int.MaxValue).Should().Be(56);
        inbox.Frames.Should().Equal(expected.Select(r => (r.Hex, r.Time)));
        wire.NextTimestamp.Should().BeNull();
        wire.Counters.FramesReceived.Should().Be(66);
        wire.Failure.Should().BeNull();
    }

    [Fact]
    public void Only_the_frames_of_one_station_are_replayed_when_asked()
    {
        MacAddress[] initiator = [new(0x020000000001), MacAddress.Fpma(MacAddress.Vn2VnFcMap, new FcId(1u))];
        List<string> expected = [.. ReadAll(File.ReadAllBytes(Reference("vn2vn-login-scan.pcap"))).Select(r => r.Hex)
            .Where(hex => hex[12..24] is "020000000001" or "0EFD00000001")];
        CaptureWireOptions options = new() { OnlyFrom = initiator };
        using CaptureWire wire = new(PcapReader.Open(Reference("vn2vn-login-scan.pcap")), options: options);
        wire.ReceiveAll().Frames.Select(Convert.ToHexString).Should().Equal(expected);
        expected.Should().HaveCountGreaterThan(20).And.HaveCountLessThan(66);
    }

    [Fact]
    public void Frames_later_than_DeliverUntil_stay_in_the_file()
    {
        using CaptureWire wire = Replay(Written(true, (Numbered(1), 100), (Numbered(2), 200), (Numbered(3), 300)));
        wire.DeliverUntil = 99;
        wire.ReceiveAll().Frames.Should().BeEmpty();
        wire.NextTimestamp.Should().Be(100);
        wire.DeliverUntil = 200;
        wire.ReceiveAll().Numbers.Should().Equal(1, 2);
        wire.Wait(TimeSpan.Zero);
        wire.DeliverUntil = long.MaxValue;
        wire.ReceiveAll().Numbers.Should().Equal(3);
    }

    [Fact]
    public void What_is_transmitted_is_written_with_the_time_of_the_last_frame_received()
    {
        byte[] input = Written(true, (Numbered(1), 100), (Numbered(2), 200));
        MemoryStream output = new();
        using (CaptureWire wire = new(new PcapReader(new MemoryStream(input)), new PcapWriter(output)))
        {
            wire.Receive(new Inbox(), 1);
            wire.Send(11);
            wire.Receive(new Inbox(), 1);
            wire.Send(12, length: 20).Should().Be(0);
            wire.Counters.FramesSent.Should().Be(2);
        }
        List<Record> written = ReadAll(output.ToArray());
        written.Select(r => r.Time).Should().Equal(100, 200);
        written.Select(r => Convert.FromHexString(r.Hex)[14]).Should().Equal(11, 12);
        written[1].Original.Should().Be(60);
    }

    [Fact]
    public void A_damaged_file_ends_the_replay_and_names_the_damage()
    {
        byte[] file = [.. Written(true, (Numbered(1), 100)), .. new byte[8], 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];
        using CaptureWire wire = Replay(file);
        wire.ReceiveAll().Numbers.Should().Equal(1);
        wire.Failure.Should().BeOfType<CaptureFormatException>();
        wire.ReceiveAll().Frames.Should().BeEmpty();
    }

    [Fact]
    public void A_frame_longer_than_the_MTU_is_counted_and_left_out()
    {
        using CaptureWire wire = Replay(Written(true, (new byte[1519], 1), (Numbered(2), 2)), mtu: 1500);
        wire.ReceiveAll().Numbers.Should().Equal(2);
        wire.Counters.Oversized.Should().Be(1);
    }

    [Fact]
    public void A_recorder_on_a_memory_segment_makes_a_capture_in_virtual_time()
    {
        MemoryStream file = new();
        FixedTime time = new(DateTimeOffset.UnixEpoch.AddSeconds(7));
        MemorySegment segment = new() { Tap = new CaptureRecorder(new PcapWriter(file), time) };
        using MemoryWire a = segment.Attach("a", MacA), b = segment.Attach("b", MacB);
        a.Send(1);
        b.Send(2);
        List<Record> recorded = ReadAll(file.ToArray());
        recorded.Select(r => Convert.FromHexString(r.Hex)[14]).Should().Equal(1, 2);
        recorded.Should().OnlyContain(r => r.Time == 7_000_000_000);
    }

    [Fact]
    public void Times_outside_the_format_become_its_nearest_end() =>
        ReadAll(Written(true, ([], -5), ([], long.MaxValue))).Select(r => r.Time).Should().Equal(0, 4294967295_999_999_999);

    [Fact]
    public void Writing_and_replaying_a_warm_frame_allocate_nothing()
    {
        byte[] file = Written(true, [.. Enumerable.Range(0, 1200).Select(i => (Numbered(i), (long)i))]);
        using CaptureWire wire = new(new PcapReader(new MemoryStream(file)), new PcapWriter(Stream.Null));
        CountingSink sink = new();
        Turn();
        Allocated.By(Turn).Should().Be(0);
        sink.Frames.Should().BeGreaterThanOrEqualTo(400);

        void Turn()
        {
            wire.Receive(sink, 200);
            for (int i = 0; i < 50; i++)
            {
                wire.TryGetTransmitSlot(out Span<byte> slot);
                slot[..100].Clear();
                wire.Commit(100);
            }
            wire.Flush();
        }
    }

    private static CaptureWire Replay(byte[] file, int mtu = 2500) =>
        new(new PcapReader(new MemoryStream(file)), options: new CaptureWireOptions { Mtu = mtu });

    private static byte[] Numbered(int number)
    {
        byte[] frame = new byte[60];
        frame[14] = (byte)number;
        return frame;
    }

    private sealed class StampedInbox(CaptureWire wire) : IFrameSink
    {
        public List<(string Hex, long Time)> Frames { get; } = [];

        public void OnFrame(ReadOnlySpan<byte> frame) => Frames.Add((Convert.ToHexString(frame), wire.Timestamp));
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
