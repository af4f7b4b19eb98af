// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Contract;

internal enum AggregatingFunction : byte
{
    Count,
    Sum,
    Avg,
    Min,
    Max,
    StdDev,
    Quantize,
    LQuantize,
    LLQuantize,
}

/// <summary>An aggregation variable: all statements on the same name share one.</summary>
/// <param name="Id">0 and up, in the order the program names them first: the position in <see cref="IDProgram.Aggregations"/>.</param>
/// <param name="Name">Without the <c>@</c>; empty for <c>@</c> itself, which D calls <c>@_</c>.</param>
/// <param name="Function">Its function.</param>
/// <param name="Keys">Types of the key; empty if it has none.</param>
/// <param name="Quantization">Parameters of lquantize() and llquantize(); default for the others.</param>
internal sealed record AggregationDescription(
    int Id, string Name, AggregatingFunction Function, IReadOnlyList<DValueType> Keys, Quantization Quantization = default);

/// <summary><c>lquantize(value, Low, High, Step)</c> and <c>llquantize(value, Factor, LowMagnitude, HighMagnitude, Steps)</c>.</summary>
/// <param name="Low">lquantize: lower bound (32 bits). llquantize: lowest order of magnitude.</param>
/// <param name="High">Upper bound, or highest order of magnitude.</param>
/// <param name="Step">lquantize: width of a bucket (16 bits). llquantize: buckets an order of magnitude.</param>
/// <param name="Factor">llquantize: base of the logarithm.</param>
internal readonly record struct Quantization(int Low, int High, int Step, int Factor = 0);
