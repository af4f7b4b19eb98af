// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Text.RegularExpressions;
using FcTarget.Formats;

namespace FcTarget.Architecture.Tests;

/// <summary>docs/glossary.md: identifier, term, clause.</summary>
public sealed partial class GlossaryTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "glossary.md"));

    [GeneratedRegex(@"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    private static readonly HashSet<string> Identifiers = [.. Row().Matches(Text).Select(m => m.Groups[1].Value)];

    [Fact]
    public void Every_public_wire_type_is_in_the_glossary()
    {
        Type[] wire = [.. typeof(IWirePayload).Assembly.GetExportedTypes()
            .Where(t => t.IsValueType && typeof(IWirePayload).IsAssignableFrom(t))];
        wire.Should().HaveCountGreaterThan(40);
        wire.Select(t => t.Name).Except(Identifiers).Should().BeEmpty();
    }

    [Fact]
    public void Every_public_enumeration_of_a_wire_field_is_in_the_glossary() =>
        typeof(IWirePayload).Assembly.GetExportedTypes().Where(t => t.IsEnum && !t.Name.EndsWith("Error", StringComparison.Ordinal))
            .Select(t => t.Name).Except(Identifiers).Should().BeEmpty();

    [Fact]
    public void Every_wire_type_of_the_glossary_exists_and_has_a_term_and_a_clause()
    {
        HashSet<string> exist = [.. Assembly.Load("FcTarget.Formats").GetTypes()
            .Concat(Assembly.Load("FcTarget.Port").GetTypes())
            .Concat(Assembly.Load("FcTarget.Stmf").GetTypes())
            .Concat(Assembly.Load("FcTarget.Scsi").GetTypes()).Select(t => t.Name)];
        Identifiers.Except(exist).Should().BeEmpty();
        Row().Matches(Text).Should().OnlyContain(m => m.Groups[2].Value.Trim().Length > 0 && m.Groups[3].Value.Trim().Length > 0);
    }
}
