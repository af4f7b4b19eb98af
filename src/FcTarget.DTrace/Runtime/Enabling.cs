// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Runtime;

/// <summary>A clause at a probe.</summary>
internal sealed record Enabling(EnablingDescription Description, CompiledClause Clause, ProbeNames Names);

/// <summary>Where the texts of a probe lie in the shared block: what probeprov, probemod, probefunc and probename are.</summary>
internal readonly record struct ProbeNames(int Provider, int Module, int Function, int Name)
{
    public static ProbeNames Of(ProbeDescription probe, DLayout layout) => new(
        Constant(probe.Provider, layout), Constant(probe.Module, layout), Constant(probe.Function, layout), Constant(probe.Name, layout));

    private static int Constant(string text, DLayout layout) => layout.AddConstant(Encoding.UTF8.GetBytes(text));
}
