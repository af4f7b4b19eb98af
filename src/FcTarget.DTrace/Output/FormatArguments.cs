// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Output;

/// <summary>What the conversions of a format take their data from, one after the other.</summary>
internal abstract class FormatArguments
{
    /// <summary>The next datum: its field of the record or of the key. Empty if there is none.</summary>
    public abstract ReadOnlySpan<byte> Next();

    /// <summary>printa(): prints the next aggregation's value, if that takes more than a number.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="signed">Whether a number is converted as a signed one.</param>
    /// <returns>Null if it was printed; else the value to be converted.</returns>
    public virtual long? NextAggregation(OutputText output, bool signed) => 0;
}
