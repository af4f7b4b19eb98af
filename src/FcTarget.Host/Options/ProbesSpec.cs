// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.LogicalUnits;
using FcTarget.Probes;

namespace FcTarget.Host.Options;

/// <summary>
/// What <c>--probes</c> asks for: <c>FILE|-</c> for JSON lines, then <c>,size=100M</c> and <c>,count=5</c> for a file that is turned over;
/// <c>always</c>, alone or with them, for USDT probes that fire without a semaphore.
/// </summary>
internal sealed record ProbesSpec
{
    private const int DefaultCount = 5, MaxCount = 1000;
    private const long MinSize = 64 * 1024;

    /// <summary>Where the JSON lines go: a file, <c>-</c> for standard output, null for nowhere.</summary>
    public string? Path { get; init; }

    /// <summary>When the file is turned over; null for never.</summary>
    public JsonLinesRotation? Rotation { get; init; }

    /// <summary>For tracers that do not raise semaphores.</summary>
    public bool Always { get; init; }

    /// <summary>A <see cref="SettingParser{T}"/>.</summary>
    public static string? Parse(string text, out ProbesSpec spec)
    {
        spec = new ProbesSpec();
        long? size = null;
        int? count = null;
        foreach (string part in text.Split(','))
        {
            string[] pair = part.Split('=', 2);
            if (part == "always") spec = spec with { Always = true };
            else if (pair is ["size", var bytes])
            {
                if (!ByteSize.TryParse(bytes, out long value) || value < MinSize)
                    return $"Probes: size '{bytes}' is not possible. Write a number of bytes such as 100M, {ByteSize.Format(MinSize)} at least.";
                size = value;
            }
            else if (pair is ["count", var files])
            {
                if (!int.TryParse(files, NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value is < 1 or > MaxCount)
                    return $"Probes: count '{files}' is not possible. Write a number of files from 1 to {MaxCount}.";
                count = value;
            }
            else if (part.Length == 0 || spec.Path is not null) return $"Probes '{text}' cannot be read. Write FILE[,size=100M][,count=5][,always], -[,always] or always.";
            else spec = spec with { Path = part };
        }
        if (size is null && count is not null) return "Probes: count without size. Write size=100M too, or leave count out.";
        if (size is not null && spec.Path is (null or "-")) return "Probes: size and count are for a file. Name one, or leave them out.";
        if (size is not null) spec = spec with { Rotation = new JsonLinesRotation(size.Value, count ?? DefaultCount) };
        return null;
    }
}
