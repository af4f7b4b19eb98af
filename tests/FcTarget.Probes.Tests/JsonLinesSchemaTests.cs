// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.RegularExpressions;
using FcTarget.Probes.Tests.Usdt;

namespace FcTarget.Probes.Tests;

/// <summary>Every line is as docs/probes.schema.json says, and has no member that it does not name.</summary>
public sealed class JsonLinesSchemaTests
{
    private static readonly JsonElement Schema =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(ProbeFiles.Root, "..", "docs", "probes.schema.json"))).RootElement;

    public static TheoryData<FcProbe> Probes => [.. Enum.GetValues<FcProbe>()];

    [Theory, MemberData(nameof(Probes))]
    public void The_line_of_a_probe_is_valid(FcProbe probe)
    {
        using ProbeRig rig = new();
        string line = rig.Lines(() => rig.Fire(probe)).Single();
        Faults(line).Should().BeEmpty();
    }

    [Fact]
    public void Names_of_ports_may_be_anything_and_as_long_as_they_can_be()
    {
        using ProbeRig rig = new();
        rig.Local.Update(symbolicNodeName: "\"\\\n\u0001\u00e9\U0001F600", symbolicPortName: new string('\u001f', 300));
        rig.Remote.Update(symbolicNodeName: new string('\u0002', 300), symbolicPortName: new string('"', 300));
        string line = rig.Lines(() => rig.Fire(FcProbe.ScsiResponse)).Single();
        Faults(line).Should().BeEmpty();
        JsonElement local = JsonDocument.Parse(line).RootElement.GetProperty("local");
        local.GetProperty("fcp_sym_node_name").GetString().Should().Be("\"\\\n\u0001\u00e9\U0001F600");
        local.GetProperty("fcp_sym_port_name").GetString().Should().Be(new string('\u001f', 255));
    }

    [Fact]
    public void A_line_that_stands_for_lost_ones_is_valid() =>
        Faults("""{"time":"2026-01-02T03:04:05.6000007Z","probe":"dropped","count":3}""").Should().BeEmpty();

    [Theory]
    [InlineData("""{"time":"2026-01-02T03:04:05.6000007Z","probe":"link-up"}""")]
    [InlineData("""{"time":"2026-01-02T03:04:05Z","probe":"dropped","count":3}""")]
    [InlineData("""{"time":"2026-01-02T03:04:05.6000007Z","probe":"dropped","count":"3"}""")]
    [InlineData("""{"time":"2026-01-02T03:04:05.6000007Z","probe":"dropped","count":3,"why":0}""")]
    [InlineData("""{"time":"2026-01-02T03:04:05.6000007Z","probe":"link-sideways","conninfo":{"ci_local":"<unknown>","ci_remote":"<unknown>","ci_protocol":"fc"}}""")]
    public void What_is_no_line_of_ours_is_not_valid(string line) => Faults(line).Should().NotBeEmpty();

    private static IEnumerable<string> Faults(string line) => Faults(JsonDocument.Parse(line).RootElement, Schema, "$");

    /// <summary>The part of JSON Schema that our schema uses.</summary>
    private static IEnumerable<string> Faults(JsonElement value, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
            return Faults(value, Schema.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]), at);
        if (schema.TryGetProperty("oneOf", out JsonElement choices))
        {
            List<string>[] outcomes = [.. choices.EnumerateArray().Select(c => Faults(value, c, at).ToList())];
            return outcomes.Count(o => o.Count == 0) == 1 ? [] : outcomes.OrderBy(o => o.Count).First().DefaultIfEmpty($"{at}: of several kinds");
        }
        List<string> faults = [];
        foreach (JsonProperty rule in schema.EnumerateObject())
        {
            bool holds = rule.Name switch
            {
                "type" when rule.Value.ValueKind == JsonValueKind.Array => rule.Value.EnumerateArray().Any(t => IsOf(value, t.GetString()!)),
                "type" => IsOf(value, rule.Value.GetString()!),
                "const" => JsonElement.DeepEquals(value, rule.Value),
                "enum" => rule.Value.EnumerateArray().Any(e => JsonElement.DeepEquals(value, e)),
                "pattern" => Regex.IsMatch(value.GetString()!, rule.Value.GetString()!),
                "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.Value.GetDouble(),
                "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.Value.GetDouble(),
                "required" => rule.Value.EnumerateArray().All(r => value.TryGetProperty(r.GetString()!, out _)),
                "properties" => true,
                _ => throw new NotSupportedException($"The schema uses {rule.Name}."),
            };
            if (!holds) faults.Add($"{at}: {rule}");
            if (!holds && rule.Name == "type") return faults;
        }
        if (!schema.TryGetProperty("properties", out JsonElement properties)) return faults;
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (properties.TryGetProperty(member.Name, out JsonElement of)) faults.AddRange(Faults(member.Value, of, $"{at}.{member.Name}"));
            else faults.Add($"{at}.{member.Name} is not in the schema");
        }
        return faults;
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new NotSupportedException($"The schema uses type {type}."),
    };
}
