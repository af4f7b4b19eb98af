// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits;

/// <summary>Where a logical unit's bytes are.</summary>
public enum LuStoreKind
{
    Memory,
    File,
}

/// <summary>
/// A logical unit as the operator describes it: <c>memory:SIZE</c> or <c>file:PATH[,size=SIZE]</c>, then any of <c>,name=N</c>
/// <c>,block=512|4096</c> <c>,ro</c> <c>,lun=N</c>. A path cannot hold a comma.
/// </summary>
public sealed record LuSpec
{
    private const string Grammar = "memory:SIZE or file:PATH[,size=SIZE], then ,name=N ,block=512|4096 ,ro ,lun=N";

    /// <summary>Longest name: it has to stay readable in maps and logs.</summary>
    public const int MaxNameLength = 64;

    public required LuStoreKind Kind { get; init; }

    /// <summary>The file, as given; null for memory.</summary>
    public string? Path { get; init; }

    /// <summary>Bytes; null for a file that is to be served as it is.</summary>
    public long? Size { get; init; }

    /// <summary>The operator's name for it; null to have one made up.</summary>
    public string? Name { get; init; }

    /// <summary>Logical block length in bytes, 512 or 4096.</summary>
    public int BlockSize { get; init; } = 512;

    /// <summary>Write protected.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The LUN; null for the first free one.</summary>
    public int? Lun { get; init; }

    /// <exception cref="LuConfigurationException">The text is no description; the message says what is wrong with it.</exception>
    public static LuSpec Parse(string text) =>
        TryParse(text, out LuSpec? spec, out string? error) ? spec : throw new LuConfigurationException(error);

    /// <summary>Reads a description. When it is none, <paramref name="error"/> is a whole sentence for the operator.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LuSpec? spec, [NotNullWhen(false)] out string? error)
    {
        spec = null;
        string[] parts = (text ?? "").Split(',');
        int colon = parts[0].IndexOf(':');
        string kind = colon < 0 ? parts[0] : parts[0][..colon];
        string where = colon < 0 ? "" : parts[0][(colon + 1)..];
        LuSpec made;
        switch (kind)
        {
            case "memory":
                if (!TryParseSize(where, out long size))
                    return Fail($"size '{where}' is not a number of bytes above 0 (256M, 1G)", out error);
                made = new LuSpec { Kind = LuStoreKind.Memory, Size = size };
                break;
            case "file":
                if (where.Length == 0) return Fail("the path of the file is missing", out error);
                made = new LuSpec { Kind = LuStoreKind.File, Path = where };
                break;
            default:
                return Fail($"'{kind}' is neither memory nor file", out error);
        }
        var seen = new HashSet<string>();
        foreach (string option in parts.AsSpan(1))
        {
            int equals = option.IndexOf('=');
            string key = equals < 0 ? option : option[..equals];
            if (!seen.Add(key)) return Fail($"option '{key}' is given twice", out error);
            string? value = equals < 0 ? null : option[(equals + 1)..];
            if (made.With(key, value, out string? problem) is not { } more) return Fail(problem!, out error);
            made = more;
        }
        if (made.Size is { } bytes && bytes % made.BlockSize != 0)
            return Fail($"size {bytes} is not a multiple of the block size {made.BlockSize}", out error);
        spec = made;
        error = null;
        return true;

        bool Fail(string problem, out string sentence)
        {
            sentence = $"Logical unit '{text}': {problem}. Write {Grammar}.";
            return false;
        }
    }

    public override string ToString()
    {
        string text = Kind == LuStoreKind.Memory ? $"memory:{ByteSize.Format(Size ?? 0)}" : $"file:{Path}";
        if (Kind == LuStoreKind.File && Size is { } size) text += $",size={ByteSize.Format(size)}";
        if (Name is not null) text += $",name={Name}";
        if (BlockSize != 512) text += $",block={BlockSize}";
        if (ReadOnly) text += ",ro";
        if (Lun is { } lun) text += string.Create(CultureInfo.InvariantCulture, $",lun={lun}");
        return text;
    }

    /// <summary>This with one more option; null, and why, when the option is unknown or its value is not one.</summary>
    private LuSpec? With(string key, string? value, out string? problem)
    {
        problem = null;
        switch (key)
        {
            case "ro" when value is null:
                return this with { ReadOnly = true };
            case "size" when Kind == LuStoreKind.File && value is not null:
                if (TryParseSize(value, out long size)) return this with { Size = size };
                problem = $"size '{value}' is not a number of bytes above 0 (256M, 1G)";
                return null;
            case "name" when value is not null:
                if (IsName(value)) return this with { Name = value };
                problem = $"name '{value}' is not 1 to {MaxNameLength} printable ASCII characters without a space";
                return null;
            case "block" when value is not null:
                if (value is "512" or "4096") return this with { BlockSize = int.Parse(value, CultureInfo.InvariantCulture) };
                problem = $"block size '{value}' is neither 512 nor 4096";
                return null;
            case "lun" when value is not null:
                bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int lun);
                if (isNumber && lun <= LunMap.MaxLun) return this with { Lun = lun };
                problem = $"LUN '{value}' is not a number from 0 to {LunMap.MaxLun}";
                return null;
            default:
                problem = key is "ro" ? "option 'ro' has no value"
                    : key is "size" && value is not null ? "option 'size' is for files; memory has its size behind the colon"
                    : key is "size" or "name" or "block" or "lun" ? $"option '{key}' needs a value ({key}=...)"
                    : $"option '{key}' is unknown";
                return null;
        }
    }

    private static bool TryParseSize(string text, out long bytes) => ByteSize.TryParse(text, out bytes) && bytes > 0;

    private static bool IsName(string text) => text.Length is > 0 and <= MaxNameLength && text.All(c => c is > ' ' and <= '~');
}
