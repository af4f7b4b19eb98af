// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Output;

namespace FcTarget.DTrace.Contract;

/// <summary>One data recording action of a clause: what the consumer does with its part of a record, in the order of the clause.</summary>
internal abstract record ActionDescription;

/// <summary><c>trace(value)</c>.</summary>
internal sealed record TraceAction(DField Value) : ActionDescription;

/// <summary><c>tracemem(address, size)</c>; <paramref name="Shown"/> is the third argument: how many of the bytes are shown.</summary>
internal sealed record TraceMemAction(DField Bytes, DField? Shown = null) : ActionDescription;

/// <summary><c>printf(format, ...)</c>: arguments as <see cref="FormatString.Check"/> took them.</summary>
internal sealed record PrintfAction(FormatString Format, IReadOnlyList<DField> Arguments) : ActionDescription;

/// <summary><c>printa(@a)</c> or <c>printa(format, @a, ...)</c>.</summary>
/// <param name="Format">Null for the default format.</param>
/// <param name="Aggregations">At least one, all with the same key types.</param>
internal sealed record PrintaAction(FormatString? Format, IReadOnlyList<AggregationDescription> Aggregations) : ActionDescription;

/// <summary><c>exit(status)</c>: an int.</summary>
internal sealed record ExitAction(DField Status) : ActionDescription;

/// <summary><c>clear(@a)</c>.</summary>
internal sealed record ClearAction(AggregationDescription Aggregation) : ActionDescription;

/// <summary><c>trunc(@a)</c> or <c>trunc(@a, count)</c>; a negative count keeps the lowest.</summary>
internal sealed record TruncAction(AggregationDescription Aggregation, DField? Count) : ActionDescription;

/// <summary><c>normalize(@a, factor)</c>.</summary>
internal sealed record NormalizeAction(AggregationDescription Aggregation, DField Factor) : ActionDescription;

/// <summary><c>denormalize(@a)</c>.</summary>
internal sealed record DenormalizeAction(AggregationDescription Aggregation) : ActionDescription;

/// <summary><c>setopt(name)</c> or <c>setopt(name, value)</c>: strings of the program, checked when it is executed.</summary>
internal sealed record SetoptAction(DField Name, DField? Value) : ActionDescription;
