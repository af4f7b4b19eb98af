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
}
