// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Wire;

/// <summary>
/// One wire on a <see cref="MemorySegment"/>. <see cref="SetLink"/> and <see cref="Wake"/> may be called by any thread, the rest by the
/// loop's.
/// </summary>
public sealed class MemoryWire : IFrameWire
{
    private readonly MemorySegment _segment;
    private readonly FrameRing _transmit;
    private bool _linkIsUp = true;

    internal MemoryWire(MemorySegment segment, string name, MacAddress mac, int mtu, MemorySegmentOptions options)
    {
        _segment = segment;
        Name = name;
        Mac = mac;
        Mtu = mtu;
        _transmit = new FrameRing(options.TransmitSlots, mtu + FrameLimits.TaggedHeader);
        Received = new FrameRing(options.ReceiveSlots, mtu + FrameLimits.TaggedHeader);
    }

    public string Name { get; }

    public MacAddress Mac { get; }

    public int Mtu { get; }

    public bool IsLinkUp => LinkIsUp;

    public WireCounters Counters { get; } = new();

    /// <summary>Written under the segment's lock, read by this wire's loop without it.</summary>
    internal FrameRing Received { get; }

    internal WireSignal Signal { get; } = new();

    /// <summary>Under the segment's lock: the last Flush left frames behind.</summary>
    internal bool IsBlocked { get; set; }

    internal bool LinkIsUp => Volatile.Read(ref _linkIsUp);

    /// <summary>
    /// Plugs the cable in or pulls it. A wire without link sends into the void and hears nothing; what it has received already stays.
    /// </summary>
    public void SetLink(bool up)
    {
        Volatile.Write(ref _linkIsUp, up);
        Signal.Raise();
        _segment.OnRoom();
    }

    public int Receive(IFrameSink sink, int budget)
    {
        int count = 0;
        while (count < budget && Received.TryPeek(out Span<byte> frame))
        {
            count++;
            Counters.FramesReceived++;
            Counters.BytesReceived += frame.Length;
            try
            {
                sink.OnFrame(frame);
            }
            finally
            {
                Received.Release();
            }
        }
        if (count > 0) _segment.OnRoom();
        return count;
    }

    public bool TryGetTransmitSlot(out Span<byte> slot) => _transmit.TryReserve(out slot);

    public void Commit(int length) => _transmit.Publish(length);

    public int Flush()
    {
        if (_transmit.Count == 0) return 0;
        if (LinkIsUp) return _segment.Transmit(this, _transmit);
        for (; _transmit.TryPeek(out _); _transmit.Release()) Counters.TransmitDropped++;
        return 0;
    }

    public void Wait(TimeSpan timeout)
    {
        Signal.BeginWait();
        if (!HasWork()) Signal.Block(timeout);
        Signal.EndWait();
    }

    public void Wake() => Signal.Raise();

    public void Dispose()
    {
        Volatile.Write(ref _linkIsUp, false);
        _segment.Detach(this);
    }

    /// <summary>Under the segment's lock: a frame arrives.</summary>
    internal void Accept(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > Mtu + FrameLimits.TaggedHeader)
            Counters.Oversized++;
        else if (!Received.TryReserve(out Span<byte> slot))
            Counters.ReceiveDropped++;
        else
        {
            frame.CopyTo(slot);
            Received.Publish(frame.Length);
        }
    }

    private bool HasWork() =>
        Signal.IsRaised || Received.Count > 0 || (_transmit.Count > 0 && (!LinkIsUp || _segment.HasRoom(this)));
}
