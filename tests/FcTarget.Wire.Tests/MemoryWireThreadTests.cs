// SPDX-License-Identifier: MIT

using System.Diagnostics;
using static FcTarget.Wire.Tests.Frames;

namespace FcTarget.Wire.Tests;

/// <summary>Waiting and waking, and two loops on two threads.</summary>
public sealed class MemoryWireThreadTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly MemorySegment _segment = new();

    [Fact]
    public void Wake_before_Wait_ends_it_once()
    {
        using MemoryWire a = _segment.Attach("a", MacA);
        a.Wake();
        a.Wake();
        Timed(() => a.Wait(Long)).Should().BeLessThan(Long / 2);
        Timed(() => a.Wait(TimeSpan.FromMilliseconds(30))).Should().BeGreaterThan(TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public void Wait_returns_at_once_while_frames_can_be_received()
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        a.Send(1);
        Timed(() => b.Wait(Long)).Should().BeLessThan(Long / 2);
    }

    [Theory]
    [InlineData("frame")]
    [InlineData("wake")]
    [InlineData("link")]
    public void A_waiting_loop_is_woken_by_another_thread(string by)
    {
        using MemoryWire a = _segment.Attach("a", MacA), b = _segment.Attach("b", MacB);
        Thread waker = new(() =>
        {
            Thread.Yield();
            if (by == "frame") a.Send(1);
            else if (by == "wake") b.Wake();
            else b.SetLink(false);
        });
        waker.Start();
        Timed(() => b.Wait(Long)).Should().BeLessThan(Long / 2);
        waker.Join();
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(4)]
    public void Two_loops_echo_every_frame_in_order_however_small_the_rings(int slots)
    {
        const int frames = 20_000;
        MemorySegment segment = new(new MemorySegmentOptions { ReceiveSlots = slots, TransmitSlots = slots });
        using MemoryWire a = segment.Attach("a", MacA), b = segment.Attach("b", MacB);
        using CancellationTokenSource stop = new(Long);
        Thread echo = new(() =>
        {
            Echo sink = new(b);
            while (!stop.IsCancellationRequested)
            {
                int room = sink.Room();
                int received = room == 0 ? 0 : b.Receive(sink, room);
                int left = b.Flush();
                if (received == 0 || left > 0) b.Wait(TimeSpan.FromMilliseconds(500));
            }
        });
        echo.Start();

        OrderSink back = new();
        int sent = 0;
        while (back.Frames < frames && !stop.IsCancellationRequested)
        {
            while (sent < frames && a.Put(sent)) sent++;
            a.Flush();
            if (a.Receive(back, 64) == 0) a.Wait(TimeSpan.FromMilliseconds(500));
        }
        stop.Cancel();
        b.Wake();
        echo.Join();
        back.Frames.Should().Be(frames);
        back.OutOfOrder.Should().Be(0);
    }

    private static TimeSpan Timed(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Sends back what it gets; it is offered only as many frames as it has slots for.</summary>
    private sealed class Echo(MemoryWire wire) : IFrameSink
    {
        // One slot at a time is all a wire promises, so one frame a pass is all that surely fits.
        public int Room() => wire.TryGetTransmitSlot(out _) ? 1 : 0;

        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            wire.TryGetTransmitSlot(out Span<byte> slot).Should().BeTrue();
            frame.CopyTo(slot);
            wire.Commit(frame.Length);
        }
    }

    private sealed class OrderSink : IFrameSink
    {
        public int Frames { get; private set; }

        public int OutOfOrder { get; private set; }

        public void OnFrame(ReadOnlySpan<byte> frame)
        {
            if (frame[14] != (byte)Frames) OutOfOrder++;
            Frames++;
        }
    }
}
