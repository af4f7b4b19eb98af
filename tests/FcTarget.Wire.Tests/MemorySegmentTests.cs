// SPDX-License-Identifier: MIT

using static FcTarget.Wire.Tests.Frames;

namespace FcTarget.Wire.Tests;

public sealed class MemorySegmentTests
{
    private readonly MemorySegment _segment = new();

    [Fact]
    public void A_frame_reaches_every_other_wire_and_not_its_sender()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB), c = _segment.Attach("c", MacC);
        a.Send(7).Should().Be(0);
        b.ReceiveAll().Numbers.Should().Equal(7);
        c.ReceiveAll().Numbers.Should().Equal(7);
        a.ReceiveAll().Frames.Should().BeEmpty();
    }

    [Fact]
    public void Frames_are_queued_until_Flush_and_arrive_in_order()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        for (int i = 0; i < 100; i++) a.Put(i).Should().BeTrue();
        b.ReceiveAll().Frames.Should().BeEmpty();
        a.Flush().Should().Be(0);
        b.ReceiveAll().Numbers.Should().Equal(Enumerable.Range(0, 100));
    }

    [Fact]
    public void Receive_keeps_to_its_budget()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        for (int i = 0; i < 10; i++) a.Put(i);
        a.Flush();
        b.Receive(new Inbox(), 4).Should().Be(4);
        b.ReceiveAll().Numbers.Should().Equal(4, 5, 6, 7, 8, 9);
    }

    [Fact]
    public void A_short_frame_is_padded_with_zeros_to_Ethernets_minimum()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        a.TryGetTransmitSlot(out Span<byte> slot).Should().BeTrue();
        slot.Fill(0xEE);
        a.Commit(20);
        a.Flush();
        byte[] frame = b.ReceiveAll().Frames.Should().ContainSingle().Subject;
        frame.Should().HaveCount(60);
        frame[..20].Should().OnlyContain(x => x == 0xEE);
        frame[20..].Should().OnlyContain(x => x == 0);
    }

    [Fact]
    public void The_slot_stays_the_same_until_Commit_and_holds_the_MTU_with_header_and_tag()
    {
        using MemoryWire a = _segment.Attach("a", MacA, mtu: 9000), b = _segment.Attach("b", MacB, mtu: 9000);
        a.TryGetTransmitSlot(out Span<byte> first);
        first[0] = 0x5A;
        a.TryGetTransmitSlot(out Span<byte> again);
        again[0].Should().Be(0x5A);
        again.Length.Should().BeGreaterThanOrEqualTo(9018);
        a.Commit(9018);
        a.Flush();
        b.ReceiveAll().Frames.Should().ContainSingle().Which.Should().HaveCount(9018);
    }

    [Fact]
    public void A_full_receiver_holds_the_sender_back_and_nothing_is_lost()
    {
        MemorySegment segment = new(new MemorySegmentOptions { ReceiveSlots = 4, TransmitSlots = 8 });
        using MemoryWire a = segment.Attach("a", MacA), b = segment.Attach("b", MacB);
        for (int i = 0; i < 8; i++) a.Put(i).Should().BeTrue();
        a.Flush().Should().Be(4);
        a.Flush().Should().Be(4);
        a.Put(8).Should().BeTrue();
        b.ReceiveAll().Numbers.Should().Equal(0, 1, 2, 3);
        a.Flush().Should().Be(1);
        b.ReceiveAll().Numbers.Should().Equal(4, 5, 6, 7);
        a.Flush().Should().Be(0);
        b.ReceiveAll().Numbers.Should().Equal(8);
    }

    [Fact]
    public void With_every_slot_taken_there_is_none_to_give()
    {
        MemorySegment segment = new(new MemorySegmentOptions { ReceiveSlots = 2, TransmitSlots = 2 });
        using MemoryWire a = segment.Attach("a", MacA);
        a.Put(0).Should().BeTrue();
        a.Put(1).Should().BeTrue();
        a.Put(2).Should().BeFalse();
        a.Flush();
        a.Put(2).Should().BeTrue();
    }

    [Fact]
    public void A_full_receiver_loses_frames_when_the_segment_drops()
    {
        MemorySegment segment = new(new MemorySegmentOptions { ReceiveSlots = 4, WhenFull = WhenFull.Drop });
        using MemoryWire a = segment.Attach("a", MacA), b = segment.Attach("b", MacB);
        for (int i = 0; i < 6; i++) a.Send(i).Should().Be(0);
        b.ReceiveAll().Numbers.Should().Equal(0, 1, 2, 3);
        b.Counters.ReceiveDropped.Should().Be(2);
    }

    [Fact]
    public void A_frame_longer_than_the_receivers_MTU_is_counted_as_oversized()
    {
        using MemoryWire a = _segment.Attach("a", MacA, mtu: 9000), b = _segment.Attach("b", MacB, mtu: 1500);
        a.Send(1, length: 1518);
        a.Send(2, length: 1519);
        b.ReceiveAll().Numbers.Should().Equal(1);
        b.Counters.Oversized.Should().Be(1);
    }

    [Fact]
    public void A_wire_without_link_hears_nothing_and_sends_into_the_void()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        b.SetLink(false);
        b.IsLinkUp.Should().BeFalse();
        a.IsLinkUp.Should().BeTrue();
        a.Send(1);
        b.Send(2).Should().Be(0);
        b.Counters.TransmitDropped.Should().Be(1);
        b.SetLink(true);
        b.ReceiveAll().Frames.Should().BeEmpty();
        a.ReceiveAll().Frames.Should().BeEmpty();
        a.Send(3);
        b.ReceiveAll().Numbers.Should().Equal(3);
    }

    [Fact]
    public void A_detached_wire_holds_nobody_back()
    {
        MemorySegment segment = new(new MemorySegmentOptions { ReceiveSlots = 2 });
        using MemoryWire a = segment.Attach("a", MacA);
        MemoryWire b = segment.Attach("b", MacB);
        for (int i = 0; i < 3; i++) a.Put(i);
        a.Flush().Should().Be(1);
        b.Dispose();
        a.Flush().Should().Be(0);
    }

    [Fact]
    public void The_filter_drops_duplicates_and_reorders()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        _segment.Filter = (_, frame) => frame[14] switch
        {
            1 => FrameVerdict.Drop,
            2 => FrameVerdict.Duplicate,
            3 or 4 => FrameVerdict.Hold,
            5 => FrameVerdict.DeliverBeforeHeld,
            6 => FrameVerdict.Hold,
            _ => FrameVerdict.Deliver,
        };
        for (int i = 0; i < 8; i++) a.Put(i);
        a.Flush();
        b.ReceiveAll().Numbers.Should().Equal(0, 2, 2, 5, 3, 4, 7);
        _segment.HeldFrames.Should().Be(1);
        _segment.ReleaseHeld().Should().Be(0);
        b.ReceiveAll().Numbers.Should().Equal(6);
        a.ReceiveAll().Frames.Should().BeEmpty("a held frame still knows its sender");
    }

    [Fact]
    public void The_filter_knows_the_sender_and_may_damage_a_frame()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        _segment.Filter = (sender, frame) =>
        {
            if (sender == a) frame[20] ^= 1;
            return FrameVerdict.Deliver;
        };
        a.Send(1);
        b.Send(2);
        b.ReceiveAll().Frames.Single()[20].Should().Be(0xEF);
        a.ReceiveAll().Frames.Single()[20].Should().Be(0xEE);
    }

    [Fact]
    public void The_tap_sees_what_was_delivered()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        Inbox tap = new();
        _segment.Tap = tap;
        _segment.Filter = (_, frame) => frame[14] == 1 ? FrameVerdict.Drop : FrameVerdict.Deliver;
        a.Send(1);
        a.Send(2);
        b.Send(3);
        tap.Numbers.Should().Equal(2, 3);
    }

    [Fact]
    public void Counters_count_frames_and_bytes_as_padded()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        a.Send(1, length: 20);
        a.Send(2, length: 100);
        b.ReceiveAll();
        a.Counters.FramesSent.Should().Be(2);
        a.Counters.BytesSent.Should().Be(160);
        b.Counters.FramesReceived.Should().Be(2);
        b.Counters.BytesReceived.Should().Be(160);
    }

    [Fact]
    public void A_frame_whose_handler_throws_is_not_handed_over_again()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        a.Send(1);
        a.Send(2);
        Action receive = () => b.Receive(new ThrowingSink(), 1);
        receive.Should().Throw<InvalidDataException>();
        b.ReceiveAll().Numbers.Should().Equal(2);
    }

    [Fact]
    public void Commit_needs_a_slot_and_a_length_that_fits()
    {
        using MemoryWire a = _segment.Attach("a", MacA);
        a.Invoking(w => w.Commit(60)).Should().Throw<InvalidOperationException>();
        a.TryGetTransmitSlot(out Span<byte> slot);
        int tooLong = slot.Length + 1;
        a.Invoking(w => w.Commit(tooLong)).Should().Throw<ArgumentOutOfRangeException>();
        a.Invoking(w => w.Commit(-1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_warm_frame_allocates_nothing()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        CountingSink sink = new();
        Exchange();
        Allocated.By(Exchange).Should().Be(0);
        sink.Frames.Should().BeGreaterThanOrEqualTo(2 * 64);

        void Exchange()
        {
            for (int i = 0; i < 64; i++)
            {
                a.TryGetTransmitSlot(out Span<byte> slot);
                slot[..2200].Fill((byte)i);
                a.Commit(2200);
            }
            a.Flush();
            b.Receive(sink, 100);
            b.Wait(TimeSpan.Zero);
        }
    }

    private sealed class ThrowingSink : IFrameSink
    {
        public void OnFrame(ReadOnlySpan<byte> frame) => throw new InvalidDataException();
    }
}
