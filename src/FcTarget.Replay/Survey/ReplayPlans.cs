// SPDX-License-Identifier: MIT

using FcTarget.Replay.Capture;

namespace FcTarget.Replay.Survey;

/// <summary>What a replay of a capture is to be: a plan for each of its targets.</summary>
internal sealed class ReplayPlans : IDisposable
{
    private readonly CaptureSurvey _survey;

    private ReplayPlans(CaptureSurvey survey, IReadOnlyList<SurveyedPort> targets)
    {
        _survey = survey;
        All = [.. targets.Select(target => new ReplayPlan(survey, target))];
    }

    /// <summary>One at least.</summary>
    public IReadOnlyList<ReplayPlan> All { get; }

    /// <summary>Reads the capture once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">A WWPN, N_Port_ID or MAC address; null: all targets.</param>
    /// <exception cref="ReplayException">There is no target, or the capture cannot be read.</exception>
    public static ReplayPlans Of(string path, string? target)
    {
        using CaptureFrames capture = CaptureFrames.Open(path);
        CaptureSurvey survey = CaptureSurvey.Of(capture);
        try
        {
            if (survey.Frames == 0) throw new ReplayException($"Capture '{path}' has no whole FCoE or FIP frame{capture.WhyNone}.");
            return new ReplayPlans(survey, TargetChoice.Of(survey, target));
        }
        catch
        {
            survey.Dispose();
            throw;
        }
    }

    public void Dispose() => _survey.Dispose();
}
