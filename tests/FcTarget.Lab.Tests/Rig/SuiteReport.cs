// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace FcTarget.Lab.Tests.Rig;

/// <summary>What iscsi-test-cu -v prints: the tests it ran, as Suite.Test, those it skipped (it counts them as passed), and each fault it found.</summary>
internal sealed record SuiteReport(int Tests, int Passed, string[] Names, (string Test, string Reason)[] Skipped, (string Test, string Fault)[] Failed)
{
    /// <exception cref="InvalidOperationException">There is no summary: the tool did not come to its end.</exception>
    public static SuiteReport Parse(string text)
    {
        Match summary = Regex.Match(text, @"^ +tests +(\d+) +\d+ +(\d+) ", RegexOptions.Multiline);
        if (!summary.Success) throw new InvalidOperationException($"iscsi-test-cu did not come to its end:\n{text}");
        string suite = "", test = "";
        List<string> names = [];
        List<(string, string)> skipped = [], failed = [];
        const string Pattern = @"^Suite: (?<suite>\S+)|^ +Test: (?<test>\S+) \.\.\.|\[SKIPPED\] *(?<skip>[^\r\n]*)|^ +\d+\. (?<fault>[^\r\n]*)";
        foreach (Match line in Regex.Matches(text, Pattern, RegexOptions.Multiline))
        {
            if (line.Groups["suite"].Success) suite = line.Groups["suite"].Value;
            else if (line.Groups["test"].Success) names.Add(test = $"{suite}.{line.Groups["test"].Value}");
            else if (line.Groups["fault"].Success) failed.Add((test, line.Groups["fault"].Value));
            else skipped.Add((test, line.Groups["skip"].Value.Trim()));
        }
        return new SuiteReport(Number(summary.Groups[1]), Number(summary.Groups[2]), [.. names], [.. skipped.Distinct()], [.. failed]);
    }

    private static int Number(Group digits) => int.Parse(digits.Value, CultureInfo.InvariantCulture);
}
