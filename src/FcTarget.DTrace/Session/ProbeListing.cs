// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Output;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Session;

/// <summary>What <c>-l</c> prints, and <c>-lv</c>: stability and types of the arguments, as dtrace(1) has them for COMSTAR's provider.</summary>
internal static class ProbeListing
{
    private const string Heading = "   ID   PROVIDER            MODULE                          FUNCTION NAME\n";

    private readonly record struct Attributes(string Name, string Data, string Class)
    {
        public static readonly Attributes Stable = new("Stable", "Stable", "Common"), Evolving = new("Evolving", "Evolving", "Common"),
            EvolvingIsa = new("Evolving", "Evolving", "ISA"), Private = new("Private", "Private", "Unknown");
    }

    public static void Begin(OutputText output) => output.Append(Heading);

    public static void Write(OutputText output, IReadOnlyList<ProbeDescription> probes, bool verbose)
    {
        foreach (ProbeDescription p in probes)
        {
            output.Append($"{p.Id,5} {p.Provider,10} {p.Module,17} {p.Function,33} {p.Name}\n");
            if (verbose) Describe(output, p);
        }
    }

    private static void Describe(OutputText output, ProbeDescription probe)
    {
        // A probe in a module and a function is no more stable than their names.
        (Attributes description, Attributes arguments) = probe.Provider switch
        {
            "dtrace" => (Attributes.Stable, Attributes.Stable),
            "profile" => (Attributes.Evolving, Attributes.Evolving),
            _ => (Attributes.Private, Attributes.EvolvingIsa),
        };
        Describe(output, "Probe Description Attributes", description);
        Describe(output, "Argument Attributes", arguments);
        output.Append("\n\tArgument Types\n");
        IReadOnlyList<ProbeArgument> types = ProbeTable.Arguments(probe.Id);
        if (types.Count == 0) output.Append("\t\tNone\n");
        for (int i = 0; i < types.Count; i++) output.Append($"\t\targs[{i}]: {TypeName(types[i])}\n");
        output.Append('\n');
    }

    private static void Describe(OutputText output, string of, Attributes attributes) => output.Append(
        $"\n\t{of}\n\t\tIdentifier Names: {attributes.Name}\n\t\tData Semantics:   {attributes.Data}\n\t\tDependency Class: {attributes.Class}\n");

    private static string TypeName(ProbeArgument type) => type switch
    {
        ProbeArgument.ConnInfo => "conninfo_t *",
        ProbeArgument.PortInfo => "fc_port_info_t *",
        ProbeArgument.ScsiCommand => "scsicmd_t *",
        ProbeArgument.XferInfo => "fc_xferinfo_t *",
        ProbeArgument.Facts => "fc_cmdfacts_t *",
        _ => "int",
    };
}
