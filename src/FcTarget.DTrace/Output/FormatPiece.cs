// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Output;

[Flags]
internal enum FormatFlags : byte
{
    None = 0,
    Alternate = 1,
    ZeroPad = 2,
    Left = 4,
    Plus = 8,
    Space = 16,

    /// <summary>%@: of the aggregation's value, not of its key.</summary>
    Aggregation = 32,
    DynamicWidth = 64,
    DynamicPrecision = 128,
}

/// <summary>Text of a format, and the conversion that follows it.</summary>
/// <param name="Prefix">The text before; UTF-8.</param>
/// <param name="Conversion">Null after the last one.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="Width">0: none.</param>
/// <param name="Precision">0: none; DTrace does not tell <c>.0</c> from none.</param>
/// <param name="SignedArgument">%d: its argument is signed.</param>
internal sealed record FormatPiece(
    byte[] Prefix, Conversion? Conversion = null, FormatFlags Flags = FormatFlags.None, int Width = 0, int Precision = 0, bool SignedArgument = true)
{
    public bool Has(FormatFlags flag) => (Flags & flag) != 0;
}
