// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Compile;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Language;

// D PARSER - theory of operation
//   Job      D text to syntax: clauses and declarations in their order. Types are resolved while parsing, since C cannot be parsed otherwise.
//   Outer    A run of characters that begins with a type or a declaration keyword and has no colon is a declaration, anything else a probe.
//   Bounds   Nesting is limited (MaxDepth): a program of a million parentheses is refused, not a stack overflow.
//   Missing  provider definitions, function declarations: refused by name.
//   Proof    ProgramTests, ErrorTextTests, FuzzTests

/// <summary>Recursive descent over <see cref="DLexer"/>.</summary>
internal sealed partial class DParser
{
    /// <summary>What counts as too deeply nested: expressions, statements, types.</summary>
    private const int MaxDepth = 100;

    private const int MaxClauses = 4096, MaxFields = 4;

    private static readonly HashSet<string> DeclarationWords =
    [
        "auto", "char", "const", "counter", "double", "enum", "extern", "float", "import", "inline", "int", "long", "provider", "register",
        "restrict", "self", "short", "signed", "static", "string", "struct", "this", "translator", "typedef", "union", "unsigned", "userland",
        "void", "volatile",
    ];

    private readonly DLexer _lexer;
    private readonly DTypeTable _types;
    private readonly DOptions _options;
    private readonly bool _library;
    private readonly bool _script;
    private readonly int _fields;
    private readonly List<object> _items = [];
    private readonly HashSet<string> _variables = [];
    private DToken _token;
    private int _depth;

    /// <param name="options">Set by pragmas as they are met.</param>
    /// <param name="library">The text is <see cref="DLibrary"/>: strings in structures are pointers.</param>
    /// <param name="script">The text is a file: a description without actions is an error there.</param>
    /// <param name="fields">Fields of a description that has no colon fill from the right: 4 a name, 3 a function, 2 a module, 1 a provider.</param>
    private DParser(DLexer lexer, DTypeTable types, DOptions options, bool library, bool script, int fields)
    {
        _script = script;
        _lexer = lexer;
        _types = types;
        _options = options;
        _library = library;
        _fields = fields;
    }

    /// <summary>Parses a whole program.</summary>
    /// <returns>Clauses and declarations: <see cref="DClause"/>, <see cref="VariableDeclaration"/>, <see cref="InlineDeclaration"/>, ...</returns>
    /// <exception cref="DSyntaxException">It is not D.</exception>
    public static IReadOnlyList<object> Parse(string text, DMacros macros, DTypeTable types, DOptions options, bool script, int fields)
    {
        DParser parser = new(new DLexer(text, macros, options), types, options, library: false, script, fields);
        parser.Program();
        return parser._items;
    }

    /// <summary>Adds the types of <see cref="DLibrary"/>.</summary>
    public static void ParseLibrary(DTypeTable types, DOptions options) =>
        new DParser(new DLexer(DLibrary.Text, new DMacros("", []), options), types, options, library: true, script: true, MaxFields).Program();

    private void Program()
    {
        bool isEmpty = _script && !_library;
        while (_lexer.PeekCharacter() is not '\0' and char c)
        {
            if (_items.Count >= MaxClauses) throw new DSyntaxException(_lexer.Line, $"program has more than {MaxClauses} clauses and declarations");
            if (c == '#')
            {
                ControlLine();
                continue;
            }
            if (c == ';')
            {
                _lexer.Skip();
                continue;
            }
            (string word, string run) = _lexer.PeekOuter();
            bool declares = word.Length > 0 && !run.Contains(':') && (DeclarationWords.Contains(word) || _types.Find(word) is not null);
            if (declares) Declaration();
            else Clause();
            isEmpty = false;
        }
        if (isEmpty) throw new DSyntaxException(_lexer.Line, "empty D program translation unit", "D_EMPTY");
    }

    // probe [, probe]... [/ predicate /] [{ statements }]
    private void Clause()
    {
        int line = _lexer.Line;
        List<ProbePattern> probes = [Pattern()];
        while (_lexer.PeekCharacter() == ',')
        {
            _lexer.Skip();
            probes.Add(Pattern());
        }
        DExpression? predicate = null;
        char next = _lexer.PeekCharacter();
        if (next == '/')
        {
            _lexer.Skip();
            _lexer.InPredicate = true;
            Advance();
            predicate = Expression();
            if (_token.Kind != DTokenKind.EndPredicate) throw Near();
            _lexer.InPredicate = false;
            next = _lexer.PeekCharacter();
            if (next != '{') throw new DSyntaxException(line, "expected actions { } following probe description and predicate", "D_SYNTAX");
        }
        else if (next is not ('{' or ';' or '\0'))
        {
            if (_script) throw NoBody(line);
            Advance();
            throw Near();
        }
        List<DStatement>? body = null;
        if (next == '{')
        {
            _lexer.Skip();
            Advance();
            body = Statements();
            if (!_token.Is("}")) throw Near();
        }
        if (body is null && _script) throw NoBody(line);
        _items.Add(new DClause(line, probes, predicate, body));
    }

    private static DSyntaxException NoBody(int line) => new(line, "expected predicate and/or actions following probe description",
        "D_SYNTAX");

    private ProbePattern Pattern()
    {
        char c = _lexer.PeekCharacter();
        int line = _lexer.Line;
        if (char.IsAsciiDigit(c))
        {
            Advance();
            if (_token.Value > int.MaxValue) throw new DSyntaxException(line, $"identifier {_token.Value} exceeds maximum probe id");
            return new ProbePattern(line, "", "", "", "", (int)_token.Value, _token.Text);
        }
        string text = _lexer.TakeProbeDescription();
        if (text.Length == 0)
        {
            Advance();
            throw Near();
        }
        string[] parts = text.Split(':');
        string[] fields = ["", "", "", ""];
        int last = parts.Length == 1 ? _fields - 1 : Math.Max(_fields - 1, 0);
        if (parts.Length > last + 1)
            throw new DSyntaxException(line, $"invalid probe description \"{text}\": Overspecified probe description", "D_PDESC_INVAL");
        for (int i = 0; i < parts.Length; i++) fields[last - i] = parts[parts.Length - 1 - i];
        return new ProbePattern(line, fields[0], fields[1], fields[2], fields[3], 0, text);
    }

    private List<DStatement> Statements()
    {
        List<DStatement> statements = [];
        while (true)
        {
            while (_token.Is(";")) Advance();
            if (_token.Is("}") || _token.Kind == DTokenKind.End) return statements;
            DStatement statement = Statement();
            statements.Add(statement);
            if (_token.Is(";") || statement is IfStatement) continue;
            if (!_token.Is("}")) throw Near();
        }
    }

    private DStatement Statement()
    {
        int line = _token.Line;
        if (!_token.Is("if")) return new ExpressionStatement(line, Expression());
        using Nesting nesting = Nest();
        Advance();
        Expect("(");
        DExpression test = Expression();
        Expect(")");
        IReadOnlyList<DStatement> then = Block(), otherwise = [];
        if (_token.Is("else"))
        {
            Advance();
            otherwise = Block();
        }
        return new IfStatement(line, test, then, otherwise);
    }

    private IReadOnlyList<DStatement> Block()
    {
        if (!_token.Is("{"))
        {
            DStatement only = Statement();
            if (only is ExpressionStatement) Expect(";");
            return [only];
        }
        Advance();
        List<DStatement> statements = Statements();
        Expect("}");
        return statements;
    }

    private void Advance()
    {
        while (_lexer.AtControlLine()) ControlLine();
        _token = _lexer.Next();
    }

    private void Expect(string text)
    {
        if (!_token.Is(text)) throw Near();
        Advance();
    }

    private string ExpectIdentifier()
    {
        if (_token.Kind != DTokenKind.Identifier) throw Near();
        string name = _token.Text;
        Advance();
        return name;
    }

    private DSyntaxException Near() => _token.Kind switch
    {
        DTokenKind.End => new DSyntaxException(_token.Line, "syntax error near end of input", "D_SYNTAX"),
        DTokenKind.Aggregation => new DSyntaxException(_token.Line, $"syntax error near \"@{_token.Text}\"", "D_SYNTAX"),
        _ => new DSyntaxException(_token.Line, $"syntax error near \"{_token.Text}\"", "D_SYNTAX"),
    };

    private Nesting Nest()
    {
        if (++_depth > MaxDepth || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new DSyntaxException(_token.Line, "program is nested too deeply");
        return new Nesting(this);
    }

    private readonly ref struct Nesting(DParser parser)
    {
        public void Dispose() => parser._depth--;
    }
}
