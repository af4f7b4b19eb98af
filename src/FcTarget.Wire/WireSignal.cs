// SPDX-License-Identifier: MIT

namespace FcTarget.Wire;

/// <summary>
/// How a loop sleeps on a wire that has no file descriptor. <see cref="Raise"/> is sticky (it ends the next wait if none is
/// under way); <see cref="Nudge"/> only says "look again" and costs one fence when nobody sleeps.
/// </summary>
internal sealed class WireSignal
{
    // Never disposed by hand: a Raise from another thread may race with the wire's Dispose, and the finalizer is soon enough.
    private readonly AutoResetEvent _event = new(false);
    private bool _raised;
    private bool _sleeping;

    public bool IsRaised => Volatile.Read(ref _raised);

    public void Raise()
    {
        Volatile.Write(ref _raised, true);
        Nudge();
    }

    public void Nudge()
    {
        // Pairs with the fence in BeginWait: either we see the sleeper or the sleeper sees what we did before this call.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping)) _event.Set();
    }

    /// <summary>Announces the sleep. What the caller reads after this call is up to date or followed by a nudge.</summary>
    public void BeginWait()
    {
        _event.Reset();
        Volatile.Write(ref _sleeping, true);
        Interlocked.MemoryBarrier();
    }

    /// <param name="timeout">How long at most; a negative value is for ever.</param>
    public void Block(TimeSpan timeout) =>
        _event.WaitOne(timeout < TimeSpan.Zero ? Timeout.Infinite : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue));

    /// <summary>Ends the sleep and takes the raise, if any, with it.</summary>
    public void EndWait()
    {
        Volatile.Write(ref _sleeping, false);
        Volatile.Write(ref _raised, false);
    }
}
