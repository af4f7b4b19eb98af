// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Language;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

// EXPRESSION COMPILER - theory of operation
//   Job      Check an expression as libdtrace does (its words when it refuses) and turn it into code for DMachine.
//   Types    Values are 64 bits wide, and so is arithmetic, whatever the types say: they decide on the sign, on casts and on what a record
//            takes of a value, as in DTrace. 5000 * 1000000 is an int and five thousand millions; x = 0 makes an int, and x = timestamp
//            still keeps a time in it.
//   Once     A clause is compiled for each signature of args[]: types of variables settle at the first.
//   Bounds   Depth by the stack that is left, size by MaxNodes.
//   Proof    OperatorTests, FunctionTests, ErrorTextTests, FuzzTests

/// <summary>Compiles the expressions of one clause on one kind of probe.</summary>
internal sealed partial class ExpressionCompiler
{
    /// <summary>Expressions a clause may have: what DTrace calls the maximum program size.</summary>
    private const int MaxNodes = 4_000;

    /// <summary>Where declarations are checked: any probe, whose args[] are not known.</summary>
    private static readonly ProbeContext AnyProbe = new("*", null);

    private readonly ProgramContext _context;
    private readonly ProbeContext? _probe;
    private readonly Dictionary<string, Operand> _bound = [];
    private int _nodes;
    private int _inlineDepth;

    /// <param name="probe">What args[] are; null outside a clause.</param>
    public ExpressionCompiler(ProgramContext context, ProbeContext? probe)
    {
        _context = context;
        _probe = probe;
    }

    /// <summary>Expressions compiled so far: the measure of how long the clause runs.</summary>
    public int Nodes => _nodes;

    private DTypeTable Types => _context.Types;

    /// <summary>Compiles an expression to a value.</summary>
    /// <exception cref="DSyntaxException">Refused.</exception>
    public Operand Compile(DExpression expression)
    {
        if (++_nodes > MaxNodes) throw Error(expression, "DIF program exceeds maximum program size");
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw Error(expression, "program is nested too deeply");
        return expression switch
        {
            IntegerLiteral e => Literal(e),
            StringLiteral e => Text(e.Bytes),
            NameNode e => Name(e),
            AggregationNode e => new Operand(DTypeTable.Dynamic, Emit.Zero) { Aggregation = e.Name },
            CallNode e => Call(e),
            IndexNode e => Index(e),
            MemberNode e => Member(e),
            UnaryNode e => Unary(e),
            PostfixNode e => Step(e, e.Operand, e.Operator, prefix: false),
            BinaryNode e => Binary(e),
            AssignNode e => Assign(e),
            ConditionalNode e => Conditional(e),
            CastNode e => Cast(e),
            SizeofTypeNode e => Sizeof(e, e.Type),
            OffsetofNode e => Offsetof(e),
            XlateNode e => Xlate(e),
            _ => throw Error(expression, "syntax error"),
        };
    }

    /// <summary>Compiles a value that a record or a key can hold.</summary>
    public DValueType ValueType(Operand operand) => operand.Type.Base switch
    {
        StringType => DValueType.String(_context.Options.StrSize),
        IntegerType i => DValueType.Integer(i.Size, i.Signed),
        PointerType => DValueType.Integer(8, signed: false),
        { } t => DValueType.Bytes(t.Size),
    };

    public static DSyntaxException Error(DExpression at, string message, string? tag = null) =>
        new(at.Line, message, tag) { InExpression = true };

    private static DSyntaxException Undefined(DExpression at, string message, string tag) =>
        new(at.Line, message, tag) { InExpression = true, IsUndefined = true };

    private static Operand Literal(IntegerLiteral e)
    {
        DType type = DTypeTable.OfConstant(
            e.Value, e.Suffix.HasFlag(IntegerSuffix.Unsigned), e.Suffix.HasFlag(IntegerSuffix.Long), e.Suffix.HasFlag(IntegerSuffix.NotDecimal));
        // A negative macro argument is written as its two's complement.
        return Operand.Integer((long)e.Value, (long)e.Value < 0 && e.Suffix == 0 && e.Text.StartsWith('$') ? DTypeTable.Long : type);
    }

    private Operand Text(byte[] bytes)
    {
        byte[] cut = bytes.AsSpan(0, Math.Min(bytes.Length, _context.Options.StrSize - 1)).ToArray();
        return new Operand(Types.String, Emit.Address(nameof(DMachine.Shared), _context.Layout.AddConstant(cut))) { Text = bytes };
    }

    private Operand Sizeof(DExpression at, DType type)
    {
        if (type.Size == 0) throw Error(at, "cannot apply sizeof to an operand of unknown size", "D_SIZEOF_TYPE");
        return Operand.Integer(type.Size, Types.Find("size_t")!);
    }

    private Operand Offsetof(OffsetofNode e)
    {
        if (e.Type.Base is not StructType { IsComplete: true } structure)
            throw Error(e, "offsetof operand must be a struct or union type", "D_OFFSETOF_TYPE");
        StructMember member = structure.Find(e.Member) ?? throw Error(e, $"failed to determine offset of {e.Member}: Invalid member name",
            "D_UNKNOWN");
        if (member.Bits > 0) throw Error(e, $"cannot take offset of a bit-field: {e.Member}", "D_OFFSETOF_BITFIELD");
        return Operand.Integer(member.Offset, Types.Find("size_t")!);
    }

    private Operand Cast(CastNode e)
    {
        Operand operand = Compile(e.Operand);
        if (operand.Translator is not null)
            throw Error(e, $"invalid cast expression: \"pointer to translated data\" to \"{e.Type.Name}\"", "D_CAST_INVAL");
        RefuseDynamic(e, "cast", operand);
        DType to = e.Type;
        bool fits = to.Base switch
        {
            VoidType => true,
            IntegerType or PointerType => operand.Type.IsScalar || operand.Type.Base is ArrayType or StringType,
            StringType => operand.Type.IsStringCompatible,
            _ => ReferenceEquals(to.Base, operand.Type.Base),
        };
        if (!fits) throw Error(e, $"invalid cast expression: \"{operand.Type.Name}\" to \"{to.Name}\"", "D_CAST_INVAL");
        if (operand.Constant is { } constant && to.IsInteger) return Operand.Integer(constant, to);
        return new Operand(to, Emit.Narrow(operand.Code, to)) { Constant = to.IsPointer ? operand.Constant : null };
    }

    private Operand Conditional(ConditionalNode e)
    {
        Operand test = Compile(e.Test), then = Compile(e.Then), otherwise = Compile(e.Else);
        foreach (Operand operand in (Operand[])[test, then, otherwise])
        {
            if (operand.IsDynamic) throw Error(e, "operator ?: operands cannot be of dynamic type", "D_OP_DYN");
        }
        if (!test.Type.IsScalar) throw Error(e, "operator ?: expression must be of scalar type", "D_OP_SCALAR");
        DType type;
        if (then.Type.IsInteger && otherwise.Type.IsInteger) type = DTypeTable.Promote(then.Type, otherwise.Type);
        else if (then.Type.IsStringCompatible && otherwise.Type.IsStringCompatible && (then.Type.IsString || otherwise.Type.IsString)) type = Types.String;
        else if (ArePointersCompatible(then, otherwise)) type = then.Type.IsPointer ? then.Type : otherwise.Type;
        else if (ReferenceEquals(then.Type.Base, otherwise.Type.Base)) type = then.Type;
        else if (IsNull(otherwise) && then.Type.IsString) type = then.Type;
        else if (IsNull(then) && otherwise.Type.IsString) type = otherwise.Type;
        else throw Error(e, "operator ?: operands must have compatible types", "D_OP_INCOMPAT");
        return new Operand(type, Expression.Condition(test.Test, then.Code, otherwise.Code));
    }

    private static bool IsNull(Operand operand) => operand.Constant == 0;

    private static bool ArePointersCompatible(Operand left, Operand right)
    {
        if (!left.Type.IsPointer) return right.Type.IsPointer && left.Type.IsInteger && IsNull(left);
        if (!right.Type.IsPointer) return right.Type.IsInteger && IsNull(right);
        DType l = left.Type.Pointee!.Base, r = right.Type.Pointee!.Base;
        return l is VoidType || r is VoidType || ReferenceEquals(l, r) || (l is IntegerType a && r is IntegerType b && a.Size == b.Size)
            || (l is PointerType && r is PointerType);
    }

    private static void RefuseDynamic(DExpression at, string op, params ReadOnlySpan<Operand> operands)
    {
        foreach (Operand operand in operands)
        {
            if (operand.IsDynamic) throw Error(at, $"operator {op} operands cannot be of dynamic type", "D_OP_DYN");
        }
    }
}
