// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Compile;

/// <summary>Messages that more than one place gives: libdtrace's words.</summary>
internal static class Wording
{
    /// <param name="name">With its brackets: <c>strlen( )</c>, <c>@a[ ]</c>.</param>
    /// <param name="unit"><c>arg</c> or <c>key</c>.</param>
    public static string Mismatch(string name, int given, string unit, int expected, bool atLeast = false) =>
        $"{name} prototype mismatch: {given} {unit}{(given == 1 ? " " : "s ")}passed, {(atLeast ? "at least " : "")}{expected} expected";

    public static string Argument(string function, int number, string prototype, string given) =>
        $"{function}( ) argument #{number} is incompatible with prototype:\n\tprototype: {prototype}\n\t argument: {given}";

    public static string Key(string name, int number, string prototype, string given) =>
        $"{name}[ ] key #{number} is incompatible with prototype:\n\tprototype: {prototype}\n\t      key: {given}";

    /// <summary>Name of <see cref="Mismatch"/> for <c>-x errtags</c>: the actions on aggregations have their own.</summary>
    public static string MismatchTag(string function) => function switch
    {
        "printa" => "D_PRINTA_PROTO",
        "clear" => "D_CLEAR_PROTO",
        "trunc" => "D_TRUNC_PROTO",
        "normalize" or "denormalize" => "D_NORMALIZE_PROTO",
        _ => "D_PROTO_LEN",
    };

    /// <summary>Likewise for an argument that is no aggregation.</summary>
    public static string AggregationTag(string function) => function switch
    {
        "printa" => "D_PRINTA_AGGARG",
        "clear" => "D_CLEAR_AGGARG",
        "trunc" => "D_TRUNC_AGGARG",
        "normalize" => "D_NORMALIZE_AGGARG",
        _ => "D_PROTO_ARG",
    };
}
