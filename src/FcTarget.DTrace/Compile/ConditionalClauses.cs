// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Language;

namespace FcTarget.DTrace.Compile;

/// <summary>
/// <c>if</c> and <c>else</c>: a record has one layout, so that what stands under a condition becomes a clause of its own, as in libdtrace. The
/// condition is computed once, into a clause-local variable whose name no program can write.
/// </summary>
internal static class ConditionalClauses
{
    /// <summary>The clauses, in order, that do what <paramref name="clause"/> does.</summary>
    public static IReadOnlyList<DClause> Split(DClause clause)
    {
        if (clause.Body is null || !clause.Body.Any(s => s is IfStatement)) return [clause];
        List<DClause> clauses = [];
        int conditions = 0;
        DExpression? predicate = clause.Predicate is null ? null : Keep(clause, clause.Predicate, null, clauses, ref conditions);
        Split(clause, clause.Body, predicate, clauses, ref conditions);
        return clauses;
    }

    private static void Split(DClause clause, IReadOnlyList<DStatement> body, DExpression? predicate, List<DClause> clauses, ref int conditions)
    {
        List<DStatement> run = [];
        foreach (DStatement statement in body)
        {
            if (statement is not IfStatement test)
            {
                run.Add(statement);
                continue;
            }
            Flush(clause, run, predicate, clauses);
            DExpression holds = Keep(clause, test.Test, predicate, clauses, ref conditions);
            Split(clause, test.Then, And(predicate, holds), clauses, ref conditions);
            Split(clause, test.Else, And(predicate, new UnaryNode(test.Line, "!", holds)), clauses, ref conditions);
        }
        Flush(clause, run, predicate, clauses);
    }

    private static void Flush(DClause clause, List<DStatement> run, DExpression? predicate, List<DClause> clauses)
    {
        if (run.Count == 0) return;
        clauses.Add(clause with { Predicate = predicate, Body = run.ToArray(), Line = run[0].Line });
        run.Clear();
    }

    private static NameNode Keep(DClause clause, DExpression test, DExpression? predicate, List<DClause> clauses, ref int conditions)
    {
        NameNode name = new(test.Line, DScope.Clause, $"%condition{conditions++}");
        // A scalar becomes 0 or 1: the variable has the same type wherever it is used.
        DExpression truth = new BinaryNode(test.Line, "&&", test, new IntegerLiteral(test.Line, 1, IntegerSuffix.None, "1"));
        DStatement keep = new ExpressionStatement(test.Line, new AssignNode(test.Line, "=", name, truth));
        clauses.Add(clause with { Predicate = predicate, Body = [keep] });
        return name;
    }

    private static DExpression And(DExpression? left, DExpression right) =>
        left is null ? right : new BinaryNode(right.Line, "&&", left, right);
}
