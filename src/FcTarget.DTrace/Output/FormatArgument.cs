// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Output;

internal enum FormatArgumentKind : byte
{
    Integer,
    Pointer,
    String,

    /// <summary>An array of char: %s takes it as it takes a string.</summary>
    CharArray,

    /// <summary>Structures, other arrays: no conversion takes them.</summary>
    Other,
}

/// <summary>What a conversion is checked against.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Bytes of an integer or pointer.</param>
/// <param name="Signed">Of an integer.</param>
/// <param name="TypeName">As messages write it: <c>uint32_t</c>, <c>conninfo_t *</c>.</param>
/// <param name="BaseName">Typedefs resolved: <c>unsigned int</c>. %lx and %hx look at it.</param>
internal readonly record struct FormatArgument(FormatArgumentKind Kind, int Size, bool Signed, string TypeName, string BaseName);
