// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>
/// A timer of the port loop: made once, set as often as wanted, never allocating. Belongs to one <see cref="TimerQueue"/> and is
/// used on the loop only.
/// </summary>
public sealed class LoopTimer
{
    private readonly TimerQueue _queue;

    /// <param name="queue">The loop's timers.</param>
    /// <param name="elapsed">Runs on the loop when the time is over. It may set the timer again.</param>
    public LoopTimer(TimerQueue queue, Action elapsed)
    {
        _queue = queue;
        Elapsed = elapsed;
    }

    internal Action Elapsed { get; }

    /// <summary>When it is due, in the clock of <see cref="TimerQueue.Now"/>.</summary>
    internal TimeSpan Due;

    /// <summary>Ties are broken by the order of setting, so that a run is the same for the same seed.</summary>
    internal long Order;

    /// <summary>Position in the heap; -1 when not set.</summary>
    internal int Index = -1;

    public bool IsSet => Index >= 0;

    /// <summary>Sets the timer, or sets it anew.</summary>
    public void Set(TimeSpan after) => _queue.Set(this, _queue.Now + (after > TimeSpan.Zero ? after : TimeSpan.Zero));

    /// <summary>Sets the timer only if it is not set already.</summary>
    public void SetIfIdle(TimeSpan after)
    {
        if (!IsSet) Set(after);
    }

    public void Cancel() => _queue.Cancel(this);
}
