// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Runtime;

/// <summary>The patterns of probe descriptions: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a]</c>, <c>\</c> before a character meant literally.</summary>
internal static class Glob
{
    /// <summary>An empty pattern matches anything.</summary>
    public static bool Matches(string pattern, string text) => pattern.Length == 0 || Matches(pattern.AsSpan(), text.AsSpan());

    /// <summary>Linear in the length of both, times the stars: only the last star is ever tried again.</summary>
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, starText = 0;
        while (t < text.Length)
        {
            int next = p;
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = ++p;
                starText = t;
                continue;
            }
            if (p < pattern.Length && MatchesOne(pattern, ref next, text[t]))
            {
                p = next;
                t++;
                continue;
            }
            if (star < 0) return false;
            p = star;
            t = ++starText;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, ref int p, char c)
    {
        char expected = pattern[p++];
        if (expected == '?') return true;
        if (expected == '\\' && p < pattern.Length) return pattern[p++] == c;
        if (expected != '[') return expected == c;
        int end = pattern[p..].IndexOf(']');
        if (end <= 0) return c == '[';
        ReadOnlySpan<char> set = pattern.Slice(p, end);
        p += end + 1;
        bool negated = set[0] == '!';
        if (negated) set = set[1..];
        bool found = false;
        for (int i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                found |= c >= set[i] && c <= set[i + 2];
                i += 2;
            }
            else
            {
                found |= c == set[i];
            }
        }
        return found != negated;
    }
}
