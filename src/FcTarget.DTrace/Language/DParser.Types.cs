// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Compile;

namespace FcTarget.DTrace.Language;

/// <content>Structures, unions and enumerations.</content>
internal sealed partial class DParser
{
    private DType Structure()
    {
        bool isUnion = _token.Text == "union";
        int line = _token.Line;
        Advance();
        string tag = "";
        if (_token.Kind == DTokenKind.Identifier)
        {
            tag = _token.Text;
            Advance();
        }
        else if (!_token.Is("{"))
        {
            throw Near();
        }
        StructType type = _types.Structure(tag, isUnion);
        if (!_token.Is("{")) return type;
        if (type.IsComplete) throw new DSyntaxException(line, $"type redeclared: {type.Name}", "D_DECL_TYPERED");
        using Nesting nesting = Nest();
        Advance();
        List<(string, DType, int)> members = [];
        while (!_token.Is("}")) Members(members);
        Advance();
        if (type.IsComplete) throw new DSyntaxException(line, $"type redeclared: {type.Name}", "D_DECL_TYPERED");
        try
        {
            type.Define(members, stringsArePointers: _library);
        }
        catch (OverflowException)
        {
            throw new DSyntaxException(line, $"{type.Name} is too big");
        }
        return type;
    }

    private void Members(List<(string Name, DType Type, int Bits)> members)
    {
        DType specified = Specifiers();
        while (true)
        {
            int line = _token.Line;
            (string? name, DType type, IReadOnlyList<DParameter>? keys) = Declarator(specified);
            int bits = _token.Is(":") ? BitField(line, name, type) : 0;
            if (name is null) throw Near();
            if (keys is not null) throw new DSyntaxException(line, $"cannot have dynamic member: {name}", "D_DECL_DYNOBJ");
            if (type.Base is VoidType) throw new DSyntaxException(line, $"cannot have void member: {name}", "D_DECL_VOIDOBJ");
            if (type.Base is FunctionType) throw new DSyntaxException(line, $"cannot have function member: {name}");
            if (type.Base is StructType { IsComplete: false })
                throw new DSyntaxException(line, $"incomplete struct/union/enum {type.Base.Name}: {name}", "D_DECL_INCOMPLETE");
            if (members.Any(m => m.Name == name))
                throw new DSyntaxException(line, $"failed to define member '{name}': Duplicate member or variable name", "D_UNKNOWN");
            members.Add((name, type, bits));
            if (!_token.Is(",")) break;
            Advance();
        }
        Expect(";");
    }

    private int BitField(int line, string? name, DType type)
    {
        Advance();
        if (!ConstantFolder.TryFold(Conditional(), _types, out long bits) || bits <= 0)
            throw new DSyntaxException(line, "positive integral constant expression expected as bit-field size", "D_DECL_BFCONST");
        if (type.Base is not IntegerType)
            throw new DSyntaxException(line, $"invalid type for bit-field: {name ?? "(anon)"}", "D_DECL_BFTYPE");
        if (bits > type.Size * 8) throw new DSyntaxException(line, $"bit-field too big for type: {name}", "D_DECL_BFSIZE");
        return (int)bits;
    }

    private DType Enumeration()
    {
        int line = _token.Line;
        Advance();
        string tag = "";
        if (_token.Kind == DTokenKind.Identifier)
        {
            tag = _token.Text;
            Advance();
        }
        if (!_token.Is("{"))
        {
            if (tag.Length == 0) throw Near();
            return _types.Enumeration(tag) ?? throw new DSyntaxException(line, $"failed to resolve type enum {tag}: Unknown type name",
                "D_UNKNOWN");
        }
        if (_types.Enumeration(tag) is not null) throw new DSyntaxException(line, $"enum redeclared: {tag}");
        Advance();
        DType type = _types.DefineEnumeration(tag);
        long value = 0;
        List<string> names = [];
        do
        {
            if (_token.Is("}")) break;
            string name = ExpectIdentifier();
            if (_token.Is("="))
            {
                Advance();
                int at = _token.Line;
                if (!ConstantFolder.TryFold(Conditional(), _types, out value))
                    throw new DSyntaxException(
                        line, $"enumerator '{name}' must be assigned to an integral constant expression", "D_DECL_ENCONST");
                if (value is < int.MinValue or > int.MaxValue)
                    throw new DSyntaxException(at, $"enumerator '{name}' value overflows INT_MAX ({int.MaxValue})", "D_DECL_ENOFLOW");
            }
            if (!_types.DefineEnumerator(name, (int)value, type))
            {
                throw names.Contains(name)
                    ? new DSyntaxException(line, $"failed to define enumerator '{name}': Duplicate member or variable name", "D_UNKNOWN")
                    : new DSyntaxException(line, $"identifier redeclared: {name}", "D_DECL_IDRED");
            }
            names.Add(name);
            value++;
            if (!_token.Is(",")) break;
            Advance();
        }
        while (true);
        Expect("}");
        return type;
    }
}
