// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Wire;

namespace FcTarget.Benchmarks.Live;

/// <summary>A wire without a carrier: there is always one more request to receive, and what is sent is gone.</summary>
internal sealed class NullWire : IFrameWire
{
    private readonly byte[] _request = NullFrames.Make(NullFrames.Request), _slot = new byte[4096];

    public string Name => "null";

    public MacAddress Mac => new(0x0EFC00_000001ul);

    public int Mtu => 2500;

    public bool IsLinkUp => true;

    public WireCounters Counters { get; } = new();

    public int Receive(IFrameSink sink, int budget)
    {
        for (int i = 0; i < budget; i++) sink.OnFrame(_request);
        return budget;
    }

    public bool TryGetTransmitSlot(out Span<byte> slot)
    {
        slot = _slot.AsSpan(0, Mtu + FrameLimits.TaggedHeader);
        return true;
    }

    public void Commit(int length) => Counters.FramesSent++;

    public int Flush() => 0;

    public void Wait(TimeSpan timeout)
    {
        // There is always a frame to receive.
    }

    public void Wake()
    {
        // Nobody waits.
    }

    public void Dispose()
    {
        // Nothing is open.
    }
}
