// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay.Conversation;

// ORIGINATED REQUESTS - theory of operation
//   Job      Both targets begin exchanges, each in its own time and order: logins, registrations, logouts. A captured answer goes to our request
//            of the same kind to the same port.
//   Rule     When our target asks: the answer to a captured request of the kind that nobody has had is given at once; if the capture has one
//            within Patience, our target waits for it; else the answer is made up.
//   Why      Patience is less than the 4 s after which our target asks again.
//   Always   A captured answer is given once. What is left without a counterpart at the end is reported.

/// <summary>The requests of the captured target and of ours, and which belong together.</summary>
internal sealed class OriginatedRequests(ReplayPlan plan)
{
    private const long Patience = 3_000_000_000; // ns

    /// <summary>Requests remembered of either side; older ones are left without a counterpart.</summary>
    private const int MostRemembered = 4096;

    private readonly List<OriginatedRequest> _captured = [];
    private readonly List<OriginatedRequest> _waiting = [];

    /// <summary>Those of the captured target that nothing of ours fits.</summary>
    public IEnumerable<OriginatedRequest> Left => _captured.Where(static r => !r.IsDone);

    public void AddCaptured(OriginatedRequest request, Action<OriginatedRequest> onForgotten)
    {
        _captured.Add(request);
        if (_captured.Count <= MostRemembered) return;
        if (!_captured[0].IsDone) onForgotten(_captured[0]);
        _captured.RemoveAt(0);
    }

    /// <summary>
    /// A captured answer. Returns the captured request it belongs to, and our request that waits for it, which is then no longer waiting.
    /// </summary>
    public (OriginatedRequest? Captured, OriginatedRequest? Ours) OnCapturedAnswer(FcHeader header, ReadOnlySpan<byte> payload)
    {
        OriginatedRequest? captured = _captured.FindLast(r => r.Answer is null && r.Header.OxId == header.OxId && r.Header.Type == header.Type
            && (r.Header.DId == header.SId || r.Header.DId.IsWellKnown));
        if (captured is null) return default;
        captured.Answer = (header, payload.ToArray());
        OriginatedRequest? ours = _waiting.FindLast(r => r.Kind == captured.Kind && r.Header.DId == captured.Header.DId);
        if (ours is not null) Settle(captured, ours);
        return (captured, ours);
    }

    /// <summary>Our target asks. Returns the captured request whose answer it is given; null when it has to wait, or is made up.</summary>
    /// <param name="ours">The request, its addresses those of the capture.</param>
    /// <param name="mustMakeUp">There is no answer in the capture for it.</param>
    public OriginatedRequest? OnOurs(OriginatedRequest ours, out bool mustMakeUp)
    {
        mustMakeUp = false;
        OriginatedRequest? captured = _captured.FindLast(r => !r.IsDone && r.Answer is not null && r.Kind == ours.Kind && r.Header.DId == ours.Header.DId);
        if (captured is not null)
        {
            Settle(captured, ours);
            return captured;
        }
        if (_waiting.Count >= MostRemembered) _waiting.RemoveAt(0);
        if (WillCome(ours)) _waiting.Add(ours);
        else mustMakeUp = true;
        return null;
    }

    private bool WillCome(OriginatedRequest ours)
    {
        IReadOnlyList<long> times = plan.AnswerTimes(ours.Header.DId, ours.Kind);
        int low = 0, high = times.Count; // of the times after now, the first
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (times[middle] < ours.Time) low = middle + 1;
            else high = middle;
        }
        return low < times.Count && times[low] - ours.Time <= Patience;
    }

    private void Settle(OriginatedRequest captured, OriginatedRequest ours)
    {
        captured.IsDone = true;
        _waiting.RemoveAll(r => r == ours || (r.Kind == ours.Kind && r.Header.DId == ours.Header.DId)); // those before it were given up
        // Earlier requests of the kind had their turn.
        foreach (OriginatedRequest earlier in _captured)
        {
            if (earlier == captured) break;
            if (earlier.Kind == captured.Kind && earlier.Header.DId == captured.Header.DId) earlier.IsDone = true;
        }
    }
}
