// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Xml.Linq;

namespace FcTarget.Architecture.Tests;

/// <summary>The direction of dependencies (docs/architecture.md, Layers).</summary>
public sealed class DependencyTests
{
    private const string Prefix = "FcTarget.";

    /// <summary>The Host's assembly is the command.</summary>
    private const string HostAssembly = "fctarget";

    /// <summary>Which projects of ours a project may use. Host may use everything.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Formats"] = [],
        ["Scsi"] = [],
        ["Probes"] = [],
        ["Stmf"] = ["Scsi"],
        ["LogicalUnits"] = ["Stmf", "Scsi"],
        ["Wire"] = ["Formats"],
        ["Wire.Pcap"] = ["Wire", "Formats"],
        ["Port"] = ["Formats", "Stmf", "Scsi", "Wire", "Probes"],
        ["Initiator"] = ["Port", "Formats", "Stmf", "Scsi", "Wire", "Probes"],
        ["Fabric"] = ["Formats", "Port", "Wire", "Stmf", "Scsi", "Probes"],
        ["DTrace"] = ["Probes"],
        ["Decode"] = ["Formats", "Scsi", "Wire"],
        ["TestKit"] = ["Formats", "Scsi", "Probes", "Stmf", "LogicalUnits", "Wire", "Port", "Initiator", "Fabric", "Decode"],
        ["Replay"] = ["Formats", "Scsi", "Probes", "Stmf", "LogicalUnits", "Wire", "Port", "Initiator", "Fabric", "Decode"],
        ["Host"] = ["Formats", "Scsi", "Probes", "Stmf", "LogicalUnits", "Wire", "Wire.Pcap", "Port", "Initiator", "Fabric", "DTrace", "Decode", "Replay"],
    };

    private static readonly string[] Projects =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Order()];

    public static TheoryData<string> Names() => [.. Allowed.Keys];

    [Fact]
    public void Every_project_is_in_the_table() =>
        Projects.Select(p => Path.GetFileNameWithoutExtension(p)[Prefix.Length..]).Should().BeEquivalentTo(Allowed.Keys);

    [Theory, MemberData(nameof(Names))]
    public void A_project_refers_to_what_the_table_allows_only(string name)
    {
        string path = Projects.Single(p => Path.GetFileNameWithoutExtension(p) == Prefix + name);
        XDocument.Load(path).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)[Prefix.Length..])
            .Except(Allowed[name]).Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Names))]
    public void An_assembly_uses_what_the_table_allows_only(string name) =>
        Assembly.Load(name == "Host" ? HostAssembly : Prefix + name).GetReferencedAssemblies()
            .Where(a => a.Name!.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(a => a.Name![Prefix.Length..])
            .Except(Allowed[name]).Should().BeEmpty();

    [Fact]
    public void The_table_has_no_circle()
    {
        HashSet<string> done = [];
        while (done.Count < Allowed.Count)
        {
            string[] ready = [.. Allowed.Where(p => !done.Contains(p.Key) && p.Value.All(done.Contains)).Select(p => p.Key)];
            ready.Should().NotBeEmpty("what is left refers to itself");
            done.UnionWith(ready);
        }
    }
}
