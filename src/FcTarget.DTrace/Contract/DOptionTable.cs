// SPDX-License-Identifier: MIT

using System.Globalization;

namespace FcTarget.DTrace.Contract;

/// <summary>The options of dtrace(1) by name: how their values are written, what they set, and what may still change while tracing.</summary>
internal static class DOptionTable
{
    /// <summary>Strings live in buffers of the firing threads: more than this would be a way to use up the target's memory.</summary>
    private const int MaxStrSize = 64 * 1024;

    /// <summary>The same for the other sizes, which are lowered instead.</summary>
    private const long MaxSize = 64 << 20;

    /// <summary>A commit copies this much on the thread that fires.</summary>
    private const long MaxSpecSize = 4 << 20;

    private const int MaxSpeculations = 4096;

    private const string BadName = "Invalid option name", BadValue = "Invalid value for specified option",
        Active = "Operation illegal when tracing is active", NotHere = "Option is not supported here";

    private delegate bool Setter(DOptions options, string? value);

    private readonly record struct Entry(Setter Set, bool WhileRunning = false);

    private static readonly Dictionary<string, Entry> Options = new(StringComparer.Ordinal)
    {
        ["aggrate"] = new((o, v) => Rate(v, t => o.AggRate = t), WhileRunning: true),
        ["aggsize"] = new((o, v) => Size(v, n => o.AggSize = Lower(o, "aggregation size", n))),
        ["aggsortkey"] = new((o, v) => Flag(v, on => o.AggSortKey = on), WhileRunning: true),
        ["aggsortkeypos"] = new((o, v) => Number(v, n => o.AggSortKeyPos = n), WhileRunning: true),
        ["aggsortpos"] = new((o, v) => Number(v, n => o.AggSortPos = n), WhileRunning: true),
        ["aggsortrev"] = new((o, v) => Flag(v, on => o.AggSortRev = on), WhileRunning: true),
        ["aggzoom"] = new((o, v) => Flag(v, on => o.AggZoom = on), WhileRunning: true),
        ["bufpolicy"] = new((o, v) => Policy(v, p => o.BufPolicy = p)),
        ["bufresize"] = new((_, v) => v is "auto" or "manual"),
        ["bufsize"] = new((o, v) => Size(v, n => o.BufSize = Lower(o, "buffer size", n))),
        ["cleanrate"] = new((_, v) => Rate(v, _ => { })),
        ["defaultargs"] = new((o, v) => v is null && (o.DefaultArgs = true)),
        ["destructive"] = new((o, v) => Flag(v, on => o.Destructive = on)),
        ["dynvarsize"] = new((o, v) => Size(v, n => o.DynVarSize = Lower(o, "dynamic variable size", n))),
        ["errtags"] = new((o, v) => v is null && (o.ErrTags = true)),
        ["nspec"] = new((o, v) => Number(v, n => o.NSpec = n) && o.NSpec is > 0 and <= MaxSpeculations),
        ["quiet"] = new((o, v) => Flag(v, on => o.Quiet = on), WhileRunning: true),
        ["rawbytes"] = new((o, v) => Flag(v, on => o.RawBytes = on), WhileRunning: true),
        ["specsize"] = new((o, v) => Size(v, n => o.SpecSize = Lower(o, "speculation size", n, MaxSpecSize))),
        ["statusrate"] = new((o, v) => Rate(v, t => o.StatusRate = t)),
        ["strsize"] = new((o, v) => Size(v, n => o.StrSize = (int)Math.Min(n, int.MaxValue)) && o.StrSize is > 1 and <= MaxStrSize),
        ["switchrate"] = new((o, v) => Rate(v, t => o.SwitchRate = t), WhileRunning: true),
        ["zdefs"] = new((o, v) => v is null && (o.ZDefs = true)),
    };

    /// <summary>Options of dtrace(1) that act on what does not exist here: processes, stacks, the preprocessor, the libraries.</summary>
    private static readonly HashSet<string> Elsewhere =
    [
        "aggpack", "agghist", "aggpercpu", "amin", "argref", "core", "cpp", "cpphdrs", "cpppath", "cpu", "ctypes", "debug", "define", "disasm",
        "dtypes", "droptags", "empty", "evaltime", "flowindent", "grabanon", "incdir", "iregs", "jstackframes", "jstackstrsize", "kdefs",
        "knodefs", "late", "lazyload", "ldpath", "libdir", "linkmode", "linktype", "nolibs", "pgmax", "preallocate", "pspec", "setenv",
        "stackframes", "stackindent", "stdc", "strip", "syslibdir", "temporal", "tree", "tregs", "udefs", "undef", "unodefs", "unsetenv",
        "ustackframes", "verbose", "version",
    ];

    /// <inheritdoc cref="DOptions.Set"/>
    public static string? Set(DOptions options, string name, string? value, bool whileRunning)
    {
        if (!Options.TryGetValue(name, out Entry entry)) return Elsewhere.Contains(name) ? NotHere : BadName;
        if (whileRunning && !entry.WhileRunning) return Active;
        return entry.Set(options, value) ? null : BadValue;
    }

    private static readonly string[] Positive = ["yes", "enable", "enabled", "true", "on", "set"],
        Negative = ["no", "disable", "disabled", "false", "off", "unset", ""];

    /// <summary>Given without a value, with a word for yes or with any number, even 0, as DTrace takes it: on.</summary>
    private static bool Flag(string? value, Action<bool> set) => Number(value, _ => set(true), unset: () => set(false));

    /// <summary>A number, or a word for 1 or for what the option is without being set.</summary>
    private static bool Number(string? value, Action<int> set, Action? unset = null)
    {
        if (Negative.Contains(value, StringComparer.OrdinalIgnoreCase))
        {
            if (unset is null) set(0);
            else unset();
            return true;
        }
        if (Positive.Contains(value, StringComparer.OrdinalIgnoreCase)) value = "1";
        if (!TryUnsigned(value ?? "0", out ulong n, out string rest) || rest.Length > 0 || n > int.MaxValue) return false;
        set((int)n);
        return true;
    }

    private static bool Size(string? value, Action<long> set)
    {
        if (value is null || !TryUnsigned(value, out ulong n, out string rest)) return false;
        int shift = rest.ToLowerInvariant() switch { "" => 0, "k" => 10, "m" => 20, "g" => 30, "t" => 40, _ => -1 };
        if (shift < 0 || n == 0 || n > (ulong)long.MaxValue >> shift) return false;
        set((long)n << shift);
        return true;
    }

    private static bool Policy(string? value, Action<BufferPolicy> set)
    {
        BufferPolicy? policy = value switch
        {
            "switch" => BufferPolicy.Switch,
            "fill" => BufferPolicy.Fill,
            "ring" => BufferPolicy.Ring,
            _ => null,
        };
        if (policy is { } known) set(known);
        return policy is not null;
    }

    /// <summary>All speculations together stay within what one other buffer may have.</summary>
    public static void BoundSpeculations(DOptions options)
    {
        if (options.NSpec * options.SpecSize <= MaxSize) return;
        options.SpecSize = MaxSize / options.NSpec;
        options.Lowered.Add($"speculation size lowered to {options.SpecSize >> 10}k");
    }

    private static long Lower(DOptions options, string what, long size, long most = MaxSize)
    {
        if (size <= most) return size;
        options.Lowered.Add($"{what} lowered to {most >> 20}m");
        return most;
    }

    /// <summary>A number and a unit, or a number of nanoseconds; hz is times a second. 0 would be as fast as can be.</summary>
    private static bool Rate(string? value, Action<TimeSpan> set)
    {
        const ulong Second = 1_000_000_000;
        if (value is null || !TryUnsigned(value, out ulong n, out string unit)) return false;
        ulong nanoseconds = unit.ToLowerInvariant() switch
        {
            "" or "ns" or "nsec" => 1,
            "us" or "usec" => 1_000,
            "ms" or "msec" => 1_000_000,
            "s" or "sec" => Second,
            "m" or "min" => 60 * Second,
            "h" or "hour" => 3600 * Second,
            "d" or "day" => 86_400 * Second,
            "hz" => 0,
            _ => ulong.MaxValue,
        };
        if (nanoseconds == ulong.MaxValue || n > long.MaxValue / Math.Max(1, nanoseconds)) return false;
        ulong interval = nanoseconds == 0 ? Second / Math.Max(1, n) : n * nanoseconds;
        set(TimeSpan.FromTicks((long)(interval / 100)));
        return true;
    }

    /// <summary>strtoull(..., 0): decimal, 0x or octal; <paramref name="rest"/> is what follows.</summary>
    private static bool TryUnsigned(string text, out ulong value, out string rest)
    {
        int radix = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? 16 : text.Length > 1 && text[0] == '0' ? 8 : 10;
        int start = radix == 16 ? 2 : 0, end = start;
        value = 0;
        while (end < text.Length && Digit(text[end]) < radix)
        {
            if (value > (ulong.MaxValue >> 5)) break;
            value = (value * (uint)radix) + (uint)Digit(text[end++]);
        }
        rest = text[end..];
        return end > start;

        static int Digit(char c) => char.IsAsciiHexDigit(c) ? int.Parse([c], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : 99;
    }
}
