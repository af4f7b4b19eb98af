// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Compile;

namespace FcTarget.DTrace.Language;

/// <summary>Where a variable lives: <c>x</c>, <c>self->x</c>, <c>this->x</c>.</summary>
internal enum DScope : byte
{
    Global,
    Thread,
    Clause,
}

internal abstract record DExpression(int Line);

internal sealed record IntegerLiteral(int Line, ulong Value, IntegerSuffix Suffix, string Text) : DExpression(Line);

internal sealed record StringLiteral(int Line, byte[] Bytes) : DExpression(Line);

/// <summary>A name outside <c>self-></c> and <c>this-></c>: variable, built-in, enumerator, inline or function.</summary>
internal sealed record NameNode(int Line, DScope Scope, string Name) : DExpression(Line);

/// <summary><c>@name[keys]</c>; the name is empty for <c>@</c>. Null keys: none written.</summary>
internal sealed record AggregationNode(int Line, string Name, IReadOnlyList<DExpression>? Keys) : DExpression(Line);

internal sealed record CallNode(int Line, string Function, IReadOnlyList<DExpression> Arguments) : DExpression(Line);

/// <summary>An array element, or an element of an associative array.</summary>
internal sealed record IndexNode(int Line, DExpression Array, IReadOnlyList<DExpression> Keys) : DExpression(Line);

internal sealed record MemberNode(int Line, DExpression Object, string Member, bool Arrow) : DExpression(Line);

/// <summary>Prefix operator: <c>+ - ~ ! * &amp; ++ --</c>, <c>sizeof</c> and <c>stringof</c> of an expression.</summary>
internal sealed record UnaryNode(int Line, string Operator, DExpression Operand) : DExpression(Line);

/// <summary><c>x++</c> and <c>x--</c>.</summary>
internal sealed record PostfixNode(int Line, string Operator, DExpression Operand) : DExpression(Line);

internal sealed record BinaryNode(int Line, string Operator, DExpression Left, DExpression Right) : DExpression(Line);

/// <summary><c>=</c> and the compound assignments.</summary>
internal sealed record AssignNode(int Line, string Operator, DExpression Left, DExpression Right) : DExpression(Line);

internal sealed record ConditionalNode(int Line, DExpression Test, DExpression Then, DExpression Else) : DExpression(Line);

internal sealed record CastNode(int Line, DType Type, DExpression Operand) : DExpression(Line);

internal sealed record SizeofTypeNode(int Line, DType Type) : DExpression(Line);

internal sealed record OffsetofNode(int Line, DType Type, string Member) : DExpression(Line);

/// <summary><c>xlate &lt;type&gt; (expression)</c>.</summary>
internal sealed record XlateNode(int Line, DType Type, DExpression Operand) : DExpression(Line);

internal abstract record DStatement(int Line);

internal sealed record ExpressionStatement(int Line, DExpression Expression) : DStatement(Line);

/// <summary><c>if (test) then else otherwise</c>.</summary>
internal sealed record IfStatement(int Line, DExpression Test, IReadOnlyList<DStatement> Then, IReadOnlyList<DStatement> Else) : DStatement(Line);

/// <summary>What stands before a clause: <c>provider:module:function:name</c> with globs, or a probe id.</summary>
/// <param name="Id">A probe id, 0 if named by fields.</param>
/// <param name="Text">As written.</param>
internal sealed record ProbePattern(int Line, string Provider, string Module, string Function, string Name, int Id, string Text)
{
    /// <summary>The four fields with colons: how messages show it.</summary>
    public string Fields => $"{Provider}:{Module}:{Function}:{Name}";
}

/// <param name="Body">Null: no braces.</param>
internal sealed record DClause(int Line, IReadOnlyList<ProbePattern> Probes, DExpression? Predicate, IReadOnlyList<DStatement>? Body);

/// <summary>One declared variable.</summary>
/// <param name="Keys">Key types of an associative array; null for a scalar.</param>
internal sealed record VariableDeclaration(int Line, DScope Scope, string Name, DType Type, IReadOnlyList<DType>? Keys);

/// <summary><c>inline type name = value;</c>: the name stands for the expression.</summary>
/// <param name="Parameters">Of <c>inline type name[type parameter, ...] = value;</c>; null without brackets.</param>
internal sealed record InlineDeclaration(int Line, string Name, DType Type, DExpression Value, IReadOnlyList<DParameter>? Parameters);

/// <summary>A parameter of a function or of an inline array, or a key of an associative array.</summary>
/// <param name="Name">Null: none is given.</param>
internal sealed record DParameter(string? Name, DType Type);

/// <summary><c>translator output &lt; input *name &gt; { member = expression; }</c>.</summary>
internal sealed record TranslatorDeclaration(
    int Line, StructType Output, DType Input, string Parameter, IReadOnlyList<(string Member, DExpression Value, int Line)> Members);

/// <summary>A parsed program. Clauses and declarations keep their order: a variable is typed where it is first met.</summary>
internal sealed record DProgramSyntax(IReadOnlyList<object> Items, IReadOnlyList<(string Name, string? Value, int Line)> Options);
