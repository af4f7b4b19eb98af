// SPDX-License-Identifier: MIT

using System.Text;

namespace FcTarget.Port;

/// <summary>What a counter is called outside of the program.</summary>
public static class CounterName
{
    /// <summary>BadCrcFrames becomes bad-crc-frames.</summary>
    public static string Of(string pascalCase)
    {
        StringBuilder name = new();
        foreach (char c in pascalCase)
        {
            if (char.IsUpper(c) && name.Length > 0) name.Append('-');
            name.Append(char.ToLowerInvariant(c));
        }
        return name.ToString();
    }
}
