// SPDX-License-Identifier: MIT

using System.Text;

namespace FcTarget.DTrace.Language;

internal sealed partial class DLexer
{
    private DToken Macro()
    {
        int start = _at++;
        bool text = _at < _text.Length && _text[_at] == '$';
        if (text) _at++;
        string name = TakeWhile(IsIdentifierPart);
        string written = _text[start.._at];
        if (name.Length == 0) throw new DSyntaxException(Line, $"syntax error near \"{written}\"", "D_SYNTAX");
        if (!char.IsAsciiDigit(name[0]))
        {
            if (!_macros.TryVariable(name, out long value))
                throw new DSyntaxException(Line, $"macro variable {written} is not defined", "D_MACRO_UNDEF");
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
        if (argument is null && !_options.DefaultArgs)
            throw new DSyntaxException(Line, $"macro argument {written} is not defined", "D_MACRO_UNDEF");
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
            else throw new DSyntaxException(Line, $"invalid probe description \"{description}\": Undefined macro variable in probe description",
                "D_PDESC_INVAL");
        }
        return result.ToString();
    }
}
