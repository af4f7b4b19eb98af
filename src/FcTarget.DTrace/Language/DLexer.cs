// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Language;

// D LEXER - theory of operation
//   Job      Cut D text into tokens, macros replaced. The parser says in which of two states it is.
//   States   Outer: probe descriptions, where * ? [ ] - are part of a name; asked for by TryReadProbeDescription. Inner: C tokens; Next.
//   Slash    Inside a predicate "/" is division unless the next character that is not white space is { ; / or the end: dtrace(1)'s own rule.
//   Macros   $1 becomes an integer, an identifier or a string, by the look of its text; $$1 always a string; $pid and the like integers.
//   Files    DLexer.cs: white space and tokens.  .Literals.cs: numbers, strings, characters.  .Macros.cs: what begins with $.
//   Proof    ProgramTests, ErrorTextTests, FuzzTests

/// <summary>The tokens of a D program.</summary>
internal sealed partial class DLexer
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
        throw new DSyntaxException(Line, $"syntax error near \"{c}\"", "D_SYNTAX");
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

    private bool EndsPredicate()
    {
        int i = _at + 1;
        while (i < _text.Length && _text[i] is ' ' or '\t' or '\r' or '\n' or '\f' or '\v') i++;
        // A comment may stand between the predicate and its clause.
        return i >= _text.Length || _text[i] is '{' or ';' || (_text[i] == '/' && i > _at + 1);
    }
}
