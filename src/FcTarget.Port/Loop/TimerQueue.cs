// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>
/// The timers of one port loop: a binary heap by due time. Time is read from a <see cref="TimeProvider"/> once a pass, so that
/// everything that happens in one pass happens at one instant, and a simulated clock makes 10 seconds take microseconds.
/// </summary>
public sealed class TimerQueue
{
    private readonly TimeProvider _clock;
    private readonly long _start;
    private LoopTimer[] _heap = new LoopTimer[64];
    private int _count;
    private long _order;

    public TimerQueue(TimeProvider clock)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
    }

    /// <summary>Time since the loop was made, as of the beginning of the pass.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Timers that are set.</summary>
    public int Count => _count;

    /// <summary>Reads the clock.</summary>
    public void ReadClock() => Now = _clock.GetElapsedTime(_start);

    /// <summary>Time until the next timer is due; zero when one is due already, null when none is set.</summary>
    public TimeSpan? UntilNext => _count == 0 ? null : _heap[0].Due > Now ? _heap[0].Due - Now : TimeSpan.Zero;

    /// <summary>Runs what is due. A timer set to zero by a timer that runs now waits for the next call.</summary>
    public void RunDue()
    {
        long last = _order;
        while (_count > 0 && _heap[0].Due <= Now && _heap[0].Order <= last)
        {
            LoopTimer timer = _heap[0];
            Cancel(timer);
            timer.Elapsed();
        }
    }

    internal void Set(LoopTimer timer, TimeSpan due)
    {
        Cancel(timer);
        timer.Due = due;
        timer.Order = ++_order;
        if (_count == _heap.Length) Array.Resize(ref _heap, _count * 2);
        _heap[_count] = timer;
        timer.Index = _count;
        Rise(_count++);
    }

    internal void Cancel(LoopTimer timer)
    {
        int at = timer.Index;
        if (at < 0) return;
        timer.Index = -1;
        LoopTimer last = _heap[--_count];
        _heap[_count] = null!;
        if (last == timer) return;
        _heap[at] = last;
        last.Index = at;
        Rise(at);
        Sink(last.Index);
    }

    private static bool Before(LoopTimer a, LoopTimer b) => a.Due < b.Due || (a.Due == b.Due && a.Order < b.Order);

    private void Rise(int at)
    {
        while (at > 0)
        {
            int parent = (at - 1) / 2;
            if (!Before(_heap[at], _heap[parent])) return;
            Swap(at, parent);
            at = parent;
        }
    }

    private void Sink(int at)
    {
        while (true)
        {
            int least = at;
            for (int child = (2 * at) + 1; child <= (2 * at) + 2 && child < _count; child++)
                if (Before(_heap[child], _heap[least])) least = child;
            if (least == at) return;
            Swap(at, least);
            at = least;
        }
    }

    private void Swap(int a, int b)
    {
        (_heap[a], _heap[b]) = (_heap[b], _heap[a]);
        _heap[a].Index = a;
        _heap[b].Index = b;
    }
}
