// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Language;

// D LEXER - theory of operation
//   Job      Cut D text into tokens, macros replaced. The parser says in which of two states it is.
//   States   Outer: probe descriptions, where * ? [ ] - are part of a name; asked for by TryReadProbeDescription. Inner: C tokens; Next.
//   Slash    Inside a predicate "/" is division unless the next character that is not white space is { ; / or the end: dtrace(1)'s own rule.
//   Macros   $1 becomes an integer, an identifier or a string, by the look of its text; $$1 always a string; $pid and the like integers.
//   Proof    ProgramTests, ErrorTextTests, FuzzTests

/// <summary>The tokens of a D program.</summary>
internal sealed class DLexer
{
    private static readonly HashSet<string> Keywords =
    [
        "auto", "break", "case", "char", "const", "continue", "counter", "default", "do", "double", "else", "enum", "extern", "float", "for",
        "goto", "if", "import", "inline", "int", "long", "offsetof", "probe", "provider", "register", "restrict", "return", "self", "short",
        "signed", "sizeof", "static", "string", "stringof", "struct", "switch", "this", "translator", "typedef", "union", "unsigned",
        "userland", "void", "volatile", "while", "xlate",
    ];

    // Longest first.
    private static readonly string[] Punctuators =
    [
        "<<=", ">>=", "...",
        "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "^^", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
        "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<", ">", "=", "?", ":", ";", ",", ".", "(", ")", "[", "]", "{", "}", "`",
    ];

    private readonly string _text;
    private readonly DMacros _macros;
    private readonly DOptions _options;
    private int _at;

    /// <param name="text">The program. A first line that begins with <c>#!</c> is white space.</param>
    /// <param name="options">With <c>defaultargs</c> a missing <c>$1</c> is 0 and a missing <c>$$1</c> is empty.</param>
    public DLexer(string text, DMacros macros, DOptions options)
    {
        _text = text;
        _macros = macros;
        _options = options;
        if (text.StartsWith("#!", StringComparison.Ordinal))
            while (_at < text.Length && text[_at] != '\n') _at++;
    }

    /// <summary>Line of the next character, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Whether a predicate is being read: <c>/</c> may end it.</summary>
    public bool InPredicate { get; set; }

    /// <summary>Skips white space and comments. False at the end of the text.</summary>
    public bool SkipSpace()
    {
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c == '#' && TakeLineMarker()) continue;
            if (c == '\n')
            {
                Line++;
                _at++;
            }
            else if (c is ' ' or '\t' or '\r' or '\f' or '\v')
            {
                _at++;
            }
            else if (c == '/' && _at + 1 < _text.Length && _text[_at + 1] == '*')
            {
                SkipComment();
            }
            else
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The character at hand, white space skipped; NUL at the end.</summary>
    public char PeekCharacter() => SkipSpace() ? _text[_at] : '\0';

    /// <summary>Takes the character at hand.</summary>
    public void Skip() => _at++;

    /// <summary>The identifier at hand, if one is, and the run of characters that a probe description could be made of; neither is taken.</summary>
    public (string Identifier, string Run) PeekOuter()
    {
        SkipSpace();
        int end = _at;
        while (end < _text.Length && IsProbeCharacter(_text[end])) end++;
        int word = _at;
        while (word < end && IsIdentifierPart(_text[word])) word++;
        return (_text[_at..word], _text[_at..end]);
    }

    /// <summary>Takes the run that <see cref="PeekOuter"/> showed, macros replaced.</summary>
    public string TakeProbeDescription()
    {
        SkipSpace();
        int start = _at;
        while (_at < _text.Length && IsProbeCharacter(_text[_at])) _at++;
        return ReplaceMacros(_text[start.._at]);
    }

    /// <summary>Whether the next token is a <c>#</c> with nothing before it in its line.</summary>
    public bool AtControlLine()
    {
        if (!SkipSpace() || _text[_at] != '#') return false;
        int before = _at - 1;
        while (before >= 0 && _text[before] is ' ' or '\t') before--;
        return before < 0 || _text[before] == '\n';
    }

    /// <summary>The rest of a line that begins with <c>#</c>, without it.</summary>
    public string TakeControlLine()
    {
        int start = ++_at;
        while (_at < _text.Length && _text[_at] != '\n') _at++;
        return _text[start.._at].TrimEnd('\r');
    }

    /// <summary><c># 12 "file"</c> at the start of a line, as the preprocessor leaves it wherever it likes: the next line has that number.</summary>
    private bool TakeLineMarker()
    {
        if (_at > 0 && _text[_at - 1] != '\n') return false;
        int end = _text.IndexOf('\n', _at);
        if (end < 0) end = _text.Length;
        ReadOnlySpan<char> marker = _text.AsSpan(_at + 1, end - _at - 1).TrimStart(" \t");
        if (marker.StartsWith("line")) marker = marker[4..].TrimStart(" \t");
        int digits = marker.IndexOfAnyExceptInRange('0', '9');
        if (!int.TryParse(digits < 0 ? marker : marker[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out int line)) return false;
        Line = line;
        _at = Math.Min(end + 1, _text.Length);
        return true;
    }

    /// <summary>From which the text can be read again.</summary>
    public (int At, int Line) Mark() => (_at, Line);

    public void Reset((int At, int Line) mark) => (_at, Line) = mark;

    /// <summary>The next token in the inner state.</summary>
    /// <exception cref="DSyntaxException">No token begins here.</exception>
    public DToken Next()
    {
        if (!SkipSpace()) return new DToken(DTokenKind.End, "", Line);
        char c = _text[_at];
        if (IsIdentifierStart(c)) return Word(TakeWhile(IsIdentifierPart));
        if (char.IsAsciiDigit(c)) return Number(TakeWhile(ch => char.IsAsciiLetterOrDigit(ch) || ch == '.'));
        switch (c)
        {
            case '"':
                int start = _at;
                byte[] bytes = Quoted('"');
                return new DToken(DTokenKind.String, _text[start.._at], Line, Bytes: bytes);
            case '\'': return Character();
            case '@':
                _at++;
                return new DToken(DTokenKind.Aggregation, TakeWhile(IsIdentifierPart), Line);
            case '$': return Macro();
            case '/' when InPredicate && EndsPredicate():
                _at++;
                return new DToken(DTokenKind.EndPredicate, "/", Line);
        }
        foreach (string p in Punctuators)
        {
            if (string.CompareOrdinal(_text, _at, p, 0, p.Length) != 0) continue;
            _at += p.Length;
            return new DToken(DTokenKind.Punctuator, p, Line);
        }
        throw new DSyntaxException(Line, $"syntax error near \"{c}\"");
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

    private static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsIdentifierPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsProbeCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "-$:_.?*\\[]!`".Contains(c);

    private void SkipComment()
    {
        int line = Line;
        int end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0) throw new DSyntaxException(line, "end-of-file encountered before matching */");
        while (_at < end + 2)
            if (_text[_at++] == '\n') Line++;
    }

    private string TakeWhile(Func<char, bool> accept)
    {
        int start = _at;
        while (_at < _text.Length && accept(_text[_at])) _at++;
        return _text[start.._at];
    }

    private DToken Word(string word) => new(Keywords.Contains(word) ? DTokenKind.Keyword : DTokenKind.Identifier, word, Line);

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
            if (digit >= radix) throw new DSyntaxException(Line, $"constant {text} contains invalid digit {text[at]}");
            UInt128 next = (UInt128)value * (uint)radix + (uint)digit;
            if (next > ulong.MaxValue) throw new DSyntaxException(Line, $"constant {text} results in integer overflow");
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
                throw new DSyntaxException(Line + 1, quote == '"' ? "newline encountered in string literal" : "newline encountered in character constant");
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
        if (bytes.Length == 0) throw new DSyntaxException(Line, "empty character constant");
        if (bytes.Length > sizeof(long)) throw new DSyntaxException(Line, "character constant is too long");
        ulong value = bytes.Length == 1 ? (ulong)(sbyte)bytes[0] : 0;
        if (bytes.Length > 1)
            foreach (byte b in bytes) value = (value << 8) | b;
        return new DToken(DTokenKind.Integer, _text[start.._at], Line, value);
    }

    private bool EndsPredicate()
    {
        int i = _at + 1;
        while (i < _text.Length && _text[i] is ' ' or '\t' or '\r' or '\n' or '\f' or '\v') i++;
        // A comment may stand between the predicate and its clause.
        return i >= _text.Length || _text[i] is '{' or ';' || (_text[i] == '/' && i > _at + 1);
    }

    private DToken Macro()
    {
        int start = _at++;
        bool text = _at < _text.Length && _text[_at] == '$';
        if (text) _at++;
        string name = TakeWhile(IsIdentifierPart);
        string written = _text[start.._at];
        if (name.Length == 0) throw new DSyntaxException(Line, $"syntax error near \"{written}\"");
        if (!char.IsAsciiDigit(name[0]))
        {
            if (!_macros.TryVariable(name, out long value)) throw new DSyntaxException(Line, $"macro variable {written} is not defined");
            return text
                ? new DToken(DTokenKind.String, written, Line, Bytes: Unescape(value.ToString()))
                : new DToken(DTokenKind.Integer, written, Line, (ulong)value);
        }
        string argument = Argument(name, written) ?? (text ? "" : "0");
        return text ? new DToken(DTokenKind.String, written, Line, Bytes: Unescape(argument)) : ArgumentToken(argument, written);
    }

    /// <summary>Text of argument <paramref name="number"/>; null if it is missing and that is allowed.</summary>
    private string? Argument(string number, string written)
    {
        string? argument = int.TryParse(number, out int n) ? _macros.Argument(n) : null;
        if (argument is null && !_options.DefaultArgs) throw new DSyntaxException(Line, $"macro argument {written} is not defined");
        return argument;
    }

    private DToken ArgumentToken(string argument, string written)
    {
        ReadOnlySpan<char> digits = argument.AsSpan().TrimStart("+-");
        if (argument.Length - digits.Length <= 1 && digits.Length > 0 && char.IsAsciiDigit(digits[0]) && AllAlphanumeric(digits))
        {
            DToken number;
            try
            {
                number = Number(digits.ToString());
            }
            catch (DSyntaxException) when (digits.IndexOfAnyExceptInRange('0', '9') >= 0)
            {
                return new DToken(DTokenKind.String, written, Line, Bytes: Unescape(argument)); // 20000200000000aa is a name, not a number
            }
            return argument[0] == '-' ? number with { Value = (ulong)-(long)number.Value, Text = written } : number with { Text = written };
        }
        if (argument.Length > 0 && IsIdentifierStart(argument[0]) && AllAlphanumeric(argument)) return Word(argument);
        bool quoted = argument.Length > 1 && argument[0] == '"' && argument[^1] == '"';
        return new DToken(DTokenKind.String, written, Line, Bytes: Unescape(quoted ? argument.AsSpan(1, argument.Length - 2) : argument));
    }

    private static bool AllAlphanumeric(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
            if (!IsIdentifierPart(c)) return false;
        return true;
    }

    private string ReplaceMacros(string description)
    {
        if (!description.Contains('$')) return description;
        StringBuilder result = new();
        for (int i = 0; i < description.Length;)
        {
            if (description[i] != '$')
            {
                result.Append(description[i++]);
                continue;
            }
            int start = i++;
            if (i < description.Length && description[i] == '$') i++;
            int name = i;
            while (i < description.Length && IsIdentifierPart(description[i])) i++;
            string word = description[name..i];
            if (word.Length > 0 && char.IsAsciiDigit(word[0])) result.Append(Argument(word, description[start..i]));
            else if (_macros.TryVariable(word, out long value)) result.Append(value);
            else throw new DSyntaxException(Line, $"invalid probe description \"{description}\": Undefined macro variable in probe description");
        }
        return result.ToString();
    }
}
