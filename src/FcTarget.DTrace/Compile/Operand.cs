// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Language;

namespace FcTarget.DTrace.Compile;

/// <summary>A compiled expression: its type and the code that computes it.</summary>
/// <param name="Type">Its type; <see cref="DTypeTable.Void"/> for what has no value.</param>
/// <param name="Code">A 64-bit integer: the value, or the address of a string, structure or array.</param>
internal sealed record Operand(DType Type, Expression Code)
{
    /// <summary>The value, if it is known now.</summary>
    public long? Constant { get; init; }

    /// <summary>A string literal.</summary>
    public byte[]? Text { get; init; }

    /// <summary>What stores into it; null for what is not a variable.</summary>
    public Func<Expression, Expression>? Store { get; init; }

    /// <summary>The variable it names, whose type may still be open.</summary>
    public DVariable? Variable { get; init; }

    /// <summary>An element to be written: its keys are computed once, before <see cref="Code"/> and <see cref="Store"/> use them.</summary>
    public KeyCode? Keys { get; init; }

    /// <summary>What makes the key of an element of these; <see cref="Code"/> and <see cref="Store"/> begin with it.</summary>
    public IReadOnlyList<Expression>? KeyParts { get; init; }

    /// <summary>Where an object in memory lies; of a bit-field, the integer that holds it.</summary>
    public Expression? Address { get; init; }

    public bool IsMemory => Address is not null && Bits is null;

    /// <summary>Reached from a variable of the program: it may be written, if its address turns out to be the program's own.</summary>
    public bool IsWritable { get; init; }

    /// <summary>A bit-field: it has neither address nor size for the program.</summary>
    public StructMember? Bits { get; init; }

    /// <summary>The address of a structure the probe passes: known to be readable if it is not null.</summary>
    public bool IsArgument { get; init; }

    /// <summary>The result of <c>xlate</c>: it has no value, its members are computed from <see cref="Source"/>.</summary>
    public TranslatorDeclaration? Translator { get; init; }

    /// <summary>What <c>xlate</c> was applied to.</summary>
    public Operand? Source { get; init; }

    /// <summary>An aggregation, where one is not a value.</summary>
    public string? Aggregation { get; init; }

    /// <summary>Whether it has no value that an operator could work on.</summary>
    public bool IsDynamic => Aggregation is not null || Translator is not null || Type.Base is DynamicType;

    /// <summary>A condition that holds if and only if the value is not 0.</summary>
    public Expression Test
    {
        get => field ?? Expression.NotEqual(Code, Emit.Zero);
        init;
    }

    public static Operand Integer(long value, DType type) =>
        new(type, Expression.Constant(DInteger.Narrow(value, type.Size, type.IsSigned))) { Constant = DInteger.Narrow(value, type.Size, type.IsSigned) };

    /// <summary>A constant that may be too large for its type, as the result of arithmetic may.</summary>
    public static Operand Wide(long value, DType type) => new(type, Expression.Constant(value)) { Constant = value };

    /// <summary>An int that is 1 where a condition holds.</summary>
    public static Operand Boolean(Expression test) =>
        new(DTypeTable.Int, Expression.Condition(test, Emit.One, Emit.Zero)) { Test = test };
}

/// <summary>The keys of an associative array's element, as code that leaves them in variables.</summary>
internal sealed record KeyCode(IReadOnlyList<ParameterExpression> Variables, IReadOnlyList<Expression> Code)
{
    /// <summary>Computes the keys, then what uses them.</summary>
    public Expression Around(params ReadOnlySpan<Expression> use) => Expression.Block(Variables, [.. Code, .. use]);
}
