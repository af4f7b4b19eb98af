// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.Formats;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Replay.Survey;

/// <summary>Which of the ports in a capture are the targets whose parts are played.</summary>
internal static class TargetChoice
{
    /// <param name="survey">The capture.</param>
    /// <param name="named">What the operator calls it: WWPN, N_Port_ID of six digits, or MAC address; null: not at all.</param>
    /// <returns>By N_Port_ID; empty when none fits.</returns>
    public static IReadOnlyList<SurveyedPort> In(CaptureSurvey survey, string? named)
    {
        if (named is not null) return [.. survey.Ports.Values.Where(port => Matches(port, named)).Take(1)];
        List<SurveyedPort> targets = [.. survey.Ports.Values.Where(p => p.Commands > 0)];
        if (targets.Count == 0) targets = [.. survey.Ports.Values.Where(p => (p.Parameters & FcpServiceParameters.TargetFunction) != 0)];
        if (targets.Count == 0 && survey.Ports.Values.MaxBy(p => p.Answers) is { Answers: > 0 } answering) targets = [answering];
        return [.. targets.OrderBy(p => p.Id.Value)];
    }

    /// <summary>No section of a capture has a target: why.</summary>
    public static ReplayException None(IEnumerable<CaptureSurvey> surveys, string? named) => new(named is null
        ? "Nobody in the capture is an FCP target, as far as it tells; name the port with --target."
        : $"No port '{named}' speaks in the capture: {List(surveys.SelectMany(static s => s.Ports.Values).DistinctBy(static p => (p.Id, p.PortName)))}.");

    /// <summary>One target at a time only, for whoever can play no more.</summary>
    /// <exception cref="ReplayException">There are several.</exception>
    public static void RequireSingle(ReplayPlans plans)
    {
        foreach (ReplaySection section in plans.Sections)
            if (section.Plans.Count > 1) throw new ReplayException($"There are several targets, name one with --target: {List(section.Plans.Select(p => p.Target))}.");
    }

    private static bool Matches(SurveyedPort port, string named)
    {
        if (Wwn.TryParse(named, out Wwn name)) return port.PortName == name;
        if (MacAddress.TryParse(named, out MacAddress mac)) return port.ENode == mac || port.Source == mac;
        return named.Length <= 8 && uint.TryParse(named.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? named[2..] : named,
            NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint id) && port.Id.Value == id;
    }

    private static string List(IEnumerable<SurveyedPort> ports) =>
        string.Join(", ", ports.OrderBy(p => p.Id.Value).Take(8).Select(p => p.PortName.IsNone ? p.Id.ToString() : $"{p.Id} ({p.PortName.ToColonString()})"));
}
