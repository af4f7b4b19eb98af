// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Wire;

namespace FcTarget.Replay.Engine;

/// <summary>
/// A wire with the replay at its other end, all on one thread: it hands over the frame that is put on it, and what is sent goes to a sink
/// at once.
/// </summary>
internal sealed class ReplayWire : IFrameWire
{
    private readonly IFrameSink _sent;
    private readonly byte[] _slot;
    private readonly byte[] _pending;
    private int _pendingLength;

    public ReplayWire(MacAddress mac, int mtu, IFrameSink sent)
    {
        Mac = mac;
        Mtu = mtu;
        _sent = sent;
        _slot = new byte[mtu + FrameLimits.TaggedHeader];
        _pending = new byte[FrameLimits.MaximumMtu + FrameLimits.TaggedHeader];
    }

    public string Name => "capture";

    public MacAddress Mac { get; }

    public int Mtu { get; }

    public bool IsLinkUp { get; set; }

    public WireCounters Counters { get; } = new();

    /// <summary>The buffer of the next frame to be received; fill it, then <see cref="Put"/>.</summary>
    public Span<byte> Pending => _pending;

    /// <summary>The port receives the first so many bytes of <see cref="Pending"/> in its next pass.</summary>
    public void Put(int length) => _pendingLength = length;

    public int Receive(IFrameSink sink, int budget)
    {
        if (_pendingLength == 0 || budget <= 0) return 0;
        int length = _pendingLength;
        _pendingLength = 0;
        Counters.FramesReceived++;
        Counters.BytesReceived += length;
        sink.OnFrame(_pending.AsSpan(0, length));
        return 1;
    }

    public bool TryGetTransmitSlot(out Span<byte> slot)
    {
        slot = _slot;
        return true;
    }

    public void Commit(int length)
    {
        length = FrameLimits.Pad(_slot, length);
        Counters.FramesSent++;
        Counters.BytesSent += length;
        _sent.OnFrame(_slot.AsSpan(0, length));
    }

    public int Flush() => 0;

    public void Wait(TimeSpan timeout)
    {
        // Nobody sleeps in virtual time.
    }

    public void Wake()
    {
        // Likewise.
    }

    public void Dispose() => IsLinkUp = false;
}
