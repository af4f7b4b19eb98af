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

    /// <summary>An object in memory: its address may be taken, it cannot be written.</summary>
    public bool IsMemory { get; init; }

    /// <summary>A bit-field: it has neither address nor size.</summary>
    public bool IsBitField { get; init; }

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
