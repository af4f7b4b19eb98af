// SPDX-License-Identifier: MIT

using FcTarget.Replay.Capture;

namespace FcTarget.Replay.Survey;

/// <summary>A part of a capture that is replayed by itself.</summary>
/// <param name="End">The frame that it ends before.</param>
/// <param name="Plans">Its targets; none when nothing in it is a target's.</param>
internal sealed record ReplaySection(long End, IReadOnlyList<ReplayPlan> Plans);

/// <summary>What a replay of a capture is to be: its sections, and a plan for each target of each.</summary>
internal sealed class ReplayPlans : IDisposable
{
    private readonly List<CaptureSurvey> _surveys;

    private ReplayPlans(List<CaptureSurvey> surveys, IReadOnlyList<long> starts, string? target)
    {
        _surveys = surveys;
        List<ReplaySection> sections = [];
        for (int i = 0; i < surveys.Count; i++)
        {
            CaptureSurvey survey = surveys[i];
            sections.Add(new ReplaySection(i < starts.Count ? starts[i] : long.MaxValue, [.. TargetChoice.In(survey, target).Select(port => new ReplayPlan(survey, port))]));
        }
        if (sections.All(static s => s.Plans.Count == 0)) throw TargetChoice.None(surveys, target);
        Sections = sections;
    }

    /// <summary>One at least, and one at least with a target.</summary>
    public IReadOnlyList<ReplaySection> Sections { get; }

    /// <summary>Time of the first frame, in nanoseconds since 1970.</summary>
    public long FirstTime => _surveys[0].FirstTime;

    /// <summary>Reads the capture once, and once more for what only the first time tells: that it has sections, or units with several targets.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">A WWPN, N_Port_ID or MAC address; null: all targets.</param>
    /// <exception cref="ReplayException">There is no target, or the capture cannot be read.</exception>
    public static ReplayPlans Of(string path, string? target)
    {
        SectionFinder finder = new();
        List<CaptureSurvey> surveys = Survey(path, finder, [], []);
        try
        {
            if (finder.Starts.Count > 0) surveys = Again(surveys, path, finder.Starts, []);
            List<Dictionary<(uint, int), (uint, int)>> shared = [.. surveys.Select(SharedUnits.Of)];
            if (shared.Exists(static s => s.Count > 0)) surveys = Again(surveys, path, finder.Starts, shared);
            return new ReplayPlans(surveys, finder.Starts, target);
        }
        catch
        {
            DisposeAll(surveys);
            throw;
        }
    }

    /// <summary>Plays the sections that have a target, one after the other, to the end of the capture.</summary>
    /// <param name="capture">The capture, at its beginning.</param>
    /// <param name="report">Hears of the beginning.</param>
    /// <param name="play">Plays a section's targets, up to its end.</param>
    public ReplayTotals Play(CaptureFrames capture, IReplayReport report, Func<IReadOnlyList<ReplayPlan>, ReplayTotals> play)
    {
        ReplayTotals? totals = null;
        report.OnBegin(FirstTime);
        foreach (ReplaySection section in Sections)
        {
            capture.End = section.End;
            if (section.Plans.Count == 0)
            {
                capture.Skip();
                continue;
            }
            ReplayTotals now = play(section.Plans);
            if (totals is null) totals = now;
            else totals.AddSection(now);
        }
        totals!.Take(capture);
        return totals;
    }

    public void Dispose() => DisposeAll(_surveys);

    private static List<CaptureSurvey> Again(List<CaptureSurvey> before, string path, IReadOnlyList<long> starts, List<Dictionary<(uint, int), (uint, int)>> shared)
    {
        DisposeAll(before);
        before.Clear();
        return Survey(path, null, starts, shared);
    }

    private static List<CaptureSurvey> Survey(string path, SectionFinder? finder, IReadOnlyList<long> starts, List<Dictionary<(uint, int), (uint, int)>> shared)
    {
        using CaptureFrames capture = CaptureFrames.Open(path);
        List<CaptureSurvey> surveys = [];
        try
        {
            for (int i = 0; i <= starts.Count; i++)
            {
                capture.End = i < starts.Count ? starts[i] : long.MaxValue;
                surveys.Add(CaptureSurvey.Of(capture, finder, i < shared.Count ? shared[i] : null));
            }
        }
        catch
        {
            DisposeAll(surveys);
            throw;
        }
        if (surveys.All(static s => s.Frames == 0)) throw new ReplayException($"Capture '{path}' has no whole FCoE or FIP frame{capture.WhyNone}.");
        return surveys;
    }

    private static void DisposeAll(List<CaptureSurvey> surveys)
    {
        foreach (CaptureSurvey survey in surveys) survey.Dispose();
    }
}
