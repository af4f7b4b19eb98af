// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Compile;

namespace FcTarget.DTrace.Language;

internal sealed partial class DParser
{
    /// <summary>Binary operators from the loosest to the tightest.</summary>
    private static readonly string[][] Levels =
    [
        ["||"], ["^^"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", "<=", ">", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
    ];

    private static readonly HashSet<string> Assignments = ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];

    private DExpression Expression()
    {
        DExpression left = Assignment();
        while (_token.Is(","))
        {
            int line = _token.Line;
            Advance();
            left = new BinaryNode(line, ",", left, Assignment());
        }
        return left;
    }

    private DExpression Assignment()
    {
        using Nesting nesting = Nest();
        DExpression left = Conditional();
        if (_token.Kind != DTokenKind.Punctuator || !Assignments.Contains(_token.Text)) return left;
        (int line, string op) = (_token.Line, _token.Text);
        Advance();
        if (left is NameNode { Scope: DScope.Global } name) _variables.Add(name.Name);
        return new AssignNode(line, op, left, Assignment());
    }

    private DExpression Conditional()
    {
        DExpression test = Binary(0);
        if (!_token.Is("?")) return test;
        int line = _token.Line;
        Advance();
        DExpression then = Expression();
        Expect(":");
        using Nesting nesting = Nest();
        return new ConditionalNode(line, test, then, Conditional());
    }

    private DExpression Binary(int level)
    {
        if (level == Levels.Length) return Cast();
        DExpression left = Binary(level + 1);
        int chain = 0;
        while (_token.Kind == DTokenKind.Punctuator && Levels[level].Contains(_token.Text))
        {
            (int line, string op) = (_token.Line, _token.Text);
            if (++chain > MaxDepth * 4) throw new DSyntaxException(line, "program is nested too deeply");
            Advance();
            left = new BinaryNode(line, op, left, Binary(level + 1));
        }
        return left;
    }

    private DExpression Cast()
    {
        if (!_token.Is("(")) return Unary();
        (int At, int Line) mark = _lexer.Mark();
        DToken parenthesis = _token;
        Advance();
        if (!AtType())
        {
            RefuseUnknownType();
            _lexer.Reset(mark);
            _token = parenthesis;
            return Unary();
        }
        using Nesting nesting = Nest();
        DType type = TypeName();
        Expect(")");
        return new CastNode(parenthesis.Line, type, Cast());
    }

    /// <summary>A cast to a pointer to what is no type, as scripts have it that look into a kernel, is refused by the type's name.</summary>
    private void RefuseUnknownType()
    {
        if (_token.Kind != DTokenKind.Identifier) return;
        DToken name = _token;
        Advance();
        if (!_token.Is("*")) return;
        while (_token.Is("*")) Advance();
        if (_token.Is(")")) throw new DSyntaxException(name.Line, $"failed to resolve type {name.Text}: Unknown type name", "D_UNKNOWN");
    }

    private DExpression Unary()
    {
        (int line, string op) = (_token.Line, _token.Text);
        if (_token.Kind == DTokenKind.Punctuator && op is "+" or "-" or "~" or "!" or "*" or "&" or "++" or "--")
        {
            using Nesting nesting = Nest();
            Advance();
            return new UnaryNode(line, op, Cast());
        }
        if (_token.Is("sizeof"))
        {
            Advance();
            if (_token.Is("("))
            {
                (int At, int Line) mark = _lexer.Mark();
                DToken parenthesis = _token;
                Advance();
                if (AtType())
                {
                    DType type = TypeName();
                    Expect(")");
                    return new SizeofTypeNode(line, type);
                }
                _lexer.Reset(mark);
                _token = parenthesis;
            }
            using Nesting nesting = Nest();
            return new UnaryNode(line, op, Unary());
        }
        if (_token.Is("stringof"))
        {
            using Nesting nesting = Nest();
            Advance();
            return new UnaryNode(line, op, Unary());
        }
        return Postfix(Primary());
    }

    private DExpression Postfix(DExpression left)
    {
        for (int chain = 0; ; chain++)
        {
            (int line, string op) = (_token.Line, _token.Text);
            if (_token.Kind != DTokenKind.Punctuator) return left;
            if (chain > MaxDepth) throw new DSyntaxException(line, "program is nested too deeply");
            switch (op)
            {
                case "[":
                    Advance();
                    left = new IndexNode(line, left, Arguments("]"));
                    break;
                case "." or "->":
                    Advance();
                    // A member may have the name of a keyword: a library structure is not written for D.
                    if (_token.Kind is not (DTokenKind.Identifier or DTokenKind.Keyword))
                        throw new DSyntaxException(line, $"operator {op} must be followed by an identifier", "D_SYNTAX");
                    left = new MemberNode(line, left, _token.Text, op == "->");
                    Advance();
                    break;
                case "++" or "--":
                    Advance();
                    left = new PostfixNode(line, op, left);
                    break;
                default: return left;
            }
        }
    }

    private DExpression Primary()
    {
        DToken token = _token;
        int line = token.Line;
        switch (token.Kind)
        {
            case DTokenKind.Integer:
                Advance();
                return new IntegerLiteral(line, token.Value, token.Suffix, token.Text);
            case DTokenKind.String:
                Advance();
                return new StringLiteral(line, token.Bytes!);
            case DTokenKind.Aggregation:
                Advance();
                if (!_token.Is("[")) return new AggregationNode(line, token.Text, null);
                Advance();
                return new AggregationNode(line, token.Text, Arguments("]"));
            case DTokenKind.Identifier: return Named();
            case DTokenKind.Keyword when token.Text is "self" or "this":
                Advance();
                if (!_token.Is("->")) throw Near();
                Advance();
                if (_token.Kind != DTokenKind.Identifier)
                    throw new DSyntaxException(line, "operator -> must be followed by an identifier", "D_SYNTAX");
                return new NameNode(line, token.Text == "self" ? DScope.Thread : DScope.Clause, ExpectIdentifier());
            case DTokenKind.Keyword when token.Text == "offsetof": return Offsetof();
            case DTokenKind.Keyword when token.Text == "xlate": return Xlate();
            case DTokenKind.Punctuator when token.Text == "(":
                Advance();
                DExpression inner = Expression();
                Expect(")");
                return inner;
            default: throw Near();
        }
    }

    private DExpression Named()
    {
        (int line, string name) = (_token.Line, _token.Text);
        Advance();
        if (_token.Is("`")) throw new DSyntaxException(line, $"failed to resolve {name}`: Unknown module name", "D_IDENT_UNDEF");
        if (!_token.Is("(")) return new NameNode(line, DScope.Global, name);
        Advance();
        return new CallNode(line, name, Arguments(")"));
    }

    private List<DExpression> Arguments(string end)
    {
        List<DExpression> arguments = [];
        if (_token.Is(end))
        {
            if (end == "]") throw Near();
            Advance();
            return arguments;
        }
        while (true)
        {
            arguments.Add(Assignment());
            if (_token.Is(end)) break;
            Expect(",");
        }
        Advance();
        return arguments;
    }

    private DExpression Offsetof()
    {
        int line = _token.Line;
        Advance();
        Expect("(");
        DType type = TypeName();
        Expect(",");
        if (_token.Kind is not (DTokenKind.Identifier or DTokenKind.Keyword)) throw Near();
        string member = _token.Text;
        Advance();
        Expect(")");
        return new OffsetofNode(line, type, member);
    }

    private DExpression Xlate()
    {
        int line = _token.Line;
        Advance();
        Expect("<");
        DType type = TypeName();
        Expect(">");
        Expect("(");
        DExpression operand = Expression();
        Expect(")");
        return new XlateNode(line, type, operand);
    }
}
