// SPDX-License-Identifier: MIT

using System.Globalization;

namespace FcTarget.LogicalUnits;

/// <summary>Sizes as the operator writes them: a whole number with K, M, G or T behind it for powers of 1024, or bytes.</summary>
public static class ByteSize
{
    /// <summary>Reads a size in bytes. False for anything else, and past 2^63.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        if (text.IsEmpty) return false;
        int shift = char.ToUpperInvariant(text[^1]) switch
        {
            'K' => 10,
            'M' => 20,
            'G' => 30,
            'T' => 40,
            _ => 0,
        };
        if (shift != 0) text = text[..^1];
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) return false;
        if (number > long.MaxValue >> shift) return false;
        bytes = number << shift;
        return true;
    }

    /// <summary>The shortest exact form that <see cref="TryParse"/> reads.</summary>
    public static string Format(long bytes)
    {
        ReadOnlySpan<char> units = "TGMK";
        for (int i = 0, shift = 40; i < units.Length; i++, shift -= 10)
            if (bytes != 0 && (bytes & ((1L << shift) - 1)) == 0) return $"{bytes >> shift}{units[i]}";
        return bytes.ToString(CultureInfo.InvariantCulture);
    }
}
