// SPDX-License-Identifier: MIT

namespace FcTarget.Replay.Compare;

/// <summary>A difference that is allowed.</summary>
internal sealed record ToleranceRule(string Exchange, string Field, IReadOnlyList<(int First, int Last)> Bytes, Conditions When, string Why)
{
    public bool Allows(Difference difference, Conditions conditions) =>
        (When == Conditions.None || (conditions & When) != 0) && Matches(Field, difference.Field) && (Bytes.Count == 0 || AllowsByte(difference.At));

    public bool AllowsByte(int at)
    {
        foreach ((int first, int last) in Bytes)
            if (at >= first && at <= last) return true;
        return Bytes.Count == 0;
    }

    /// <summary>A name with stars for any characters.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true);
}
