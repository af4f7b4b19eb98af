// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Language;

namespace FcTarget.DTrace.Compile;

internal sealed partial class ExpressionCompiler
{
    private Operand Assign(AssignNode e)
    {
        if (e.Left is AggregationNode aggregation) throw Error(e, $"@{aggregation.Name} may be assigned as a statement only");
        bool compound = e.Operator != "=";
        Operand right = Compile(e.Right);
        if (right.Translator is not null && right.Type.Base is StructType && !compound) return AssignTranslated(e, right);
        RefuseDynamic(e, e.Operator, right);
        if (right.Type.Base is VoidType)
            throw Error(e, $"operands have incompatible types: \"<DYN>\" {e.Operator} \"void\"", "D_OP_INCOMPAT");
        Operand left = Target(e, e.Left, e.Operator, compound ? Types.Find("int64_t")! : Decay(right.Type));
        if (compound)
        {
            if (left.Type.IsScalar && right.Type.IsString)
                throw Error(
                    e, $"operands have incompatible types: \"{left.Type.Name}\" {e.Operator} \"{right.Type.Name}\"", "D_OP_INCOMPAT");
            Operand result = Arithmetic(e, e.Operator[..^1], left, right);
            if (left.Type.IsPointer && !result.Type.IsPointer)
                throw Error(
                    e, $"operands have incompatible types: \"{left.Type.Name}\" {e.Operator} \"{right.Type.Name}\"", "D_OP_INCOMPAT");
            return Stored(left, result.Code);
        }
        if (left.Type.Base is ArrayType)
            throw Error(e, $"operator = may not be applied to operand of type \"{left.Type.Name}\"", "D_OP_ARRFUN");
        if (!IsAssignable(left.Type, right))
            throw Error(e, $"operands have incompatible types: \"{left.Type.Name}\" = \"{right.Type.Name}\"", "D_OP_INCOMPAT");
        return Stored(left, right.Code);
    }

    /// <summary><c>++</c> and <c>--</c>, before or after their operand.</summary>
    private Operand Step(DExpression e, DExpression operand, string op, bool prefix)
    {
        Operand target = Target(e, operand, op, Types.Find("int64_t")!);
        if (!target.Type.IsScalar) throw Error(e, $"operator {op} requires operand of scalar type", "D_OP_SCALAR");
        if (target.Type.Base is PointerType { Target.Size: 0 })
            throw Error(e, $"operator {op} requires an operand of known size", "D_OP_VFPTR");
        long step = target.Type.Pointee?.Size ?? 1;
        ParameterExpression old = Expression.Variable(typeof(long));
        Expression changed = Expression.Add(old, Emit.Constant(op == "++" ? step : -step));
        return new Operand(target.Type, Around(target, old, target.Code, target.Store!(changed), prefix ? changed : old));
    }

    /// <summary>A variable to be written; a new one takes <paramref name="type"/>.</summary>
    private Operand Target(DExpression e, DExpression target, string op, DType type)
    {
        switch (target)
        {
            case NameNode name when !_bound.ContainsKey(name.Name) && !_context.Inlines.ContainsKey(name.Name):
                DVariable? known = _context.Variables.Find(name.Scope, name.Name);
                if (known is null && name.Scope == DScope.Global && (name.Name == "args" || BuiltIn(name) is not null))
                    throw Error(e, $"operator {op} can only be applied to a writable variable", "D_OP_WRITE");
                DVariable variable = known ?? _context.Variables.Create(e.Line, name.Scope, name.Name);
                if (variable.Keys is not null)
                    throw Error(e, $"associative array '{name.Name}' may not be referenced as scalar", "D_IDENT_BADREF");
                if (variable.Type is null) _context.Variables.Settle(e.Line, variable, type);
                return Scalar(variable);
            case IndexNode { Array: NameNode array } index when ArrayToWrite(e, index, array, op) is { } arrayVariable:
                Operand element = Element(index, arrayVariable, create: true);
                if (arrayVariable.Type is not null) return element;
                _context.Variables.Settle(e.Line, arrayVariable, type, KeyBytes(arrayVariable.Keys!));
                return Element(index, arrayVariable, create: false);
        }
        return Memory(e, target, op);
    }

    /// <summary>The associative array that an assignment to <c>name[keys]</c> means, made if it is new; null if it is not one.</summary>
    private DVariable? ArrayToWrite(DExpression e, IndexNode index, NameNode name, string op)
    {
        if (_bound.ContainsKey(name.Name) || _context.Inlines.ContainsKey(name.Name)) return null;
        DVariable? variable = _context.Variables.Find(name.Scope, name.Name);
        if (variable is not null)
        {
            if (variable.Keys is null && variable.Type is { IsPointer: false })
                throw Error(e, $"scalar '{name.Name}' may not be referenced as associative array", "D_IDENT_BADREF");
            return variable.Keys is null ? null : variable;
        }
        if (name.Scope == DScope.Global && (name.Name == "args" || BuiltIn(name) is not null))
            throw Error(e, $"operator {op} can only be applied to a writable variable", "D_OP_WRITE");
        if (name.Scope == DScope.Clause)
            throw Error(e, $"local variables may not be used as associative arrays: {name.Name}", "D_DECL_LOCASSC");
        List<DType> keys = [];
        for (int i = 0; i < index.Keys.Count; i++)
        {
            Operand key = Compile(index.Keys[i]);
            RefuseKey(e, key, "associative array", i);
            keys.Add(Decay(key.Type));
        }
        variable = _context.Variables.Create(e.Line, name.Scope, name.Name);
        variable.Keys = keys;
        return variable;
    }

    /// <summary>Declares a variable before it is used.</summary>
    public static void Declare(ProgramContext context, VariableDeclaration d)
    {
        if (context.Variables.Find(d.Scope, d.Name) is { Type: { } previous } known)
        {
            if (previous.Name == d.Type.Name && known.Keys?.Count == d.Keys?.Count) return;
            throw new DSyntaxException(
                d.Line, $"identifier redeclared: {d.Name}\n\t current: {d.Type.Name}\n\tprevious: {previous.Name}", "D_DECL_IDRED");
        }
        if (d.Type.Base is FloatType) throw new DSyntaxException(d.Line, $"cannot have floating-point variable: {d.Name}");
        if (d.Type.Base is StructType { IsComplete: false }) throw new DSyntaxException(d.Line, $"cannot have variable of incomplete type: {d.Name}");
        DVariable variable = context.Variables.Create(d.Line, d.Scope, d.Name);
        variable.Keys = d.Keys;
        int keyBytes = 8 + (d.Keys?.Sum(k => k.Size) ?? 0);
        context.Variables.Settle(d.Line, variable, d.Type, keyBytes);
    }

    private static Operand Stored(Operand left, Expression value)
    {
        ParameterExpression kept = Expression.Variable(typeof(long));
        return new Operand(left.Type, Around(left, kept, value, left.Store!(kept), kept));
    }

    /// <summary>The keys of the target, then a value, then what is done with it.</summary>
    private static Expression Around(Operand target, ParameterExpression variable, Expression value, params ReadOnlySpan<Expression> use)
    {
        Expression block = Expression.Block([variable], [Expression.Assign(variable, value), .. use]);
        return target.Keys?.Around(block) ?? block;
    }

    /// <summary>The type that a variable or a key takes from a value: an array becomes a pointer, a constant what it is.</summary>
    private static DType Decay(DType type) => type.Base is ArrayType a ? new PointerType(a.Element) : type;

    private static bool IsAssignable(DType to, Operand from)
    {
        if (from.IsDynamic) return false;
        if (to.IsInteger) return from.Type.IsInteger;
        if (to.IsString) return from.Type.IsStringCompatible || (IsNull(from) && from.Type.IsScalar);
        if (to.IsPointer) return ArePointersCompatible(new Operand(to, Emit.Zero), from) || (to.IsStringCompatible && from.Type.IsString);
        return ReferenceEquals(to.Base, from.Type.Base);
    }
}
