// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Language;

internal enum DTokenKind : byte
{
    End,
    Identifier,
    Keyword,
    Integer,
    String,
    Aggregation,
    Punctuator,

    /// <summary>The <c>/</c> that ends a predicate.</summary>
    EndPredicate,
}

/// <summary>One token of D.</summary>
/// <param name="Text">As written; of an aggregation the name without <c>@</c>.</param>
/// <param name="Value">Of an integer.</param>
/// <param name="Bytes">Of a string literal, escapes replaced, without the NUL.</param>
/// <param name="Suffix">Of an integer: which of <c>u</c> and <c>l</c> it carries, and whether it is decimal.</param>
internal readonly record struct DToken(DTokenKind Kind, string Text, int Line, ulong Value = 0, byte[]? Bytes = null, IntegerSuffix Suffix = 0)
{
    public bool Is(string punctuatorOrKeyword) =>
        Kind is DTokenKind.Punctuator or DTokenKind.Keyword && Text == punctuatorOrKeyword;
}

[Flags]
internal enum IntegerSuffix : byte
{
    None = 0,
    Unsigned = 1,
    Long = 2,

    /// <summary>Hexadecimal, octal or a character: an unsigned type is tried before a wider one (C99 6.4.4.1).</summary>
    NotDecimal = 4,
}
