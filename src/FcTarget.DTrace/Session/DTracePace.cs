// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Session;

/// <summary>How a D program goes along with a time that somebody else moves. One thread.</summary>
public sealed class DTracePace
{
    /// <summary>Calls of <see cref="Poll"/> after which records are printed though the time has not moved: so many frames fill no buffer.</summary>
    private const int DrainEvery = 256;

    private readonly DTraceSession _session;
    private int _polls;

    internal DTracePace(DTraceSession session) => _session = session;

    /// <summary>How far the time may move before <see cref="Poll"/> is to be called, so that timers fire at theirs; 1 ms at least.</summary>
    public TimeSpan UntilNext => _session.NextWait();

    /// <summary>exit() was called: nothing more is traced.</summary>
    public bool HasExited => _session.HasExited;

    /// <summary>Fires timers and prints what is due.</summary>
    public void Poll()
    {
        _session.Poll();
        if (++_polls % DrainEvery == 0) _session.Drain();
    }
}
