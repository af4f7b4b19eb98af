// SPDX-License-Identifier: MIT

using System.Text;

namespace FcTarget.Port;

internal static class CounterName
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
