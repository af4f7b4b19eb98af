// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Language;

/// <summary>A D program that cannot be compiled, and where: the front end throws it, the compiler dresses it for the user.</summary>
/// <param name="line">Line of the program, from 1; 0 if the fault has no place.</param>
/// <param name="message">In libdtrace's words, where it has any.</param>
/// <param name="tag">libdtrace's name for the message, for <c>-x errtags</c>; null for those of ours, and of its that have none.</param>
internal sealed class DSyntaxException(int line, string message, string? tag = null) : Exception(message)
{
    public int Line { get; } = line;

    public string? Tag { get; } = tag;

    /// <summary>Whether an expression is at fault: for a program without lines the message then says in which part of a clause.</summary>
    public bool InExpression { get; init; }

    /// <summary>A name that nothing has declared or assigned yet: another part of the clause may.</summary>
    public bool IsUndefined { get; init; }
}
