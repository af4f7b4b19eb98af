// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Language;

/// <summary>A D program that cannot be compiled, and where: the front end throws it, the compiler dresses it for the user.</summary>
internal sealed class DSyntaxException(int line, string message) : Exception(message)
{
    /// <summary>Line of the program, from 1; 0 if the fault has no place.</summary>
    public int Line { get; } = line;

    /// <summary>Whether an expression is at fault: for a program without lines the message then says in which part of a clause.</summary>
    public bool InExpression { get; init; }

    /// <summary>A name that nothing has declared or assigned yet: another part of the clause may.</summary>
    public bool IsUndefined { get; init; }
}
