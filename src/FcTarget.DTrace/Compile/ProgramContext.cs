// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Language;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

/// <summary>What the clauses of a program share while it is compiled.</summary>
internal sealed class ProgramContext(DOptions options)
{
    public DOptions Options => options;

    public DTypeTable Types { get; } = new(options);

    public DLayout Layout { get; } = new();

    public DVariableTable Variables => field ??= new DVariableTable(Layout);

    public AggregationTypes Aggregations => field ??= new AggregationTypes();

    public Dictionary<string, InlineDeclaration> Inlines { get; } = [];

    /// <summary>Whether a clause uses speculations.</summary>
    public bool Speculates { get; set; }

    public List<TranslatorDeclaration> Translators { get; } = [];
}

/// <summary>The probe a clause is compiled for.</summary>
/// <param name="Description">The four fields of the description that matched it: how messages name it.</param>
/// <param name="Arguments">Types of args[]; null: the description matches no probe.</param>
/// <param name="ProbeId">One of the probes that have these arguments.</param>
internal sealed record ProbeContext(string Description, IReadOnlyList<DType>? Arguments, int ProbeId = 0);
