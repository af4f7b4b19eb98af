// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Aggregations;
using FcTarget.Probes;

namespace FcTarget.DTrace.Contract;

/// <summary>Programs of one command line, compiled together and matched with the probes: what may be enabled once.</summary>
internal interface IDProgram
{
    /// <summary>Command line, pragmas, defaults. setopt() changes them while the program runs.</summary>
    DOptions Options { get; }

    /// <summary>Matches of each program, in the order given: <c>description 'fc:::link-up ' matched 1 probe</c>.</summary>
    IReadOnlyList<ProgramMatch> Matches { get; }

    /// <summary>By EPID - 1.</summary>
    IReadOnlyList<EnablingDescription> Enablings { get; }

    /// <summary>By <see cref="AggregationDescription.Id"/>.</summary>
    IReadOnlyList<AggregationDescription> Aggregations { get; }

    /// <summary>Allocates the buffers. Nothing fires yet.</summary>
    /// <param name="provider">Whose probes fire the clauses.</param>
    /// <param name="time">Clock of timestamp and walltimestamp.</param>
    /// <param name="aggregations">Where the clauses aggregate.</param>
    /// <param name="wake">Called from firing threads, seldom: exit() was executed. Must not block.</param>
    IDRun Enable(FcProvider provider, TimeProvider time, AggregationBuffer aggregations, Action wake);
}

/// <param name="Source"><c>description 'fc:::link-up '</c> or <c>script 'x.d'</c>.</param>
/// <param name="Probes">Probes matched.</param>
internal sealed record ProgramMatch(string Source, int Probes);
