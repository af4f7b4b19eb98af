// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FcTarget.Replay.Compare;

/// <summary>
/// Which differences make an exchange equivalent instead of different: built-in rules for what two good targets may answer otherwise, and
/// those of a file (docs/replay.md).
/// </summary>
public sealed class Tolerance
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly ToleranceRule[] _rules;
    private readonly ConcurrentDictionary<string, ToleranceRule[]> _byName = new(); // replays may run side by side

    private Tolerance(ToleranceRule[] rules) => _rules = rules;

    /// <summary>No difference is allowed.</summary>
    public static Tolerance None { get; } = new([]);

    /// <summary>The built-in rules.</summary>
    public static Tolerance BuiltIn { get; } = new(LoadBuiltIn());

    /// <summary>Reads a tolerance file.</summary>
    /// <exception cref="ReplayException">It cannot be read, or says something that no rule can say.</exception>
    public static Tolerance Load(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReplayException($"Tolerance file '{path}': {fault.Message}");
        }
    }

    /// <summary>Reads the content of a tolerance file.</summary>
    /// <param name="content">UTF-8 JSON.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ReplayException">It is not JSON, or says something that no rule can say.</exception>
    public static Tolerance Parse(ReadOnlySpan<byte> content, string name)
    {
        ToleranceFile file;
        try
        {
            file = JsonSerializer.Deserialize<ToleranceFile>(content, Json) ?? throw new ReplayException($"Tolerance file '{name}' is empty.");
        }
        catch (JsonException wrong)
        {
            throw new ReplayException($"Tolerance file '{name}': {wrong.Message}");
        }
        ToleranceRule[] rules = [.. (file.Rules ?? []).Select((rule, i) => Read(rule, $"Tolerance file '{name}', rule {i + 1}"))];
        return new Tolerance(file.BuiltIn ? [.. rules, .. BuiltIn._rules] : rules);
    }

    /// <summary>Why a difference is allowed; null when it is not.</summary>
    internal string? Allows(string exchange, Difference difference, Conditions conditions)
    {
        foreach (ToleranceRule rule in RulesFor(exchange))
            if (rule.Allows(difference, conditions)) return rule.Why;
        return null;
    }

    /// <summary>The rules that concern an exchange of this name.</summary>
    internal ToleranceRule[] RulesFor(string exchange) => _byName.TryGetValue(exchange, out ToleranceRule[]? rules)
        ? rules : _byName.GetOrAdd(exchange, name => [.. _rules.Where(rule => ToleranceRule.Matches(rule.Exchange, name))]);

    private static ToleranceRule[] LoadBuiltIn()
    {
        using Stream stream = typeof(Tolerance).Assembly.GetManifestResourceStream("tolerance.json")!;
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        ToleranceFile file = JsonSerializer.Deserialize<ToleranceFile>(copy.ToArray(), Json)!;
        return [.. file.Rules!.Select((rule, i) => Read(rule, $"built-in tolerance {i + 1}"))];
    }

    private static ToleranceRule Read(RuleRecord rule, string where)
    {
        if (string.IsNullOrWhiteSpace(rule.Exchange)) throw new ReplayException($"{where}: 'exchange' is missing: a name as the report has it, * for any.");
        if (string.IsNullOrWhiteSpace(rule.Field)) throw new ReplayException($"{where}: 'field' is missing: a name as the report has it, * for any.");
        if (string.IsNullOrWhiteSpace(rule.Why)) throw new ReplayException($"{where}: 'why' is missing: the report gives it as the reason.");
        return new ToleranceRule(rule.Exchange, rule.Field, Ranges(rule.Bytes, where), Condition(rule.When, where), rule.Why);
    }

    private static Conditions Condition(string? when, string where) => when switch
    {
        null => Conditions.None,
        "unsupported command" => Conditions.UnsupportedCommand,
        "unsupported field" => Conditions.UnsupportedField,
        "unit attention" => Conditions.UnitAttention,
        "aborted" => Conditions.Aborted,
        "capture end" => Conditions.CaptureEnd,
        "busy" => Conditions.Busy,
        "check condition" => Conditions.CheckCondition,
        "unwritten blocks" => Conditions.UnwrittenBlocks,
        "other refusal" => Conditions.OtherRefusal,
        "unanswered" => Conditions.Unanswered,
        "over" => Conditions.Over,
        "target leaves" => Conditions.TargetLeaves,
        "reused" => Conditions.Reused,
        "in progress" => Conditions.InProgress,
        _ => throw new ReplayException(
            $"{where}: 'when' is not 'unsupported command', 'unsupported field', 'unit attention', 'aborted', 'capture end', 'busy', 'check condition', " +
            "'unwritten blocks', 'other refusal', 'unanswered', 'over', 'target leaves', 'reused' or 'in progress'."),
    };

    private static List<(int First, int Last)> Ranges(string? text, string where)
    {
        List<(int First, int Last)> ranges = [];
        foreach (string part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            bool good = ends.Length <= 2 && TryNumber(ends[0], out int first) & TryLast(ends, first, out int last) && first <= last;
            if (!good) throw new ReplayException($"{where}: 'bytes' is not like 3 or 8-35 or 18- (offsets from 0).");
            TryNumber(ends[0], out first);
            TryLast(ends, first, out last);
            ranges.Add((first, last));
        }
        return ranges;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool TryLast(string[] ends, int first, out int last)
    {
        last = first;
        if (ends.Length == 1) return true;
        last = int.MaxValue;
        return ends[1].Length == 0 || TryNumber(ends[1], out last);
    }

    private sealed record ToleranceFile(List<RuleRecord>? Rules, bool BuiltIn = true);

    private sealed record RuleRecord(string? Exchange, string? Field, string? Bytes, string? When, string? Why);
}
