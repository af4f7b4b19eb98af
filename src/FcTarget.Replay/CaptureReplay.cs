// SPDX-License-Identifier: MIT

using FcTarget.Replay.Capture;
using FcTarget.Replay.Conversation;
using FcTarget.Replay.Live;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay;

/// <summary>Replays captures.</summary>
public static class CaptureReplay
{
    /// <summary>
    /// Plays the targets of a capture with our own, in the time of the capture, and compares what they answer. On the calling thread.
    /// </summary>
    /// <param name="path">A pcap or pcapng file, compressed with gzip or not; it is read two to four times.</param>
    /// <param name="options">How.</param>
    /// <param name="report">Hears of each exchange and probe.</param>
    /// <exception cref="ReplayException">The capture cannot be replayed: why, in one line.</exception>
    public static ReplayTotals AsTarget(string path, ReplayOptions options, IReplayReport report)
    {
        using ReplayPlans plans = ReplayPlans.Of(path, options.Target);
        using CaptureFrames capture = CaptureFrames.Open(path);
        if (options.Around is null) return new SectionReplay(plans, options, report).Run(capture);
        TargetChoice.RequireSingle(plans);
        SectionReplay replay = new(plans, options, report);
        ReplayTotals? totals = null;
        options.Around(replay.Provider, replay.Clock, () => totals = replay.Run(capture));
        return totals ?? new ReplayTotals();
    }

    /// <summary>
    /// Does to a live target what the initiators of a capture did to theirs, and compares what it answers. What the capture writes is written.
    /// On the calling thread.
    /// </summary>
    /// <param name="path">As above.</param>
    /// <param name="options">How; there are no seed, no output and no probes in this role.</param>
    /// <param name="report">Hears of each exchange.</param>
    /// <param name="initiator">An initiator that is logged in with the live target.</param>
    /// <exception cref="ReplayException">The capture cannot be replayed, or has several targets: why, in one line.</exception>
    public static ReplayTotals AsInitiator(string path, ReplayOptions options, IReplayReport report, ReplayInitiator initiator)
    {
        using ReplayPlans plans = ReplayPlans.Of(path, options.Target);
        TargetChoice.RequireSingle(plans);
        return Play(path, plans, report, (plan, capture) => new InitiatorReplay(plan, options, report, initiator, holdsContent: false).Run(capture));
    }

    /// <summary>
    /// The same with our own target, in memory and in virtual time, which holds what the captured one held.
    /// </summary>
    /// <exception cref="ReplayException">As above.</exception>
    public static ReplayTotals AsInitiatorInMemory(string path, ReplayOptions options, IReplayReport report)
    {
        using ReplayPlans plans = ReplayPlans.Of(path, options.Target);
        TargetChoice.RequireSingle(plans);
        return Play(path, plans, report, (plan, capture) =>
        {
            using InMemoryTarget target = new(plan, options.Seed);
            return new InitiatorReplay(plan, options, report, target.Initiator, holdsContent: true).Run(capture);
        });
    }

    private static ReplayTotals Play(string path, ReplayPlans plans, IReplayReport report, Func<ReplayPlan, CaptureFrames, ReplayTotals> play)
    {
        using CaptureFrames capture = CaptureFrames.Open(path);
        return plans.Play(capture, report, section => play(section[0], capture));
    }
}
