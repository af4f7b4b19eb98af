// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Output;

namespace FcTarget.DTrace.Tests.Output;

public sealed class PrintfTests
{
    private readonly OutputRig _rig = new();

    [Theory]
    [InlineData("%d", 42, "42")]
    [InlineData("%i", -42, "-42")]
    [InlineData("%d", uint.MaxValue, "4294967295")] // unsigned arguments are printed as such
    [InlineData("%d", ulong.MaxValue, "18446744073709551615")]
    [InlineData("%d", (sbyte)-1, "-1")]
    [InlineData("%u", -1, "4294967295")]
    [InlineData("%u", -1L, "18446744073709551615")]
    [InlineData("%x", (sbyte)-1, "ff")]
    [InlineData("%x", 0x1AB, "1ab")]
    [InlineData("%X", 0x1AB, "1AB")]
    [InlineData("%#x", 0x1AB, "0x1ab")]
    [InlineData("%#x", 0, "0")]
    [InlineData("%#X", 0x1AB, "0X1AB")]
    [InlineData("%o", 8, "10")]
    [InlineData("%#o", 8, "010")]
    [InlineData("%p", 0xFFFF_8000_0000_1000ul, "ffff800000001000")]
    [InlineData("%a", 0x1000ul, "0x1000")]
    [InlineData("%?x", 0xAul, "               a")]
    [InlineData("%5d|", 42, "   42|")]
    [InlineData("%-5d|", 42, "42   |")]
    [InlineData("%05d|", -42, "-0042|")]
    [InlineData("%-05d|", 42, "00042|")] // the last of - and 0 counts
    [InlineData("%08x", 0xBEEF, "0000beef")]
    [InlineData("%#08x", 0xBEEF, "0x00beef")]
    [InlineData("%+d", 42, "+42")]
    [InlineData("% d", 42, " 42")]
    [InlineData("%.5d", 42, "00042")]
    [InlineData("%8.5d|", -42, "  -00042|")]
    [InlineData("%.0d", 0, "0")] // DTrace does not pass a precision of 0 on
    [InlineData("%'d", 1234567, "1234567")]
    [InlineData("%c", (int)'A', "A")]
    [InlineData("%3c|", (int)'A', "  A|")]
    [InlineData("%C", 10, "\\n")]
    [InlineData("%C", (byte)0x80, "\\200")]
    [InlineData("%hd", (short)-2, "-2")]
    [InlineData("%hu", (ushort)65535, "65535")]
    [InlineData("%hx", (short)-1, "ffff")]
    [InlineData("%ld", -5L, "-5")]
    [InlineData("%lu", ulong.MaxValue, "18446744073709551615")]
    [InlineData("%lld", long.MinValue, "-9223372036854775808")]
    [InlineData("%llx", -1L, "ffffffffffffffff")]
    [InlineData("%P", (ushort)860, "860")]
    [InlineData("%s", "a string", "a string")]
    [InlineData("%10s|", "right", "     right|")]
    [InlineData("%-10s|", "left", "left      |")]
    [InlineData("%.3s|", "cut off", "cut|")]
    [InlineData("%-6.3s|", "cut off", "cut   |")]
    [InlineData("%s", "", "")]
    public void A_conversion_prints_as_printf_3C_does(string format, object argument, string expected) =>
        _rig.Printf(format, argument).Should().Be(expected);

    [Fact]
    public void Text_and_conversions_alternate() =>
        _rig.Printf("%s: %d of %d (100%%)\n", "reads", 1, 2).Should().Be("reads: 1 of 2 (100%)\n");

    [Fact]
    public void A_format_without_conversions_is_printed() => _rig.Printf("hello\n").Should().Be("hello\n");

    [Fact]
    public void Stars_take_their_arguments_before_the_value() =>
        _rig.Printf("%*d|%-*s|%.*s|%*.*s|", 5, 42, 4, "ab", 2, "xyz", -6, 2, "xyz").Should().Be("   42|ab  |xy|xy    |");

    [Fact]
    public void Escaped_strings_show_the_NULs_that_fill_their_memory() =>
        _rig.Printf("%S", "a\t\"b\\\u0001").Should().Be("a\\t\\\"b\\\\\\001" + string.Concat(Enumerable.Repeat("\\0", 256 - 6)));

    [Fact]
    public void Character_arrays_end_at_a_NUL_or_at_their_end()
    {
        _rig.Printf("%s", (object)new byte[] { (byte)'a', (byte)'b', 0, (byte)'c' }).Should().Be("ab");
        _rig.Printf("%s", (object)"abcd"u8.ToArray()).Should().Be("abcd");
    }

    /// <summary>3 December 1973, 17:20:00 UTC.</summary>
    private const ulong Then = 123_787_200_000_000_000;

    [Theory]
    [InlineData("%Y", "1973 Dec  3 17:20:00")]
    [InlineData("%22Y|", "  1973 Dec  3 17:20:00|")]
    [InlineData("%T", "Mon, 03 Dec 1973 17:20:00 UTC")]
    public void Times_are_nanoseconds_since_1970(string format, string expected) => _rig.Printf(format, Then).Should().Be(expected);

    [Theory]
    [InlineData("%z", "format conversion #1 is undefined: %z")]
    [InlineData("%d %lls", "format conversion #2 is undefined: %lls")]
    [InlineData("100%", "format conversion #1 name expected before end of format string")]
    [InlineData("%5", "format conversion #1 name expected before end of format string")]
    [InlineData("%1$d", "format conversion #1 uses unsupported positional format (%n$)")]
    [InlineData("%1.2.3d", "format conversion #1 has more than one '.' specified")]
    [InlineData("%**d", "format conversion #1 has more than one '*' specified for the output width")]
    [InlineData("%.**d", "format conversion #1 has more than one '*' specified for the output precision")]
    [InlineData("%5%", "format conversion #1 cannot be combined with other format flags: %%")]
    public void A_wrong_format_is_refused_in_DTrace_s_words(string format, string message) =>
        FluentActions.Invoking(() => FormatString.Parse(format)).Should().Throw<FormatException>().WithMessage(Literally(message));

    [Fact]
    public void Too_few_arguments_are_refused() => Refusal("%s %d", "a")
        .Should().Be("printf( ) prototype mismatch: conversion #2 (%d) is missing a corresponding value argument");

    [Fact]
    public void A_missing_width_is_refused() => Refusal("%*d")
        .Should().Be("printf( ) prototype mismatch: conversion #1 (%d) is missing a corresponding \"*\" argument");

    [Fact]
    public void A_width_that_is_no_integer_is_refused() => Refusal("%*d", "a", 1).Should().Be(
        "printf( ) argument #2 is incompatible with conversion #1 prototype:\n\tconversion: % * d\n\t prototype: int\n\t  argument: string");

    [Fact]
    public void Too_many_arguments_are_refused() => Refusal("%d", 1, 2)
        .Should().Be("printf( ) prototype mismatch: only 1 arguments required by this format string");

    [Fact]
    public void An_argument_of_another_type_is_refused() => Refusal("%d %s", 1, 2).Should().Be(
        "printf( ) argument #3 is incompatible with conversion #2 prototype:\n"
        + "\tconversion: %s\n\t prototype: char [] or string (or use stringof)\n\t  argument: int32_t");

    [Theory]
    [InlineData("%d", "")]
    [InlineData("%c", 1L)]
    [InlineData("%ld", 1)]
    [InlineData("%lu", 1L)]
    [InlineData("%hd", 1)]
    [InlineData("%lx", 1)]
    [InlineData("%Y", 1)]
    [InlineData("%f", 1)]
    [InlineData("%k", 1L)]
    [InlineData("%A", 1L)]
    [InlineData("%ls", "")]
    public void A_conversion_takes_nothing_but_its_types(string format, object argument) =>
        Refusal(format, argument).Should().StartWith("printf( ) argument #2 is incompatible with conversion #1 prototype:");

    [Fact]
    public void Aggregation_conversions_are_for_printa_only() => Refusal("%@d", 1)
        .Should().Be("%@ conversion requires an aggregation and is not for use with printf( )");

    [Fact]
    public void An_empty_format_is_refused() => Refusal("").Should().Be("printf( ) format string is empty");

    private string Refusal(string format, params object[] arguments) =>
        _rig.Invoking(r => r.Printf(format, arguments)).Should().Throw<FormatException>().Which.Message;

    /// <summary>FluentAssertions' messages are patterns.</summary>
    private static string Literally(string text) => text.Replace("*", "?");
}
