// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Output;

/// <summary>A format of printf() or printa().</summary>
internal sealed class FormatString
{
    private static readonly string[] DynamicNames = [".*", "*"];

    private FormatString(string text, IReadOnlyList<FormatPiece> pieces)
    {
        Text = text;
        Pieces = pieces;
    }

    /// <summary>As the program has it, escapes resolved.</summary>
    public string Text { get; }

    /// <summary>In the order they are printed.</summary>
    public IReadOnlyList<FormatPiece> Pieces { get; }

    /// <exception cref="DFormatException">In DTrace's words: <c>format conversion #1 is undefined: %z</c>.</exception>
    public static FormatString Parse(string text) => new(text, new FormatParser(text).Parse());

    /// <summary>
    /// Binds the conversions to their arguments. The argument of <c>*</c> comes before that of its conversion.
    /// </summary>
    /// <param name="function"><c>printf</c>, <c>printa</c>.</param>
    /// <param name="firstArgument">How many arguments of the call come before the first of these: 1, the format.</param>
    /// <param name="arguments">printf(): what follows the format. printa(): the types of the key.</param>
    /// <param name="aggregation">printa(): the function of the first aggregation; null for printf(), where <c>%@</c> is an error.</param>
    /// <exception cref="DFormatException">
    /// In DTrace's words: <c>printf( ) prototype mismatch: conversion #1 (%d) is missing a corresponding value argument</c>, ...
    /// </exception>
    public FormatString Check(
        string function, int firstArgument, IReadOnlyList<FormatArgument> arguments, AggregatingFunction? aggregation = null)
    {
        if (Text.Length == 0) throw new DFormatException($"{function}( ) format string is empty", "D_PRINTF_FMT_EMPTY");
        List<FormatPiece> pieces = [];
        int next = 0;
        foreach (FormatPiece piece in Pieces)
        {
            int number = pieces.Count + 1;
            pieces.Add(piece.Conversion is { Style: not ConversionStyle.Percent } conversion
                ? piece with { SignedArgument = CheckPiece(piece, conversion, number).Signed }
                : piece);
        }
        if (aggregation is null && next < arguments.Count)
        {
            throw new DFormatException(
                $"{function}( ) prototype mismatch: only {next} arguments required by this format string", "D_PRINTF_ARG_EXTRA");
        }
        return new FormatString(Text, pieces);

        FormatArgument CheckPiece(FormatPiece piece, Conversion conversion, int number)
        {
            if (piece.Has(FormatFlags.DynamicWidth)) CheckDynamic(DynamicNames[1], conversion, number);
            if (piece.Has(FormatFlags.DynamicPrecision)) CheckDynamic(DynamicNames[0], conversion, number);
            FormatArgument argument;
            string name;
            if (piece.Has(FormatFlags.Aggregation))
            {
                if (aggregation is null)
                {
                    throw new DFormatException(
                        $"%@ conversion requires an aggregation and is not for use with {function}( )", "D_PRINTF_AGG_CONV");
                }
                bool signed = aggregation != AggregatingFunction.Count;
                argument = new FormatArgument(FormatArgumentKind.Integer, sizeof(long), signed, signed ? "int64_t" : "uint64_t", "long long");
                name = "aggregating action";
            }
            else if (next == arguments.Count)
            {
                throw new DFormatException(
                    $"{function}( ) prototype mismatch: conversion #{number} (%{conversion.Name}) is missing a corresponding value argument",
                    "D_PRINTF_ARG_PROTO");
            }
            else
            {
                argument = arguments[next++];
                name = $"argument #{next + firstArgument}";
            }
            if (conversion.Accepts(argument)) return argument;
            throw new DFormatException($"{function}( ) {name} is incompatible with conversion #{number} prototype:\n"
                + $"\tconversion: %{conversion.Name}\n\t prototype: {conversion.Prototype}\n\t  argument: {argument.TypeName}",
                    "D_PRINTF_ARG_TYPE");
        }

        void CheckDynamic(string star, Conversion conversion, int number)
        {
            if (next == arguments.Count)
            {
                throw new DFormatException($"{function}( ) prototype mismatch: conversion #{number} (%{conversion.Name}) "
                    + $"is missing a corresponding \"{star}\" argument", "D_PRINTF_DYN_PROTO");
            }
            FormatArgument argument = arguments[next++];
            if (argument.Kind == FormatArgumentKind.Integer) return;
            throw new DFormatException($"{function}( ) argument #{next + firstArgument} is incompatible with conversion #{number} prototype:\n"
                + $"\tconversion: % {star} {conversion.Name}\n\t prototype: int\n\t  argument: {argument.TypeName}", "D_PRINTF_DYN_TYPE");
        }
    }
}
