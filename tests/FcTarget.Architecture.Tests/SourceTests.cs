// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace FcTarget.Architecture.Tests;

/// <summary>Rules of the house that a reader of the text can check.</summary>
public sealed partial class SourceTests
{
    private const int MaxLines = 500;

    private static readonly string[] Everywhere = ["src", "tests"];

    [Fact]
    public void Every_file_begins_with_its_licence() =>
        Everywhere.SelectMany(Repository.Sources)
            .Where(f => File.ReadLines(f).FirstOrDefault() != "// SPDX-License-Identifier: MIT")
            .Select(Repository.Relative).Should().BeEmpty();

    [Fact]
    public void No_file_is_longer_than_a_reader_keeps_in_mind() =>
        Repository.Sources("src").Where(f => File.ReadLines(f).Count() > MaxLines)
            .Select(Repository.Relative).Should().BeEmpty();

    /// <summary>Time comes from TimeProvider, waiting from the wire, and words for people from the Host.</summary>
    [Theory]
    [InlineData("DateTime.Now")]
    [InlineData("DateTime.UtcNow")]
    [InlineData("DateTimeOffset.Now")]
    [InlineData("DateTimeOffset.UtcNow")]
    [InlineData("Thread.Sleep")]
    [InlineData("Task.Delay")]
    [InlineData("Console.Write")]
    [InlineData("Console.Out")]
    [InlineData("Console.Error")]
    [InlineData("Console.Read")]
    [InlineData("Environment.TickCount")]
    [InlineData("Random.Shared")]
    [InlineData("new Random()")]
    [InlineData("NotImplementedException")]
    [InlineData("TODO")]
    [InlineData("FIXME")]
    [InlineData("#region")]
    public void Below_the_Host_nobody_uses(string what)
    {
        string host = Path.Combine(Repository.Root, "src", "FcTarget.Host") + Path.DirectorySeparatorChar;
        Repository.Sources("src").Where(f => !f.StartsWith(host, StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(f).Select((line, i) => (File: f, Line: i + 1, Text: line)))
            .Where(l => CodeOf(l.Text).Contains(what, StringComparison.Ordinal))
            .Select(l => $"{Repository.Relative(l.File)}:{l.Line} {l.Text.Trim()}").Should().BeEmpty();

        // Words in comments are free, except those that promise work.
        string CodeOf(string line) => what is "TODO" or "FIXME" ? line : line.Split("//")[0];
    }

    [Fact]
    public void The_tests_that_a_theory_of_operation_names_as_its_proof_exist()
    {
        HashSet<string> tests = [.. Repository.Sources("tests").Select(f => Path.GetFileNameWithoutExtension(f)!)];
        var named = Repository.Sources("src")
            .SelectMany(f => File.ReadLines(f).Where(line => ProofLine().IsMatch(line)).Select(line => (File: f, Line: line)))
            .SelectMany(l => TestName().Matches(l.Line).Select(m => (l.File, Name: m.Value))).ToList();
        named.Should().HaveCountGreaterThan(20);
        named.Where(n => !tests.Contains(n.Name)).Select(n => $"{Repository.Relative(n.File)}: {n.Name}").Should().BeEmpty();
    }

    [GeneratedRegex(@"^//.* Proof +\w")]
    private static partial Regex ProofLine();

    [GeneratedRegex(@"\b[A-Z]\w+Tests\b")]
    private static partial Regex TestName();

    /// <summary>The lab tests are apart: they need root and take minutes.</summary>
    [Fact]
    public void Every_project_but_the_lab_tests_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "FcTarget.sln"));
        Everywhere.SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.csproj", SearchOption.AllDirectories))
            .Select(Path.GetFileName).Where(p => !solution.Contains(p!, StringComparison.Ordinal))
            .Should().Equal("FcTarget.Lab.Tests.csproj");
    }
}
