// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Language;

internal sealed partial class DParser
{
    // # line, #pragma D ..., #error, #ident: what the preprocessor leaves, and D's own directives.
    private void ControlLine()
    {
        int line = _lexer.Line;
        string text = _lexer.TakeControlLine().Trim();
        string[] words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        switch (words.FirstOrDefault() ?? "")
        {
            case "" or "ident" or "line": return;
            case "error": throw new DSyntaxException(line, $"#error: {text["error".Length..].Trim()}", "D_PRAGERR");
            case "pragma" when words.Length == 1: throw new DSyntaxException(line, "malformed #pragma D", "D_PRAGMA_MALFORM");
            case "pragma" when words[1] != "D": return;
            case "pragma" when words.Length == 2: throw new DSyntaxException(line, "malformed #pragma D", "D_PRAGMA_MALFORM");
            case "pragma": Pragma(line, words[2], words[3..]); return;
            case { } number when char.IsAsciiDigit(number[0]): return;
            case { } word: throw new DSyntaxException(line, $"invalid control directive: #{word}");
        }
    }

    private void Pragma(int line, string name, string[] words)
    {
        switch (name)
        {
            case "option":
                if (words.Length == 0) throw new DSyntaxException(line, "malformed #pragma option <option>=<val>", "D_PRAGMA_MALFORM");
                if (words.Length > 1)
                    throw new DSyntaxException(line, "superfluous arguments specified for #pragma option", "D_PRAGMA_MALFORM");
                Option(line, words[0].Trim('"'));
                return;
            case "attributes" when words.Length < 2:
                throw new DSyntaxException(line, "malformed #pragma attributes <attributes> <ident>", "D_PRAGMA_MALFORM");
            case "binding" when words.Length < 2:
                throw new DSyntaxException(line, "malformed #pragma binding \"version\" <ident>", "D_PRAGMA_MALFORM");
            case "depends_on" when words.Length < 2:
                throw new DSyntaxException(line, "malformed #pragma depends_on <class> <name>", "D_PRAGMA_MALFORM");
            case "depends_on" when words[0] == "library":
                throw new DSyntaxException(line, "main program may not explicitly depend on a library", "D_PRAGMA_DEPEND");
            case "depends_on" when words[0] is "provider" && words[1] is not ("fc" or "dtrace" or "profile" or "tick"):
                throw new DSyntaxException(line, $"program requires {words[0]} {words[1]}", "D_PRAGMA_DEPEND");
            case "depends_on" when words[0] is not ("provider" or "module" or "library"):
                throw new DSyntaxException(line, $"invalid class {words[0]} specified by #pragma depends_on", "D_PRAGMA_INVAL");
            case "attributes" or "binding" or "depends_on": return; // stabilities and versions change nothing about how a program runs
            case "error": throw new DSyntaxException(line, $"#error: {string.Join(' ', words).Trim('"')}", "D_PRAGERR");
            default: throw new DSyntaxException(line, $"invalid D pragma: {name}");
        }
    }

    private void Option(int line, string text)
    {
        int equals = text.IndexOf('=');
        string name = equals < 0 ? text : text[..equals];
        string? value = equals < 0 ? null : text[(equals + 1)..].Trim('"');
        if (_options.Set(name, value) is not { } refusal) return;
        string to = value is null ? "" : $" to '{value}'";
        throw new DSyntaxException(line, $"failed to set option '{name}'{to}: {refusal}", "D_PRAGMA_OPTSET");
    }
}
