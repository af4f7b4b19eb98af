// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Output;

/// <summary>What a conversion accepts.</summary>
internal enum ConversionCheck : byte
{
    Nothing,
    Integer,
    SmallInteger,

    /// <summary>An integer of one width and sign: <see cref="Conversion.Size"/>, <see cref="Conversion.Signed"/>.</summary>
    ExactInteger,

    /// <summary>As <see cref="ExactInteger"/>, either sign.</summary>
    Short,
    Long,
    LongLong,
    Time,
    PointerOrInteger,
    Text,
    Percent,
}

/// <summary>How a conversion prints.</summary>
internal enum ConversionStyle : byte
{
    None,
    Percent,
    Signed,
    Unsigned,

    /// <summary>%d: as signed or unsigned as its argument is.</summary>
    Decimal,
    Character,
    EscapedCharacter,
    Text,
    EscapedText,
    Address,
    Time,
    InternetTime,
    Port,
}

/// <summary>A conversion of DTrace's printf, by name without the <c>%</c>.</summary>
/// <param name="Name">With its length modifiers.</param>
/// <param name="Letter">The conversion of printf(3C) it ends as.</param>
/// <param name="Prototype">What messages say it wants.</param>
/// <param name="Check">What it accepts.</param>
/// <param name="Style">How it prints.</param>
/// <param name="Size">See <see cref="ConversionCheck.ExactInteger"/>.</param>
/// <param name="Signed">Likewise.</param>
internal sealed record Conversion(
    string Name, char Letter, string Prototype, ConversionCheck Check, ConversionStyle Style, int Size = 0, bool Signed = false)
{
    private const string AnyInteger = "char, short, int, long, or long long", Small = "char, short, or int",
        Real = "float, double, or long double", Pointer = "pointer or integer",
        UserPointer = "pointer or integer (with -p/-c) or _usymaddr (without -p/-c)",
        String = "char [] or string (or use stringof)", Wide = "wchar_t []";

    private static readonly Dictionary<string, Conversion> All = new Conversion[]
    {
        new("a", 's', Pointer, ConversionCheck.PointerOrInteger, ConversionStyle.Address),
        new("A", 's', UserPointer, ConversionCheck.Nothing, ConversionStyle.None),
        new("c", 'c', Small, ConversionCheck.SmallInteger, ConversionStyle.Character),
        new("C", 's', Small, ConversionCheck.SmallInteger, ConversionStyle.EscapedCharacter),
        new("d", 'd', AnyInteger, ConversionCheck.Integer, ConversionStyle.Decimal),
        new("e", 'e', Real, ConversionCheck.Nothing, ConversionStyle.None),
        new("E", 'E', Real, ConversionCheck.Nothing, ConversionStyle.None),
        new("f", 'f', Real, ConversionCheck.Nothing, ConversionStyle.None),
        new("g", 'g', Real, ConversionCheck.Nothing, ConversionStyle.None),
        new("G", 'G', Real, ConversionCheck.Nothing, ConversionStyle.None),
        new("hd", 'd', "short", ConversionCheck.ExactInteger, ConversionStyle.Signed, 2, true),
        new("hi", 'd', "short", ConversionCheck.ExactInteger, ConversionStyle.Signed, 2, true),
        new("ho", 'o', "unsigned short", ConversionCheck.ExactInteger, ConversionStyle.Unsigned, 2),
        new("hu", 'u', "unsigned short", ConversionCheck.ExactInteger, ConversionStyle.Unsigned, 2),
        new("hx", 'x', "short", ConversionCheck.Short, ConversionStyle.Unsigned),
        new("hX", 'X', "short", ConversionCheck.Short, ConversionStyle.Unsigned),
        new("i", 'd', AnyInteger, ConversionCheck.Integer, ConversionStyle.Decimal),
        new("I", 's', String, ConversionCheck.Text, ConversionStyle.Text),
        new("k", 's', "stack", ConversionCheck.Nothing, ConversionStyle.None),
        new("lc", 'c', "int", ConversionCheck.ExactInteger, ConversionStyle.Character, 4, true),
        new("ld", 'd', "long", ConversionCheck.ExactInteger, ConversionStyle.Signed, 8, true),
        new("li", 'd', "long", ConversionCheck.ExactInteger, ConversionStyle.Signed, 8, true),
        new("lo", 'o', "unsigned long", ConversionCheck.ExactInteger, ConversionStyle.Unsigned, 8),
        new("lu", 'u', "unsigned long", ConversionCheck.ExactInteger, ConversionStyle.Unsigned, 8),
        new("ls", 's', Wide, ConversionCheck.Nothing, ConversionStyle.None),
        new("lx", 'x', "long", ConversionCheck.Long, ConversionStyle.Unsigned),
        new("lX", 'X', "long", ConversionCheck.Long, ConversionStyle.Unsigned),
        new("lld", 'd', "long long", ConversionCheck.ExactInteger, ConversionStyle.Signed, 8, true),
        new("lli", 'd', "long long", ConversionCheck.ExactInteger, ConversionStyle.Signed, 8, true),
        new("llo", 'o', "unsigned long long", ConversionCheck.ExactInteger, ConversionStyle.Unsigned, 8),
        new("llu", 'u', "unsigned long long", ConversionCheck.ExactInteger, ConversionStyle.Unsigned, 8),
        new("llx", 'x', "long long", ConversionCheck.LongLong, ConversionStyle.Unsigned),
        new("llX", 'X', "long long", ConversionCheck.LongLong, ConversionStyle.Unsigned),
        new("Le", 'e', "long double", ConversionCheck.Nothing, ConversionStyle.None),
        new("LE", 'E', "long double", ConversionCheck.Nothing, ConversionStyle.None),
        new("Lf", 'f', "long double", ConversionCheck.Nothing, ConversionStyle.None),
        new("Lg", 'g', "long double", ConversionCheck.Nothing, ConversionStyle.None),
        new("LG", 'G', "long double", ConversionCheck.Nothing, ConversionStyle.None),
        new("o", 'o', AnyInteger, ConversionCheck.Integer, ConversionStyle.Unsigned),
        new("p", 'x', Pointer, ConversionCheck.PointerOrInteger, ConversionStyle.Unsigned),
        new("P", 's', "uint16_t", ConversionCheck.ExactInteger, ConversionStyle.Port, 2),
        new("s", 's', String, ConversionCheck.Text, ConversionStyle.Text),
        new("S", 's', String, ConversionCheck.Text, ConversionStyle.EscapedText),
        new("T", 's', "int64_t", ConversionCheck.Time, ConversionStyle.InternetTime),
        new("u", 'u', AnyInteger, ConversionCheck.Integer, ConversionStyle.Unsigned),
        new("wc", 'c', "int", ConversionCheck.ExactInteger, ConversionStyle.Character, 4, true),
        new("ws", 's', Wide, ConversionCheck.Nothing, ConversionStyle.None),
        new("x", 'x', AnyInteger, ConversionCheck.Integer, ConversionStyle.Unsigned),
        new("X", 'X', AnyInteger, ConversionCheck.Integer, ConversionStyle.Unsigned),
        new("Y", 's', "int64_t", ConversionCheck.Time, ConversionStyle.Time),
        new("%", '%', "void", ConversionCheck.Percent, ConversionStyle.Percent),
    }.ToDictionary(c => c.Name, StringComparer.Ordinal);

    /// <summary>Null: there is none of that name.</summary>
    public static Conversion? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>Whether an argument may be given to it.</summary>
    public bool Accepts(in FormatArgument argument)
    {
        bool integer = argument.Kind == FormatArgumentKind.Integer;
        return Check switch
        {
            ConversionCheck.Integer => integer,
            ConversionCheck.SmallInteger => integer && argument.Size <= sizeof(int),
            ConversionCheck.ExactInteger => integer && argument.Size == Size && argument.Signed == Signed,
            ConversionCheck.Short => integer && argument.BaseName is "short" or "signed short" or "unsigned short",
            ConversionCheck.Long => integer && argument.BaseName is "long" or "signed long" or "unsigned long",
            ConversionCheck.LongLong => integer && (argument.BaseName is "long long" or "signed long long" or "unsigned long long"
                || argument.TypeName is "int64_t" or "uint64_t"),
            ConversionCheck.Time => integer && argument.Size == sizeof(long),
            ConversionCheck.PointerOrInteger => integer || argument.Kind == FormatArgumentKind.Pointer,
            ConversionCheck.Text => argument.Kind is FormatArgumentKind.String or FormatArgumentKind.CharArray,
            _ => false,
        };
    }
}
