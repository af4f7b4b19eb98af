// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.LogicalUnits;
using FcTarget.Wire.Recording;

namespace FcTarget.Host.Options;

/// <summary>What <c>--record</c> asks for: <c>FILE</c>, then <c>,size=100M</c> and <c>,count=5</c> for a file that is turned over.</summary>
internal static class RecordSpec
{
    private const long MinSize = 64 * 1024;
    private const int MaxCount = 1000;

    /// <summary>A <see cref="SettingParser{T}"/>.</summary>
    public static string? Parse(string text, out RecordingOptions options)
    {
        string[] parts = text.Split(',');
        options = new RecordingOptions { Path = parts[0] };
        if (parts[0].Length == 0) return $"Record '{text}' names no file. Write FILE.pcapng[,size=100M][,count=5].";
        foreach (string part in parts.AsSpan(1))
        {
            string[] pair = part.Split('=', 2);
            if (pair is ["size", var bytes] && ByteSize.TryParse(bytes, out long size) && size >= MinSize) options = options with { MaxBytes = size };
            else if (pair is ["count", var files] && int.TryParse(files, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= MaxCount)
                options = options with { Files = count };
            else return $"Record: '{part}' is not possible. Write size=100M ({ByteSize.Format(MinSize)} at least) or count=5 (1 to {MaxCount}).";
        }
        return options.MaxBytes is null && parts.Any(part => part.StartsWith("count=", StringComparison.Ordinal))
            ? "Record: count without size. Write size=100M too, or leave count out."
            : null;
    }
}
