// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Language;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

/// <summary>A clause ready to run on the probes that have its arguments.</summary>
/// <param name="Actions">What its record holds.</param>
/// <param name="RecordSize">Bytes of the record; -1: it leaves none.</param>
/// <param name="Nodes">Expressions in it.</param>
internal sealed record CompiledClause(DClauseCode Code, IReadOnlyList<ActionDescription> Actions, int RecordSize, int Nodes);

/// <summary>Compiles one clause for one signature of args[].</summary>
internal sealed class ClauseCompiler(ProgramContext context)
{
    /// <summary>What is being compiled, as messages about programs without lines name it.</summary>
    public string? Region { get; private set; }

    /// <remarks>
    /// Actions are compiled before the predicate, so that it may ask for a variable that they make; if they need one that the predicate
    /// makes, the predicate goes first. libdtrace does the same, and scripts of both kinds exist.
    /// </remarks>
    public CompiledClause Compile(DClause clause, ProbeContext probe)
    {
        try
        {
            return Compile(clause, probe, predicateFirst: false);
        }
        catch (DSyntaxException unknown) when (unknown.IsUndefined && clause.Predicate is not null && Region == "action list")
        {
            return Compile(clause, probe, predicateFirst: true);
        }
    }

    private CompiledClause Compile(DClause clause, ProbeContext probe, bool predicateFirst)
    {
        ExpressionCompiler expressions = new(context, probe);
        ActionCounter counter = new();
        ActionOrder order = new();
        ActionCompiler actions = new(context, expressions, counter, order);
        AggregationCompiler aggregations = new(context, expressions, counter);
        LabelTarget end = Expression.Label(typeof(bool));
        Expression failed = Expression.Return(end, Expression.Constant(false));
        List<Expression> predicate = [], body = [];

        if (predicateFirst) Predicate();
        Region = "action list";
        foreach (DStatement statement in clause.Body ?? [])
        {
            body.Add(Statement(((ExpressionStatement)statement).Expression, expressions, actions, aggregations, counter, order));
            body.Add(Expression.IfThen(Emit.Faulted, failed));
        }
        if (!predicateFirst) Predicate();
        Region = null;

        Expression[] code =
        [
            Expression.IfThen(Expression.ReferenceEqual(Emit.Machine, Expression.Constant(null)), failed),
            .. predicate, .. body, Expression.Label(end, Expression.Constant(true)),
        ];
        DClauseCode compiled = Expression.Lambda<DClauseCode>(Expression.Block(typeof(bool), code), "clause", [Emit.Machine]).Compile();
        compiled(null!); // machine code is made here, not when a port fires it first
        bool isDefault = clause.Body is null or { Count: 0 } || order.Speculates;
        return new CompiledClause(compiled, actions.Actions, actions.Actions.Count > 0 || isDefault ? actions.RecordSize : -1, expressions.Nodes);

        void Predicate()
        {
            if (clause.Predicate is null) return;
            Region = "predicate";
            Operand test = expressions.Compile(clause.Predicate);
            if (test.IsDynamic || !test.Type.IsScalar)
                throw ExpressionCompiler.Error(clause.Predicate, "predicate result must be of scalar type", "D_PRED_SCALAR");
            predicate.Add(Expression.IfThen(Expression.Not(test.Test), failed));
            predicate.Add(Expression.IfThen(Emit.Faulted, failed));
        }
    }

    private static Expression Statement(
        DExpression e, ExpressionCompiler expressions, ActionCompiler actions, AggregationCompiler aggregations, ActionCounter counter,
        ActionOrder order)
    {
        switch (e)
        {
            case CallNode call when ActionCompiler.IsAction(call.Function): return actions.Compile(call);
            case AssignNode { Left: AggregationNode aggregation } assignment:
                order.Aggregate(e);
                return aggregations.Compile(assignment, aggregation);
            case AggregationNode alone:
                throw ActionCompiler.Refuse(e, $"expression has null effect: @{AggregationCompiler.Display(alone.Name)}", "D_AGG_NULL");
            default:
                Expression number = counter.Next();
                Operand value = expressions.Compile(e);
                if (value.IsDynamic) throw ExpressionCompiler.Error(e, "expression cannot evaluate to result of a translated pointer");
                return Expression.Block(typeof(void), number, value.Code);
        }
    }
}
