// SPDX-License-Identifier: MIT

using System.Text;

namespace FcTarget.DTrace.Language;

internal sealed partial class DLexer
{
    private DToken Number(string text)
    {
        if (text.Contains('.') || (!IsHexadecimal(text) && text.AsSpan().ContainsAny('e', 'E') && char.IsAsciiDigit(text[^1])))
            throw new DSyntaxException(Line, "floating-point constants are not permitted");
        int radix = IsHexadecimal(text) ? 16 : text[0] == '0' && text.Length > 1 ? 8 : 10;
        int at = radix == 16 ? 2 : 0, end = text.Length;
        IntegerSuffix suffix = radix == 10 ? IntegerSuffix.None : IntegerSuffix.NotDecimal;
        for (; end > at && text[end - 1] is 'u' or 'U' or 'l' or 'L'; end--)
            suffix |= text[end - 1] is 'u' or 'U' ? IntegerSuffix.Unsigned : IntegerSuffix.Long;
        ulong value = 0;
        for (; at < end; at++)
        {
            int digit = char.IsAsciiHexDigit(text[at]) ? Convert.ToInt32(text[at].ToString(), 16) : 99;
            if (digit >= radix) throw new DSyntaxException(Line, $"constant {text} contains invalid digit {text[at]}", "D_INT_DIGIT");
            UInt128 next = (UInt128)value * (uint)radix + (uint)digit;
            if (next > ulong.MaxValue) throw new DSyntaxException(Line, $"constant {text} results in integer overflow", "D_INT_OFLOW");
            value = (ulong)next;
        }
        return new DToken(DTokenKind.Integer, text, Line, value, Suffix: suffix);
    }

    private static bool IsHexadecimal(string text) => text.Length > 2 && text[0] == '0' && text[1] is 'x' or 'X';

    private byte[] Quoted(char quote)
    {
        int start = ++_at;
        for (; _at < _text.Length && _text[_at] != quote; _at++)
        {
            if (_text[_at] == '\n')
            {
                throw quote == '"'
                    ? new DSyntaxException(Line + 1, "newline encountered in string literal", "D_STR_NL")
                    : new DSyntaxException(Line + 1, "newline encountered in character constant", "D_CHR_NL");
            }
            if (_text[_at] != '\\' || _at + 1 >= _text.Length) continue;
            if (_text[++_at] == '\n') Line++;
        }
        if (_at >= _text.Length)
            throw new DSyntaxException(Line, quote == '"' ? "end-of-file encountered before matching \"" : "end-of-file encountered before matching '");
        return Unescape(_text.AsSpan(start, _at++ - start));
    }

    /// <summary>Up to eight characters; the first is the most significant, as the compilers of the day had it on this byte order.</summary>
    private DToken Character()
    {
        int start = _at;
        byte[] bytes = Quoted('\'');
        if (bytes.Length == 0) throw new DSyntaxException(Line, "empty character constant", "D_CHR_NULL");
        if (bytes.Length > sizeof(long)) throw new DSyntaxException(Line, "character constant is too long", "D_CHR_OFLOW");
        ulong value = bytes.Length == 1 ? (ulong)(sbyte)bytes[0] : 0;
        if (bytes.Length > 1)
            foreach (byte b in bytes) value = (value << 8) | b;
        return new DToken(DTokenKind.Integer, _text[start.._at], Line, value);
    }

    /// <summary>Escapes of C in <paramref name="text"/> replaced by what they stand for.</summary>
    public static byte[] Unescape(ReadOnlySpan<char> text)
    {
        List<byte> bytes = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                AddUtf8(bytes, text, ref i);
                continue;
            }
            char c = text[++i];
            switch (c)
            {
                case 'a': bytes.Add(7); break;
                case 'b': bytes.Add(8); break;
                case 'f': bytes.Add(12); break;
                case 'n': bytes.Add(10); break;
                case 'r': bytes.Add(13); break;
                case 't': bytes.Add(9); break;
                case 'v': bytes.Add(11); break;
                case '\n': break;
                case 'x' when i + 1 < text.Length && char.IsAsciiHexDigit(text[i + 1]):
                    int hex = 0;
                    while (i + 1 < text.Length && char.IsAsciiHexDigit(text[i + 1])) hex = (hex << 4) | Convert.ToInt32(text[++i].ToString(), 16);
                    bytes.Add((byte)hex);
                    break;
                case >= '0' and <= '7':
                    int octal = c - '0';
                    for (int n = 1; n < 3 && i + 1 < text.Length && text[i + 1] is >= '0' and <= '7'; n++) octal = (octal << 3) | (text[++i] - '0');
                    bytes.Add((byte)octal);
                    break;
                case '"' or '\\': bytes.Add((byte)c); break;
                default: // not an escape: libdtrace keeps the backslash
                    bytes.Add((byte)'\\');
                    AddUtf8(bytes, text, ref i);
                    break;
            }
        }
        return [.. bytes];
    }

    private static void AddUtf8(List<byte> bytes, ReadOnlySpan<char> text, ref int i)
    {
        Span<byte> utf8 = stackalloc byte[4];
        int units = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
        int n = Encoding.UTF8.GetBytes(text.Slice(i, units), utf8);
        foreach (byte b in utf8[..n]) bytes.Add(b);
        i += units - 1;
    }
}
