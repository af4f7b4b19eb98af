// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Language;

namespace FcTarget.DTrace.Compile;

/// <summary>The integral constant expressions that declarations need: array dimensions and enumerators.</summary>
internal static class ConstantFolder
{
    public static bool TryFold(DExpression expression, DTypeTable types, out long value)
    {
        long? folded = Fold(expression, types);
        value = folded ?? 0;
        return folded is not null;
    }

    private static long? Fold(DExpression expression, DTypeTable types) => expression switch
    {
        IntegerLiteral i => (long)i.Value,
        NameNode { Scope: DScope.Global } n when types.TryEnumerator(n.Name, out (long Value, DType Type) e) => e.Value,
        SizeofTypeNode s => s.Type.Size,
        CastNode c when c.Type.IsInteger && Fold(c.Operand, types) is { } v => DInteger.Narrow(v, c.Type.Size, c.Type.IsSigned),
        UnaryNode u when Fold(u.Operand, types) is { } v => u.Operator switch
        {
            "+" => v,
            "-" => -v,
            "~" => ~v,
            "!" => v == 0 ? 1 : 0,
            _ => null,
        },
        BinaryNode b when Fold(b.Left, types) is { } l && Fold(b.Right, types) is { } r => b.Operator switch
        {
            "/" or "%" when r is 0 or -1 => null,
            "/" => l / r,
            "%" => l % r,
            "+" => l + r,
            "-" => l - r,
            "*" => l * r,
            "<<" => l << (int)(r & 63),
            ">>" => l >> (int)(r & 63),
            "&" => l & r,
            "|" => l | r,
            "^" => l ^ r,
            "==" => l == r ? 1 : 0,
            "!=" => l != r ? 1 : 0,
            "<" => l < r ? 1 : 0,
            "<=" => l <= r ? 1 : 0,
            ">" => l > r ? 1 : 0,
            ">=" => l >= r ? 1 : 0,
            "&&" => l != 0 && r != 0 ? 1 : 0,
            "||" => l != 0 || r != 0 ? 1 : 0,
            _ => null,
        },
        ConditionalNode c when Fold(c.Test, types) is { } t => Fold(t != 0 ? c.Then : c.Else, types),
        _ => null,
    };
}
