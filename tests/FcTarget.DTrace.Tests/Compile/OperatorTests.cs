// SPDX-License-Identifier: MIT

using System.Text;

namespace FcTarget.DTrace.Tests;

/// <summary>
/// Operators: those of C on 64 bits, as DTrace has them. Types decide on the sign, and on what casts and records leave of a value.
/// </summary>
public sealed class OperatorTests
{
    private static readonly string[] Types = ["int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "uint32_t", "int64_t", "uint64_t"];

    private static readonly string[] Operators =
        ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "^^"];

    private static readonly long[] Values =
    [
        0, 1, 2, 3, 7, 31, 100, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, long.MaxValue,
        long.MinValue, -1, -2, -128, -129, -32769,
    ];

    [Fact]
    public void Binary_operators_work_on_64_bits_with_the_sign_that_C_gives_every_pair_of_types()
    {
        Random random = new(20260101);
        foreach (string op in Operators)
        {
            List<(string Text, long Expected)> cases = [];
            foreach ((string left, string right) in Types.SelectMany(l => Types.Select(r => (l, r))))
            {
                for (int i = 0; i < 6; i++)
                {
                    long a = Value(left, Values[random.Next(Values.Length)]), b = Value(right, Values[random.Next(Values.Length)]);
                    if (op is "/" or "%" && b == 0) b = 3;
                    if (op is "<<" or ">>") b = random.Next(31);
                    cases.Add(($"(({left}){Literal(a)}) {op} (({right}){Literal(b)})", Expected(op, left, a, right, b)));
                }
            }
            Check(cases, folded: true);
            Check(cases, folded: false);
        }
    }

    [Fact]
    public void Unary_operators_work_on_64_bits()
    {
        List<(string, long)> cases = [];
        foreach (string type in Types)
        {
            foreach (long v in Values)
            {
                long a = Value(type, v);
                cases.Add(($"-(({type}){Literal(a)})", unchecked(-a)));
                cases.Add(($"~(({type}){Literal(a)})", ~a));
                cases.Add(($"!(({type}){Literal(a)})", a == 0 ? 1 : 0));
                cases.Add(($"+(({type}){Literal(a)})", a));
            }
        }
        Check(cases, folded: true);
        Check(cases, folded: false);
    }

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("10 - 4 - 3", 3)]
    [InlineData("1 << 2 + 1", 8)]
    [InlineData("7 & 3 == 3", 1)] // == binds tighter than &
    [InlineData("1 | 2 ^ 2 & 6", 1)]
    [InlineData("0 || 1 && 0", 0)]
    [InlineData("1 ^^ 1 || 0", 0)]
    [InlineData("1 ? 2 : 0 ? 3 : 4", 2)]
    [InlineData("0 ? 2 : 0 ? 3 : 4", 4)]
    [InlineData("!0 + ~0", 0)]
    [InlineData("- -5", 5)]
    [InlineData("(1, 2, 3)", 3)]
    [InlineData("sizeof (int) * 2", 8)]
    [InlineData("sizeof (conninfo_t)", 24)]
    [InlineData("sizeof (fc_port_info_t)", 32)]
    [InlineData("sizeof (fc_xferinfo_t)", 12)]
    [InlineData("offsetof(fc_xferinfo_t, fcx_flags)", 8)]
    [InlineData("sizeof (char *)", 8)]
    [InlineData("sizeof (string)", 256)]
    [InlineData("0x7fffffff + 1", 2147483648)]
    [InlineData("0xffffffff + 1", 4294967296)]
    [InlineData("4294967295 + 1", 4294967296)]
    [InlineData("5000 * 1000000", 5_000_000_000)]
    [InlineData("(1 << 63) - 1", long.MaxValue)]
    [InlineData("(int)(5000 * 1000000)", 705032704)]
    [InlineData("'\\?'", 0x5C3F)] // not an escape
    [InlineData("'a\\bcdefgh'", 0x6108636465666768)]
    [InlineData("sizeof (NULL)", 4)]
    [InlineData("017", 15)]
    [InlineData("'a'", 97)]
    [InlineData("'\\n'", 10)]
    [InlineData("'\\x41'", 65)]
    [InlineData("-1 < 1u", 0)] // the unsigned comparison of C
    [InlineData("-1 < 1", 1)]
    [InlineData("-1L < 1u", 1)]
    [InlineData("\"abc\" == \"abc\"", 1)]
    [InlineData("\"abc\" < \"abd\"", 1)]
    [InlineData("\"b\" > \"abc\"", 1)]
    [InlineData("(uint8_t)300", 44)]
    [InlineData("(int8_t)200", -56)]
    public void Expressions_have_the_precedence_and_types_of_C(string expression, long expected) =>
        FiringRig.Integer(expression).Should().Be(expected);

    [Theory]
    [InlineData("x = 5; x += 3; x *= 2; x -= 1; x /= 3; x %= 4; trace(x);", 1)]
    [InlineData("x = 5; x <<= 3; x |= 3; x &= ~1; x ^= 0xf; x >>= 1; trace(x);", 0x12)]
    [InlineData("x = 5; y = x++ + ++x; trace(y * 100 + x);", 1207)]
    [InlineData("x = 5; y = x-- - --x; trace(y * 100 + x);", 203)]
    [InlineData("n++; n++; trace((int)n);", 2)]
    [InlineData("a[1, \"x\"] = 4; a[1, \"x\"]++; a[1, \"y\"] += 2; trace((int)(a[1, \"x\"] * 10 + a[1, \"y\"]));", 52)]
    [InlineData("i = 0; a[i++] = 7; a[i++] += 1; trace((int)(i * 100 + a[0] * 10 + a[1]));", 271)]
    [InlineData("this->x = 2; self->y = this->x * 3; trace(self->y);", 6)]
    [InlineData("x = y = 3; trace(x + y);", 6)]
    [InlineData("x = 0; z = x != 0 && 1 / x; trace(z);", 0)]
    [InlineData("x = 0; z = x ? 1 / x : 8; trace(z);", 8)]
    public void Assignments_work_as_in_C(string body, int expected)
    {
        using FiringRig rig = new($"BEGIN {{ {body} }}");
        Recorded record = rig.Records().Single();
        record.Fault.Kind.Should().Be(default);
        BitConverter.ToInt32(record.Payload).Should().Be(expected);
    }

    [Fact]
    public void A_variable_keeps_64_bits_whatever_its_first_assignment_was()
    {
        using FiringRig rig = new("BEGIN { x = 0; x = 0x123456789abcdef0; trace((uint64_t)0x123456789abcdef1 - x); trace(x); }");
        byte[] payload = rig.Records().Single().Payload;
        BitConverter.ToInt64(payload).Should().Be(1);
        BitConverter.ToUInt32(payload, 8).Should().Be(0x9abcdef0, "it is traced as the int it was declared to be");
    }

    private static void Check(List<(string Text, long Expected)> cases, bool folded)
    {
        foreach ((string Text, long Expected)[] chunk in cases.Chunk(200))
        {
            StringBuilder program = new("BEGIN { ");
            if (!folded) program.Append("zero = (int8_t)rand() * 0; ");
            // A cast of a value that is not known at compile time: (type)(value + zero) with a 64-bit sum.
            foreach ((string text, _) in chunk)
                program.Append("trace((int64_t)(").Append(folded ? text : text.Replace(")(", ")((int64_t)zero + ").Replace("))", "))")).Append(")); ");
            using FiringRig rig = new(program.Append('}').ToString());
            Recorded record = rig.Records().Single();
            record.Fault.Kind.Should().Be(default);
            for (int i = 0; i < chunk.Length; i++)
                BitConverter.ToInt64(record.Payload, i * 8).Should().Be(chunk[i].Expected, "{0} (folded: {1})", chunk[i].Text, folded);
        }
    }

    private static string Literal(long value) => value == long.MinValue ? "(-9223372036854775807 - 1)" : $"({value})";

    private static long Value(string type, long v) => unchecked(type switch
    {
        "int8_t" => (sbyte)v,
        "uint8_t" => (byte)v,
        "int16_t" => (short)v,
        "uint16_t" => (ushort)v,
        "int32_t" => (int)v,
        "uint32_t" => (uint)v,
        _ => v,
    });

    /// <summary>The value in the type it is promoted to.</summary>
    private static object Wide(string type, long v) => unchecked(type switch
    {
        "uint32_t" => (uint)v,
        "int64_t" => v,
        "uint64_t" => (ulong)v,
        _ => (object)(int)v,
    });

    private static long Expected(string op, string leftType, long left, string rightType, long right)
    {
        object a = Wide(leftType, left), b = Wide(rightType, right);
        if (op is "&&") return left != 0 && right != 0 ? 1 : 0;
        if (op is "||") return left != 0 || right != 0 ? 1 : 0;
        if (op is "^^") return (left != 0) != (right != 0) ? 1 : 0;
        if (op is "<<" or ">>")
        {
            int count = (int)right;
            if (op == "<<") return left << count;
            return a is int or long ? left >> count : (long)((ulong)left >> count);
        }
        bool signed = a is not ulong && b is not ulong && (a is long || b is long || (a is int && b is int));
        return signed ? Signed(op, left, right) : Unsigned(op, unchecked((ulong)left), unchecked((ulong)right));
    }

    private static long Signed(string op, long a, long b) => unchecked(op switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => b == -1 ? -a : a / b,
        "%" => b == -1 ? 0 : a % b,
        "&" => a & b,
        "|" => a | b,
        "^" => a ^ b,
        "==" => a == b ? 1 : 0,
        "!=" => a != b ? 1 : 0,
        "<" => a < b ? 1 : 0,
        "<=" => a <= b ? 1 : 0,
        ">" => a > b ? 1 : 0,
        _ => a >= b ? 1 : 0,
    });

    private static long Unsigned(string op, ulong a, ulong b) => unchecked(op switch
    {
        "/" => (long)(a / b),
        "%" => (long)(a % b),
        "<" => a < b ? 1 : 0,
        "<=" => a <= b ? 1 : 0,
        ">" => a > b ? 1 : 0,
        ">=" => a >= b ? 1 : 0,
        _ => Signed(op, (long)a, (long)b),
    });
}
