// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Language;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

internal sealed partial class ExpressionCompiler
{
    private Operand Unary(UnaryNode e)
    {
        switch (e.Operator)
        {
            case "++" or "--": return Step(e, e.Operand, e.Operator, prefix: true);
            case "sizeof":
                Operand sized = Compile(e.Operand);
                if (sized.Bits is not null) throw Error(e, "cannot apply sizeof to a bit-field", "D_SIZEOF_BITFIELD");
                return sized.Text is { } text && e.Operand is StringLiteral
                    ? Operand.Integer(text.Length + 1, Types.Find("size_t")!)
                    : Sizeof(e, sized.Type);
        }
        Operand operand = Compile(e.Operand);
        if (e.Operator == "&" && operand.Aggregation is not null) throw Error(e, "cannot take address of dynamic variable", "D_ADDROF_VAR");
        RefuseDynamic(e, e.Operator, operand);
        switch (e.Operator)
        {
            case "stringof":
                if (!operand.Type.IsStringCompatible && !operand.Type.IsScalar)
                    throw Error(e, $"cannot apply stringof to a value of type {operand.Type.Name}", "D_STRINGOF_TYPE");
                return new Operand(Types.String, operand.Code) { Text = operand.Text };
            case "*": return Dereference(e, operand, "*");
            case "&":
                if (operand.Variable is not null) throw Error(e, "cannot take address of dynamic variable", "D_ADDROF_VAR");
                if (operand.Bits is not null) throw Error(e, "cannot take address of bit-field", "D_ADDROF_BITFIELD");
                if (!operand.IsMemory) throw Error(e, "unacceptable operand for unary & operator", "D_ADDROF_LVAL");
                return new Operand(new PointerType(operand.Type), operand.Address!) { IsWritable = operand.IsWritable };
            case "!":
                if (!operand.Type.IsScalar) throw Error(e, "operator ! requires an operand of scalar type", "D_OP_SCALAR");
                return operand.Constant is { } c ? Operand.Integer(c == 0 ? 1 : 0, DTypeTable.Int) : Operand.Boolean(Expression.Not(operand.Test));
            case "~":
                if (!operand.Type.IsInteger) throw Error(e, "operator ~ requires an operand of integral type", "D_OP_INT");
                break;
            default:
                if (!operand.Type.IsInteger) throw Error(e, $"operator {e.Operator} requires an operand of arithmetic type", "D_OP_ARITH");
                break;
        }
        DType type = DTypeTable.Promote(operand.Type);
        if (operand.Constant is { } value) return Operand.Wide(e.Operator switch { "-" => -value, "~" => ~value, _ => value }, type);
        Expression code = e.Operator switch
        {
            "-" => Expression.Negate(operand.Code),
            "~" => Expression.Not(operand.Code),
            _ => operand.Code,
        };
        return new Operand(type, code);
    }

    private Operand Binary(BinaryNode e)
    {
        Operand left = Compile(e.Left), right = Compile(e.Right);
        if (e.Operator == ",")
            return right with { Code = Expression.Block(left.Code, right.Code), Constant = null, Store = null, Variable = null, Text = null };
        RefuseDynamic(e, e.Operator, left, right);
        switch (e.Operator)
        {
            case "&&" or "||" or "^^":
                if (!left.Type.IsScalar || !right.Type.IsScalar)
                    throw Error(e, $"operator {e.Operator} requires operands of scalar type", "D_OP_SCALAR");
                return Operand.Boolean(e.Operator switch
                {
                    "&&" => Expression.AndAlso(left.Test, right.Test),
                    "||" => Expression.OrElse(left.Test, right.Test),
                    _ => Expression.NotEqual(left.Test, right.Test),
                });
            case "==" or "!=" or "<" or "<=" or ">" or ">=": return Compare(e, left, right);
            default: return Arithmetic(e, e.Operator, left, right);
        }
    }

    private Operand Compare(BinaryNode e, Operand left, Operand right)
    {
        bool equality = e.Operator is "==" or "!=";
        bool strings = left.Type.IsStringCompatible && right.Type.IsStringCompatible && (left.Type.IsString || right.Type.IsString);
        bool stringAndNull = equality && ((left.Type.IsString && IsNull(right)) || (right.Type.IsString && IsNull(left)));
        if (strings || stringAndNull)
            return Operand.Boolean(Relation(e.Operator, Emit.Call(nameof(DMachine.StrCmp), left.Code, right.Code), Emit.Zero));
        if (left.Type.IsInteger && right.Type.IsInteger)
        {
            DType type = DTypeTable.Promote(left.Type, right.Type);
            return type.IsSigned || equality ? Operand.Boolean(Relation(e.Operator, left.Code, right.Code))
                : Operand.Boolean(Relation(e.Operator, Emit.Unsigned(left.Code), Emit.Unsigned(right.Code)));
        }
        // Scripts ask for != NULL also where no pointer is: of times, of codes.
        bool withNull = equality && ((left.Type.IsInteger && IsNull(right)) || (right.Type.IsInteger && IsNull(left)));
        if (withNull || ArePointersCompatible(left, right))
            return Operand.Boolean(equality ? Relation(e.Operator, left.Code, right.Code)
                : Relation(e.Operator, Emit.Unsigned(left.Code), Emit.Unsigned(right.Code)));
        throw Error(e, $"operands have incompatible types: \"{left.Type.Name}\" {e.Operator} \"{right.Type.Name}\"", "D_OP_INCOMPAT");
    }

    private static Expression Relation(string op, Expression left, Expression right) => op switch
    {
        "==" => Expression.Equal(left, right),
        "!=" => Expression.NotEqual(left, right),
        "<" => Expression.LessThan(left, right),
        "<=" => Expression.LessThanOrEqual(left, right),
        ">" => Expression.GreaterThan(left, right),
        _ => Expression.GreaterThanOrEqual(left, right),
    };

    private Operand Arithmetic(DExpression e, string op, Operand left, Operand right)
    {
        if (op is "+" or "-" && (left.Type.IsPointer || right.Type.IsPointer)) return PointerArithmetic(e, op, left, right);
        if (!left.Type.IsInteger || !right.Type.IsInteger)
        {
            throw op is "%" or "&" or "|" or "^" or "<<" or ">>"
                ? Error(e, $"operator {op} requires operands of integral type", "D_OP_INT")
                : Error(e, $"operator {op} requires operands of arithmetic type", "D_OP_ARITH");
        }
        bool shift = op is "<<" or ">>";
        DType type = shift ? DTypeTable.Promote(left.Type) : DTypeTable.Promote(left.Type, right.Type);
        Expression l = left.Code, r = right.Code;
        bool signed = type.IsSigned;
        Expression code = op switch
        {
            "+" => Expression.Add(l, r),
            "-" => Expression.Subtract(l, r),
            "*" => Expression.Multiply(l, r),
            "/" => Emit.Call(signed ? nameof(DMachine.Divide) : nameof(DMachine.DivideUnsigned), l, r),
            "%" => Emit.Call(signed ? nameof(DMachine.Modulo) : nameof(DMachine.ModuloUnsigned), l, r),
            "&" => Expression.And(l, r),
            "|" => Expression.Or(l, r),
            "^" => Expression.ExclusiveOr(l, r),
            "<<" => Expression.LeftShift(l, ShiftCount(r)),
            _ when signed => Expression.RightShift(l, ShiftCount(r)),
            _ => Expression.Convert(Expression.RightShift(Emit.Unsigned(l), ShiftCount(r)), typeof(long)),
        };
        if (left.Constant is { } a && right.Constant is { } b && Fold(op, a, b, type) is { } folded) return Operand.Wide(folded, type);
        if (op is "/" or "%" && right.Constant == 0) throw Error(e, "expression contains division by zero", "D_DIV_ZERO");
        return new Operand(type, code);
    }

    private static Expression ShiftCount(Expression count) => Expression.Convert(Expression.And(count, Emit.Constant(63)), typeof(int));

    private static long? Fold(string op, long l, long r, DType type)
    {
        bool signed = type.IsSigned;
        return op switch
        {
            "/" or "%" when r == 0 => null,
            "/" when signed => r == -1 ? unchecked(-l) : l / r,
            "%" when signed => r == -1 ? 0 : l % r,
            "/" => (long)((ulong)l / (ulong)r),
            "%" => (long)((ulong)l % (ulong)r),
            "+" => l + r,
            "-" => l - r,
            "*" => l * r,
            "&" => l & r,
            "|" => l | r,
            "^" => l ^ r,
            "<<" => l << (int)(r & 63),
            ">>" => signed ? l >> (int)(r & 63) : (long)((ulong)l >> (int)(r & 63)),
            _ => null,
        };
    }

    private static Operand PointerArithmetic(DExpression e, string op, Operand left, Operand right)
    {
        if (left.Type.IsPointer && right.Type.IsPointer)
        {
            int element = left.Type.Pointee!.Size;
            if (op == "+" || !ArePointersCompatible(left, right) || element == 0)
                throw Error(e, $"operands have incompatible types: \"{left.Type.Name}\" {op} \"{right.Type.Name}\"", "D_OP_INCOMPAT");
            return new Operand(DTypeTable.Long, Expression.Divide(Expression.Subtract(left.Code, right.Code), Emit.Constant(element)));
        }
        (Operand pointer, Operand index) = left.Type.IsPointer ? (left, right) : (right, left);
        if (!index.Type.IsInteger || (op == "-" && !left.Type.IsPointer))
            throw Error(e, $"operands have incompatible types: \"{left.Type.Name}\" {op} \"{right.Type.Name}\"", "D_OP_INCOMPAT");
        int size = pointer.Type.Pointee!.Size;
        if (size == 0)
            throw Error(e, $"operands have incompatible types: \"{left.Type.Name}\" {op} \"{right.Type.Name}\"", "D_OP_INCOMPAT");
        DType type = pointer.Type.Base is ArrayType a ? new PointerType(a.Element) : pointer.Type;
        Expression offset = size == 1 ? index.Code : Expression.Multiply(index.Code, Emit.Constant(size));
        return new Operand(type, op == "+" ? Expression.Add(pointer.Code, offset) : Expression.Subtract(pointer.Code, offset))
        {
            IsWritable = pointer.IsWritable,
        };
    }
}
