// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using System.Reflection;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

/// <summary>Pieces of code that compiled clauses are made of. All values are 64-bit integers.</summary>
internal static class Emit
{
    public static readonly ParameterExpression Machine = Expression.Parameter(typeof(DMachine), "machine");
    public static readonly Expression Zero = Expression.Constant(0L);
    public static readonly Expression One = Expression.Constant(1L);
    public static readonly Expression Faulted = Expression.Property(Machine, nameof(DMachine.Faulted));

    public static Expression Constant(long value) => Expression.Constant(value);

    public static Expression Field(string name) => Expression.Field(Machine, name);

    /// <summary>A call of a method of <see cref="DMachine"/>; a void one must not be used as a value.</summary>
    public static Expression Call(string method, params Expression[] arguments)
    {
        MethodInfo info = typeof(DMachine).GetMethod(method, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
            ?? throw new MissingMethodException(nameof(DMachine), method);
        return info.IsStatic ? Expression.Call(info, arguments) : Expression.Call(Machine, info, arguments);
    }

    public static Expression Slot(string array, int index) => Expression.ArrayAccess(Field(array), Expression.Constant(index));

    public static Expression Address(string block, int offset) => Expression.Add(Field(block), Constant(offset));

    public static Expression Int(int value) => Expression.Constant(value);

    /// <summary>What is left of a value in a type.</summary>
    public static Expression Narrow(Expression value, DType type)
    {
        if (type.Base is not IntegerType { Size: < 8 } integer) return value;
        Type clr = (integer.Size, integer.Signed) switch
        {
            (1, true) => typeof(sbyte),
            (1, false) => typeof(byte),
            (2, true) => typeof(short),
            (2, false) => typeof(ushort),
            (4, true) => typeof(int),
            _ => typeof(uint),
        };
        return Expression.Convert(Expression.Convert(value, clr), typeof(long));
    }

    /// <summary>A bit-field of the integer that holds it, with its sign.</summary>
    public static Expression Bits(Expression whole, StructMember field)
    {
        Expression top = Expression.LeftShift(whole, Expression.Constant(64 - field.FirstBit - field.Bits));
        Expression down = Expression.Constant(64 - field.Bits);
        return field.Type.IsSigned ? Expression.RightShift(top, down) : Expression.Convert(Expression.RightShift(Unsigned(top), down), typeof(long));
    }

    public static Expression Unsigned(Expression value) => Expression.Convert(value, typeof(ulong));

    /// <summary>Reads a scalar: checked, or of an argument structure whose address only may be null.</summary>
    public static Expression Load(Expression address, int offset, DType type, bool argument)
    {
        int size = type.Size;
        string suffix = (size < 8 && !type.IsSigned ? "U" : "") + size;
        if (argument) return Call("Arg" + suffix, address, Int(offset));
        return Call("Load" + suffix, offset == 0 ? address : Expression.Add(address, Constant(offset)));
    }
}
