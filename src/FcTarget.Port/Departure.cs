// SPDX-License-Identifier: MIT

namespace FcTarget.Port;

/// <summary>
/// N_Ports of ours on their way out: LOGO to all remote ports, then LOGO to the fabric, the first N_Port's last, for the others' logins may
/// hang on its own. Each step ends when the peers have answered, or after E_D_TOV for the remote ports and as long for the fabric.
/// </summary>
internal sealed class Departure
{
    /// <summary>How often is looked whether the answers are in.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly IReadOnlyList<LocalPort> _leaving;
    private readonly LocalPort _first;
    private readonly Action _onGone;
    private readonly LoopTimer _timer;
    private Step _step;
    private TimeSpan _deadline;

    /// <param name="leaving">The N_Ports, all of one wire.</param>
    /// <param name="onGone">Runs once, on the loop, at once if there is nobody to say anything to.</param>
    public Departure(IReadOnlyList<LocalPort> leaving, Action onGone)
    {
        _leaving = leaving;
        _first = leaving[0].Port.Local;
        _onGone = onGone;
        _timer = new LoopTimer(leaving[0].Loop.Timers, Advance);
        foreach (LocalPort local in leaving) local.Leave();
        SetDeadline(1);
        Advance();
    }

    private enum Step : byte
    {
        RemotePorts,
        Others,
        First,
    }

    private TimeSpan Now => _first.Loop.Timers.Now;

    private bool IsWaiting => _step == Step.RemotePorts ? _leaving.Any(static local => local.HasSessions)
        : _leaving.Any(local => !local.Link.HasLeft && (local == _first) == (_step == Step.First));

    private void Advance()
    {
        while (!IsWaiting || Now >= _deadline)
        {
            if (_step == Step.First)
            {
                _onGone();
                return;
            }
            _step++;
            foreach (LocalPort local in _leaving)
                if ((local == _first) == (_step == Step.First)) local.Link.Leave();
            SetDeadline(0.5);
        }
        _timer.Set(Interval);
    }

    private void SetDeadline(double share) => _deadline = Now + (_first.Options.EDTov * share);
}
