// SPDX-License-Identifier: MIT

using FcTarget.Wire;

namespace FcTarget.Benchmarks.Live;

/// <summary>Keeps a number of requests under way and counts the responses.</summary>
internal sealed class NullGenerator(IFrameWire wire, int depth) : IFrameSink
{
    private const int ReceiveBudget = 256;

    /// <summary>Silence for so long means that what was under way is lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly byte[] _request = NullFrames.Make(NullFrames.Request);
    private long _responses;
    private int _due;

    /// <summary>Responses a second.</summary>
    public double Run(TimeSpan time)
    {
        TimeProvider clock = TimeProvider.System;
        long start = clock.GetTimestamp(), heard = start;
        _due = depth;
        while (clock.GetElapsedTime(start) < time)
        {
            for (; _due > 0; _due--) NullFrames.Put(wire, _request);
            int left = wire.Flush();
            if (wire.IsLinkUp && wire.Receive(this, ReceiveBudget) > 0) heard = clock.GetTimestamp();
            else if (clock.GetElapsedTime(heard) > Patience) (_due, heard) = (depth, clock.GetTimestamp());
            else if (_due == 0 || left > 0) wire.Wait(Patience);
        }
        return _responses / clock.GetElapsedTime(start).TotalSeconds;
    }

    public void OnFrame(ReadOnlySpan<byte> frame)
    {
        if (NullFrames.KindOf(frame) != NullFrames.Response) return;
        _responses++;
        _due++;
    }
}
