// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Session;

/// <summary>Fires the profile-* and tick-* probes. One that was late fires for the times it missed, up to a bound.</summary>
internal sealed class DTimers(IDRun run, TimeProvider time)
{
    /// <summary>Firings of one probe in a row; what was missed beyond is forgotten.</summary>
    private const int MaxInARow = 1000;

    private readonly TimeSpan[] _due = new TimeSpan[run.Timers.Count];
    private long _start;

    /// <summary>Until the next one is due; not long, if there is none.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan next = TimeSpan.MaxValue;
            foreach (TimeSpan due in _due) next = due < next ? due : next;
            return next == TimeSpan.MaxValue ? TimeSpan.FromDays(1) : next - time.GetElapsedTime(_start);
        }
    }

    /// <summary>Intervals begin now.</summary>
    public void Start()
    {
        _start = time.GetTimestamp();
        for (int i = 0; i < _due.Length; i++) _due[i] = run.Timers[i].Interval;
    }

    /// <summary>In the order they fell due.</summary>
    public void FireDue()
    {
        TimeSpan now = time.GetElapsedTime(_start);
        for (int left = MaxInARow; left > 0 && !run.HasExited; left--)
        {
            int next = 0;
            for (int i = 1; i < _due.Length; i++) next = _due[i] < _due[next] ? i : next;
            if (_due.Length == 0 || _due[next] > now) return;
            run.Fire(run.Timers[next]);
            _due[next] += run.Timers[next].Interval;
        }
        for (int i = 0; i < _due.Length; i++)
            if (_due[i] <= now) _due[i] = now + run.Timers[i].Interval;
    }
}
