// SPDX-License-Identifier: MIT

using FcTarget.Replay.Capture;
using FcTarget.Replay.Conversation;
using FcTarget.Replay.Survey;

namespace FcTarget.Replay;

/// <summary>Replays captures.</summary>
public static class CaptureReplay
{
    /// <summary>
    /// Plays the target of a capture with our own, in the time of the capture, and compares what they answer. On the calling thread.
    /// </summary>
    /// <param name="path">A pcap or pcapng file, compressed with gzip or not; it is read twice.</param>
    /// <param name="options">How.</param>
    /// <param name="report">Hears of each exchange and probe.</param>
    /// <exception cref="ReplayException">The capture cannot be replayed: why, in one line.</exception>
    public static ReplayTotals AsTarget(string path, ReplayOptions options, IReplayReport report)
    {
        using ReplayPlan plan = ReplayPlan.Of(path, options.Target);
        using TargetReplay replay = new(plan, options, report);
        using CaptureFrames capture = CaptureFrames.Open(path);
        if (options.Around is { } around) around(replay.Provider, replay.Clock, () => replay.Run(capture));
        else replay.Run(capture);
        return replay.Totals;
    }

    /// <summary>
    /// Sends the commands of a capture to a live target, one after another, and compares what it answers with what the captured target answered.
    /// What the capture writes is written. On the calling thread.
    /// </summary>
    /// <param name="path">As above.</param>
    /// <param name="options">How; there are no seed, no output and no probes in this role.</param>
    /// <param name="report">Hears of each command.</param>
    /// <param name="initiator">An initiator that is logged in with the live target.</param>
    /// <exception cref="ReplayException">The capture cannot be replayed: why, in one line.</exception>
    public static ReplayTotals AsInitiator(string path, ReplayOptions options, IReplayReport report, IReplayInitiator initiator)
    {
        using ReplayPlan plan = ReplayPlan.Of(path, options.Target);
        using CaptureFrames capture = CaptureFrames.Open(path);
        return new InitiatorReplay(plan, options, report, initiator).Run(capture);
    }
}
