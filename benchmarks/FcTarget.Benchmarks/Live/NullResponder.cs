// SPDX-License-Identifier: MIT

using FcTarget.Wire;

namespace FcTarget.Benchmarks.Live;

/// <summary>
/// Answers each request with the frames of a 4 KiB read, by copying them: the most that a target on this wire could do with no
/// protocol work at all.
/// </summary>
internal sealed class NullResponder(IFrameWire wire) : IFrameSink
{
    private const int ReceiveBudget = 256; // as a port loop

    private readonly byte[] _data = NullFrames.Make(NullFrames.Data);
    private readonly byte[] _response = NullFrames.Make(NullFrames.Response);

    public void Run(CancellationToken stop)
    {
        using CancellationTokenRegistration wake = stop.Register(wire.Wake);
        while (!stop.IsCancellationRequested)
        {
            int received = wire.Receive(this, ReceiveBudget);
            int left = wire.Flush();
            if (!wire.IsLinkUp || received == 0 || left > 0) wire.Wait(TimeSpan.FromMilliseconds(100));
        }
    }

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (NullFrames.KindOf(frame) != NullFrames.Request) return;
        NullFrames.Put(wire, _data);
        NullFrames.Put(wire, _data);
        NullFrames.Put(wire, _response);
    }
}
