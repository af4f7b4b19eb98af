// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Port.Tests;

/// <summary>A wire that takes nothing for a while: two transmit slots, and a receiver with two of its own that does not receive.</summary>
public sealed class FrameTransmitterTests : IDisposable
{
    private readonly MemoryWire _wire, _other;
    private readonly PortCounters _counters = new();
    private readonly FrameTransmitter _transmitter;
    private readonly List<ushort> _heard = [];

    public FrameTransmitterTests()
    {
        MemorySegment segment = new(new MemorySegmentOptions { ReceiveSlots = 2, TransmitSlots = 2 });
        _wire = segment.Attach("sender", new MacAddress(1ul));
        _other = segment.Attach("receiver", new MacAddress(2ul));
        _transmitter = new FrameTransmitter(_wire, _counters);
    }

    public void Dispose()
    {
        _wire.Dispose();
        _other.Dispose();
    }

    private bool Send(int number) => _transmitter.TrySend(
        new LinkAddress(new MacAddress(2ul), new MacAddress(1ul)),
        new FcHeader { RCtl = RCtl.ElsReply, Type = FcType.Els, FCtl = FCtlValues.ElsReply, OxId = new OxId((ushort)number) }, new byte[8]);

    private void Receive() => _other.Receive(new Ears(_heard), 64);

    [Fact]
    public void Link_services_wait_in_the_backlog_in_order_and_data_waits_for_them()
    {
        for (int i = 0; i < 10; i++) Send(i).Should().BeTrue();
        _transmitter.TryGetSlot(out _).Should().BeFalse("link services go first");
        for (int pass = 0; pass < 20; pass++)
        {
            Receive();
            _transmitter.FlushBacklog();
            _wire.Flush();
        }
        _heard.Should().Equal(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        _transmitter.FlushBacklog().Should().BeTrue();
        _transmitter.TryGetSlot(out _).Should().BeTrue();
        _counters.FramesNotSent.Should().Be(0);
    }

    [Fact]
    public void Only_a_full_backlog_loses_frames_and_counts_them()
    {
        int taken = 0;
        while (Send(taken)) taken++;
        taken.Should().Be(2 + 2 + FrameTransmitter.MaxBacklog, "the receiver's ring, the sender's, and the backlog");
        _counters.FramesNotSent.Should().Be(1);
        for (int pass = 0; pass < 100; pass++)
        {
            Receive();
            _transmitter.FlushBacklog();
            _wire.Flush();
        }
        _heard.Should().HaveCount(taken).And.BeInAscendingOrder();
    }

    private sealed class Ears(List<ushort> heard) : IFrameSink
    {
        public void OnFrame(ReadOnlySpan<byte> frame) => heard.Add(new ReceivedFrame(frame).Header.OxId.Value);
    }
}
