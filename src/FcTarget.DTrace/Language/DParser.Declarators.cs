// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Compile;

namespace FcTarget.DTrace.Language;

/// <content>Declarators: pointers, names, dimensions, the key types of associative arrays, and functions.</content>
internal sealed partial class DParser
{
    private static readonly HashSet<string> StorageWords = ["static", "extern", "typedef", "auto", "register", "self", "this"];

    /// <summary>Applies a declarator to a type. The name is null in a type name, the keys are null for what is no associative array.</summary>
    private (string? Name, DType Type, IReadOnlyList<DParameter>? Keys) Declarator(DType type)
    {
        List<Func<DType, DType>> steps = [];
        (string? name, IReadOnlyList<DParameter>? keys) = Declarator(steps);
        int line = _token.Line;
        foreach (Func<DType, DType> step in steps)
        {
            type = step(type);
            if (type is ArrayType { Element.Base: VoidType })
                throw new DSyntaxException(line, $"cannot declare array of void: {name}", "D_DECL_VOIDOBJ");
        }
        return (name, type, keys);
    }

    // { * } ( name | "(" declarator ")" ) { "[" dimension or keys "]" | "(" parameters ")" }
    private (string? Name, IReadOnlyList<DParameter>? Keys) Declarator(List<Func<DType, DType>> steps)
    {
        using Nesting nesting = Nest();
        while (_token.Is("*") || _token.Is("const") || _token.Is("volatile") || _token.Is("restrict"))
        {
            if (_token.Is("*")) steps.Add(type => new PointerType(type));
            Advance();
        }
        string? name = null;
        IReadOnlyList<DParameter>? keys = null;
        List<Func<DType, DType>> inner = [], suffixes = [];
        if (_token.Is("("))
        {
            Advance();
            if (_token.Is(")")) throw Near();
            (name, keys) = Declarator(inner);
            Expect(")");
        }
        else if (_token.Kind == DTokenKind.Identifier)
        {
            name = _token.Text;
            Advance();
        }
        while (_token.Is("[") || _token.Is("("))
        {
            int line = _token.Line;
            if (_token.Is("("))
            {
                Advance();
                Parameters("function", ")");
                suffixes.Add(type => new FunctionType(type));
                continue;
            }
            Advance();
            if (_token.Is("]"))
            {
                throw new DSyntaxException(
                    line, $"array declaration requires array dimension or tuple signature: {name}", "D_DECL_ARRNULL");
            }
            if (AtParameter())
            {
                if (keys is not null || suffixes.Count > 0)
                    throw new DSyntaxException(line, "cannot declare array of associative arrays", "D_DECL_ARRASC");
                keys = Parameters("array", "]");
                continue;
            }
            int count = Dimension(line);
            Expect("]");
            suffixes.Add(type => (long)type.Size * count <= DTypeTable.MaxObjectSize ? new ArrayType(type, count)
                : throw new DSyntaxException(line, "array dimension too big", "D_DECL_ARRBIG"));
        }
        suffixes.Reverse(); // int a[2][3] is an array of two arrays
        steps.AddRange(suffixes);
        steps.AddRange(inner);
        return (name, keys);
    }

    private bool AtParameter() => AtType() || _token.Is("...") || (_token.Kind == DTokenKind.Keyword && StorageWords.Contains(_token.Text));

    /// <summary>What stands between brackets, and the closing one.</summary>
    private List<DParameter> Parameters(string kind, string end)
    {
        List<DParameter> parameters = [];
        int line = _token.Line;
        while (!_token.Is(end))
        {
            if (parameters.Count > 0) Expect(",");
            if (_token.Kind == DTokenKind.Keyword && StorageWords.Contains(_token.Text))
                throw new DSyntaxException(
                    line, "inappropriate storage class for function or associative array parameter", "D_DECL_PARMCLASS");
            if (_token.Is("..."))
            {
                if (kind == "array")
                    throw new DSyntaxException(line, "array prototype may not use a variable-length argument list", "D_DECL_PROTO_VARARGS");
                Advance();
                break;
            }
            DType specified = Specifiers();
            (string? name, DType type, IReadOnlyList<DParameter>? keys) = Declarator(specified);
            if (keys is not null) throw Unfit("dynamic variable");
            if (type.Base is VoidType && name is not null)
                throw new DSyntaxException(line, $"void parameter may not have a name: {name}", "D_DECL_PROTO_NAME");
            if (type.Base is VoidType && kind == "array") throw Unfit("void");
            parameters.Add(new DParameter(name, type));

            DSyntaxException Unfit(string what) => new(
                line, $"{kind} prototype may not use parameter of type {what}: {name ?? "(anonymous)"}, parameter #{parameters.Count + 1}",
                "D_DECL_PROTO_TYPE");
        }
        if (parameters.Count > 1 && parameters.Any(p => p.Type.Base is VoidType))
            throw new DSyntaxException(line, "void must be sole parameter", "D_DECL_PROTO_VOID");
        Expect(end);
        return parameters;
    }

    private int Dimension(int line)
    {
        DExpression expression = Conditional();
        if (ConstantFolder.TryFold(expression, _types, out long value) && value > 0)
            return value <= DTypeTable.MaxObjectSize ? (int)value : throw new DSyntaxException(line, "array dimension too big",
                "D_DECL_ARRBIG");
        throw new DSyntaxException(
            line, "positive integral constant expression or tuple signature expected as array declaration subscript", "D_DECL_ARRSUB");
    }
}
