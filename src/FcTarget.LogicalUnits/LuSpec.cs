// SPDX-License-Identifier: MIT

using System.Diagnostics.CodeAnalysis;

namespace FcTarget.LogicalUnits;

/// <summary>Where a logical unit's bytes are.</summary>
public enum LuStoreKind
{
    Memory,
    File,

    /// <summary>Nowhere: it takes everything, and reads as zeros.</summary>
    Null,

    /// <summary>Computed from their address (<see cref="Stores.PatternStore"/>).</summary>
    Pattern,
}

/// <summary>
/// A logical unit as the operator describes it: <c>memory:SIZE</c>, <c>null:SIZE</c>, <c>pattern:SIZE[,seed=N]</c> or
/// <c>file:PATH[,size=SIZE]</c>, then any of the options in <see cref="LuOptionTable"/>. A path cannot hold a comma.
/// </summary>
public sealed record LuSpec
{
    private const string Grammar = "memory:SIZE, null:SIZE, pattern:SIZE or file:PATH[,size=SIZE], then " + LuOptionTable.Grammar;

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

    /// <summary>Physical block length in bytes; 0 for the same as <see cref="BlockSize"/>.</summary>
    public int PhysicalBlockSize { get; init; }

    /// <summary>The medium can be taken out.</summary>
    public bool Removable { get; init; }

    /// <summary>There is no medium to begin with.</summary>
    public bool Ejected { get; init; }

    /// <summary>Fully provisioned: it does not unmap.</summary>
    public bool Thick { get; init; }

    /// <summary>Which kinds of unmapping and of WRITE SAME there are.</summary>
    public ProvisioningBits ProvisioningBits { get; init; } = ProvisioningBits.All;

    /// <summary>WCE to begin with.</summary>
    public bool WriteCache { get; init; } = true;

    /// <summary>Bytes a thin unit may take; null for no limit.</summary>
    public long? Pool { get; init; }

    /// <summary>Percent of the pool, or of the unit, from which on initiators are told.</summary>
    public int? Threshold { get; init; }

    /// <summary>Directory of what outlives a power loss; null: nothing does.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>
    /// Protection type the medium is formatted with to begin with, 0 to 3; null for a unit that does not support protection information. A file
    /// unit that has been there before keeps what FORMAT UNIT made it.
    /// </summary>
    public int? ProtectionType { get; init; }

    /// <summary>Seed of a pattern.</summary>
    public ulong Seed { get; init; }

    /// <summary>The LUN; null for the first free one.</summary>
    public int? Lun { get; init; }

    /// <summary>The initiator port, or host group, that alone sees it; null: all do.</summary>
    public string? Host { get; init; }

    /// <summary>The target port, or target group, through which alone it is seen; null: all.</summary>
    public string? Target { get; init; }

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
            case "memory" or "null" or "pattern":
                if (!TryParseSize(where, out long size))
                    return Fail($"size '{where}' is not a number of bytes above 0 (256M, 1G)", out error);
                made = new LuSpec
                {
                    Kind = kind == "memory" ? LuStoreKind.Memory : kind == "null" ? LuStoreKind.Null : LuStoreKind.Pattern,
                    Size = size,
                    ReadOnly = kind == "pattern",
                };
                break;
            case "file":
                if (where.Length == 0) return Fail("the path of the file is missing", out error);
                made = new LuSpec { Kind = LuStoreKind.File, Path = where };
                break;
            default:
                return Fail($"'{kind}' is none of memory, file, null and pattern", out error);
        }
        var seen = new HashSet<string>();
        foreach (string option in parts.AsSpan(1))
        {
            int equals = option.IndexOf('=');
            string key = equals < 0 ? option : option[..equals];
            if (!seen.Add(key)) return Fail($"option '{key}' is given twice", out error);
            string? value = equals < 0 ? null : option[(equals + 1)..];
            if (LuOptionTable.With(made, key, value, out string? problem) is not { } more) return Fail(problem!, out error);
            made = more;
        }
        if (made.Size is { } bytes && bytes % made.BlockSize != 0)
            return Fail($"size {bytes} is not a multiple of the block size {made.BlockSize}", out error);
        if (!made.Thick && (made.ProvisioningBits & ProvisioningBits.AnyUnmap) == 0)
            return Fail("a thin unit needs one of lbpu, lbpws and lbpws10; write thick for one that does not unmap", out error);
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
        string text = Kind == LuStoreKind.File ? $"file:{Path}" : $"{Kind.ToString().ToLowerInvariant()}:{ByteSize.Format(Size ?? 0)}";
        if (Kind == LuStoreKind.File && Size is { } size) text += $",size={ByteSize.Format(size)}";
        return text + LuOptionTable.Format(this);
    }

    internal static bool TryParseSize(string text, out long bytes) => ByteSize.TryParse(text, out bytes) && bytes > 0;
}
