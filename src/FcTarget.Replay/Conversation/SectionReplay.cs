// SPDX-License-Identifier: MIT

using FcTarget.Probes;
using FcTarget.Replay.Capture;
using FcTarget.Replay.Engine;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay.Conversation;

/// <summary>
/// A replay in the role of the targets: section after section, and in each all targets together, in the order of the frames and over the same
/// logical units.
/// </summary>
internal sealed class SectionReplay(ReplayPlans plans, ReplayOptions options, IReplayReport report)
{
    /// <summary>What the first target of each section fires.</summary>
    public FcProvider Provider { get; } = new();

    /// <summary>Its time.</summary>
    public ReplayClock Clock { get; } = ReplayClock.Before(plans.FirstTime, TargetReplay.Lead);

    /// <summary>Replays the capture to its end.</summary>
    public ReplayTotals Run(CaptureFrames capture) => plans.Play(capture, report, targets => Run(targets, capture));

    private ReplayTotals Run(IReadOnlyList<ReplayPlan> targets, CaptureFrames capture)
    {
        using ReplayUnits units = new(targets, Clock);
        List<TargetReplay> replays = [];
        try
        {
            foreach (ReplayPlan plan in targets) replays.Add(Begin(plan, units, replays.Count));
            long frames = 0;
            while (options.IsCancelled?.Invoke() != true && capture.TryRead(out ReplayFrame frame))
            {
                frames++;
                foreach (TargetReplay replay in replays) replay.MoveTo(frame.Time);
                foreach (TargetReplay replay in replays) replay.Handle(frame);
            }
            foreach (TargetReplay replay in replays) replay.End();
            ReplayTotals totals = replays[0].Totals;
            foreach (TargetReplay replay in replays.Skip(1)) totals.AddTarget(replay.Totals, frames);
            return totals;
        }
        finally
        {
            foreach (TargetReplay replay in replays) replay.Dispose();
        }
    }

    private TargetReplay Begin(ReplayPlan plan, ReplayUnits units, int index)
    {
        bool isFirst = index == 0;
        TargetReplay replay = new(
            plan, options, report, withFabric: isFirst, isFirst ? Provider : new FcProvider(), isFirst ? Clock : ReplayClock.Before(plan.FirstTime, TargetReplay.Lead),
            units.Router, (ushort)(index + 1));
        replay.Begin();
        return replay;
    }
}
