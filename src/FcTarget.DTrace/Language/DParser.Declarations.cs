// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Compile;

namespace FcTarget.DTrace.Language;

internal sealed partial class DParser
{
    private static readonly HashSet<string> TypeWords =
    [
        "char", "const", "double", "enum", "float", "int", "long", "restrict", "short", "signed", "string", "struct", "union", "unsigned",
        "userland", "void", "volatile",
    ];

    private bool AtType() => _token.Kind switch
    {
        DTokenKind.Keyword => TypeWords.Contains(_token.Text),
        DTokenKind.Identifier => !_variables.Contains(_token.Text) && _types.Find(_token.Text) is not null,
        _ => false,
    };

    // type-name: what stands in a cast and in sizeof
    private DType TypeName()
    {
        int line = _token.Line;
        DType type = Specifiers();
        (string? name, DType full, IReadOnlyList<DParameter>? keys) = Declarator(type);
        if (name is not null || keys is not null) throw new DSyntaxException(line, $"syntax error near \"{name ?? "]"}\"", "D_SYNTAX");
        return full;
    }

    private void Declaration()
    {
        Advance();
        int line = _token.Line;
        if (_token.Is("inline")) Inline();
        else if (_token.Is("translator")) Translator();
        else if (_token.Is("provider")) throw new DSyntaxException(line, "provider declarations are not supported: the probes are the target's own");
        else if (_token.Is("import") || _token.Is("counter")) throw Near();
        else Variables();
        if (!_token.Is(";")) throw Near();
    }

    private void Variables()
    {
        string storage = "";
        while (_token.Kind == DTokenKind.Keyword && _token.Text is "self" or "this" or "static" or "extern" or "typedef" or "auto" or "register")
        {
            if (storage.Length > 0)
                throw new DSyntaxException(_token.Line, "only one storage class allowed in a declaration", "D_DECL_CLASS");
            storage = _token.Text;
            Advance();
        }
        if (storage is "auto" or "register" or "static")
            throw new DSyntaxException(_token.Line, "specified storage class not appropriate in D", "D_DECL_BADCLASS");
        bool defines = _token.Is("struct") || _token.Is("union") || _token.Is("enum");
        // C of old: what has a storage class and no type is an int.
        bool isImplicit = storage.Length > 0 && _token.Kind == DTokenKind.Identifier && _types.Find(_token.Text) is null;
        DType type = isImplicit ? DTypeTable.Int : Specifiers();
        if (_token.Is(";")) // struct, union or enum alone
        {
            if (!defines) throw new DSyntaxException(_token.Line, "useless declaration", "D_DECL_USELESS");
            return;
        }
        while (true)
        {
            int line = _token.Line;
            (string? name, DType full, IReadOnlyList<DParameter>? keys) = Declarator(type);
            if (name is null) throw Near();
            Declare(line, storage, name, full, keys);
            if (!_token.Is(",")) return;
            Advance();
        }
    }

    private void Declare(int line, string storage, string name, DType type, IReadOnlyList<DParameter>? keys)
    {
        switch (storage)
        {
            case "typedef" when keys is not null: throw new DSyntaxException(line, "typedef may not be an associative array: " + name);
            case "typedef":
                if (_types.Find(name) is { } old && old.Base != type.Base)
                    throw new DSyntaxException(line, $"typedef redeclared: {name}", "D_DECL_IDRED");
                _types.Define(name, type);
                return;
            case "extern": return; // nothing outside to refer to: the variable is made where it is used
        }
        DScope scope = storage switch { "self" => DScope.Thread, "this" => DScope.Clause, _ => DScope.Global };
        if (type.Base is VoidType) throw new DSyntaxException(line, $"cannot have void variable: {name}", "D_DECL_VOIDOBJ");
        if (type.Base is FunctionType) throw new DSyntaxException(line, $"functions cannot be declared here: {name}");
        if (scope == DScope.Clause && keys is not null)
            throw new DSyntaxException(line, $"associative arrays may not be declared as local variables: {name}", "D_DECL_LOCASSC");
        if (scope == DScope.Global) _variables.Add(name);
        _items.Add(new VariableDeclaration(line, scope, name, type, keys?.Select(k => k.Type).ToArray()));
    }

    // inline type name [ "[" parameters "]" ] = expression
    private void Inline()
    {
        Advance();
        int line = _token.Line;
        DType type = Specifiers();
        (string? name, DType full, IReadOnlyList<DParameter>? parameters) = Declarator(type);
        if (name is null) throw Near();
        if (full.Base is ArrayType) throw new DSyntaxException(line, $"inline declaration cannot be of array type: {name}");
        if (parameters is not null && parameters.FirstOrDefault(p => p.Name is null) is { Type: not null })
            throw new DSyntaxException(line, $"inline array parameters must have names: {name}");
        Expect("=");
        HashSet<string> hidden = [.. parameters?.Select(p => p.Name!).Where(_variables.Add) ?? []]; // a parameter hides a type of its name
        DExpression value = Assignment();
        _variables.ExceptWith(hidden);
        _variables.Add(name);
        _items.Add(new InlineDeclaration(line, name, full, value, parameters));
    }

    // translator output < input *name > { member = expression; ... }
    private void Translator()
    {
        int line = _token.Line;
        Advance();
        DType output = TypeName();
        if (output.Base is not StructType structure)
            throw new DSyntaxException(line, "translator output type must be a struct or union", "D_XLATE_SOU");
        if (!structure.IsComplete) throw new DSyntaxException(line, $"incomplete struct/union/enum {structure.Name}", "D_XLATE_SOU");
        Expect("<");
        DType specified = Specifiers();
        (string? parameter, DType input, _) = Declarator(specified);
        if (parameter is null) throw Near();
        Expect(">");
        Expect("{");
        List<(string, DExpression, int)> members = [];
        while (!_token.Is("}"))
        {
            int at = _token.Line;
            string member = ExpectIdentifier();
            Expect("=");
            members.Add((member, Assignment(), at));
            Expect(";");
        }
        Advance();
        _items.Add(new TranslatorDeclaration(line, structure, input, parameter, members));
    }

    private DType Specifiers()
    {
        List<string> words = [];
        DType? named = null;
        int line = _token.Line;
        while (true)
        {
            if (_token.Is("const") || _token.Is("volatile") || _token.Is("restrict") || _token.Is("userland"))
            {
                Advance();
            }
            else if (_token.Is("struct") || _token.Is("union"))
            {
                if (named is not null) throw new DSyntaxException(line, "invalid type combination", "D_DECL_COMBO");
                named = Structure();
            }
            else if (_token.Is("enum"))
            {
                if (named is not null) throw new DSyntaxException(line, "invalid type combination", "D_DECL_COMBO");
                named = Enumeration();
            }
            else if (_token.Is("string"))
            {
                if (named is not null || words.Count > 0) throw new DSyntaxException(line, "invalid type combination", "D_DECL_COMBO");
                named = _types.String;
                Advance();
            }
            else if (_token.Kind == DTokenKind.Keyword && TypeWords.Contains(_token.Text))
            {
                words.Add(_token.Text);
                Advance();
            }
            else if (_token.Kind == DTokenKind.Identifier && named is null && words.Count == 0 && _types.Find(_token.Text) is { } type)
            {
                named = type;
                Advance();
            }
            else
            {
                break;
            }
        }
        if (named is not null && words.Count > 0) throw Unfit(line, words);
        if (named is null && words.Count == 0)
            throw _token.Kind == DTokenKind.Identifier ? new DSyntaxException(line, $"failed to resolve type {_token.Text}: Unknown type name", "D_UNKNOWN") : Near();
        if (words.Contains("char") && (words.Contains("short") || words.Contains("long")))
            throw new DSyntaxException(line, "invalid type declaration: short and long may not be used with char type", "D_DECL_CHARATTR");
        if (words.Contains("void") && words.Count > 1)
            throw new DSyntaxException(line, "invalid type declaration: attributes may not be used with void type", "D_DECL_VOIDATTR");
        if (words.Contains("short") && words.Contains("long"))
            throw new DSyntaxException(line, $"failed to resolve type {string.Join(' ', words)} : Unknown type name", "D_UNKNOWN");
        return named ?? DTypeTable.Combine(words) ?? throw new DSyntaxException(line, "invalid type combination", "D_DECL_COMBO");
    }

    /// <summary>Words such as <c>unsigned</c> with a type that has a name of its own.</summary>
    private static DSyntaxException Unfit(int line, List<string> words)
    {
        if (words.Contains("long"))
            return new DSyntaxException(line, "invalid type declaration: long and long long may only be used with integer or floating-point type",
                "D_DECL_LONGINT");
        return words.Contains("signed") || words.Contains("unsigned")
            ? new DSyntaxException(line, "invalid type declaration: signed and unsigned may only be used with integer type",
                "D_DECL_SIGNINT")
            : new DSyntaxException(line, "invalid type combination", "D_DECL_COMBO");
    }
}
