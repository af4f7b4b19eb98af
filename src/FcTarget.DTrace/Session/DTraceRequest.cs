// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Session;

/// <summary>What to do with programs.</summary>
public enum DTraceMode : byte
{
    /// <summary>Enable them and print what they trace.</summary>
    Run,

    /// <summary><c>-e</c>: compile them only.</summary>
    Compile,

    /// <summary><c>-l</c>: list the probes they match.</summary>
    List,
}

/// <summary>A command line of dtrace(1), its files read.</summary>
/// <param name="Mode">What to do.</param>
/// <param name="Programs">In the order given. Listing takes none: all probes.</param>
/// <param name="Arguments"><c>$1</c> and on.</param>
/// <param name="Options"><c>-x</c> and what other letters stand for, in the order given.</param>
/// <param name="Verbose"><c>-v</c>: a listing tells stability and types of the arguments.</param>
public sealed record DTraceRequest(
    DTraceMode Mode, IReadOnlyList<DTraceProgram> Programs, IReadOnlyList<string> Arguments, IReadOnlyList<DTraceOption> Options,
    bool Verbose = false);

/// <param name="Text">D.</param>
/// <param name="Script">File name; null: a description of the command line, perhaps with predicate and actions.</param>
/// <param name="Fields">What such a description names if it has no colons.</param>
public sealed record DTraceProgram(string Text, string? Script = null, DTraceField Fields = DTraceField.Name);

/// <summary>The last field of a probe description; those before it may stand before it.</summary>
public enum DTraceField : byte
{
    /// <summary><c>-P</c></summary>
    Provider = 1,

    /// <summary><c>-m</c></summary>
    Module,

    /// <summary><c>-f</c></summary>
    Function,

    /// <summary><c>-n</c>, and scripts.</summary>
    Name,
}

/// <param name="Name">Its name.</param>
/// <param name="Value">Null: none given.</param>
public sealed record DTraceOption(string Name, string? Value = null);
