// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Language;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

/// <summary>Compiles <c>@name[keys] = function(arguments)</c>.</summary>
internal sealed class AggregationCompiler(ProgramContext context, ExpressionCompiler expressions, ActionCounter counter)
{
    private static readonly Dictionary<string, (AggregatingFunction Kind, int Required, int Limit)> Functions = new()
    {
        ["count"] = (AggregatingFunction.Count, 0, 0),
        ["sum"] = (AggregatingFunction.Sum, 1, 1),
        ["avg"] = (AggregatingFunction.Avg, 1, 1),
        ["min"] = (AggregatingFunction.Min, 1, 1),
        ["max"] = (AggregatingFunction.Max, 1, 1),
        ["stddev"] = (AggregatingFunction.StdDev, 1, 1),
        ["quantize"] = (AggregatingFunction.Quantize, 1, 2),
        ["lquantize"] = (AggregatingFunction.LQuantize, 3, 5),
        ["llquantize"] = (AggregatingFunction.LLQuantize, 5, 6),
    };

    public static bool IsFunction(string name) => Functions.ContainsKey(name);

    /// <summary>The name in messages: <c>@</c> alone is called <c>@_</c>.</summary>
    public static string Display(string name) => name.Length == 0 ? "_" : name;

    public Expression Compile(AssignNode e, AggregationNode aggregation)
    {
        string display = Display(aggregation.Name);
        (AggregatingFunction Kind, int Required, int Limit) function = default;
        if (e.Operator != "=" || e.Right is not CallNode call || !Functions.TryGetValue(call.Function, out function))
        {
            if (e.Right is CallNode unknown && !FunctionTable.Functions.ContainsKey(unknown.Function) && !ActionCompiler.IsAction(unknown.Function))
                throw ExpressionCompiler.Error(e, $"undefined function name: {unknown.Function}", "D_FUNC_UNDEF");
            throw ExpressionCompiler.Error(e, $"@{display} must be assigned the result of an aggregating function");
        }
        AggregationTypes.Entry? known = context.Aggregations.Find(aggregation.Name);
        if (known is not null && known.Function != call.Function)
        {
            throw ExpressionCompiler.Error(e, $"aggregation redefined: @{display}\n\t current: @{display} = {call.Function}( )\n\t"
                + $"previous: @{display} = {known.Function}( ) : line {known.Line}");
        }

        List<ParameterExpression> temporaries = [];
        List<Expression> code = [];
        List<(ParameterExpression Value, Operand Operand)> keys = Keys(aggregation, known, temporaries, code);
        CheckArguments(call, function.Required, function.Limit);
        Quantization parameters = Parameters(call, function.Kind);
        Expression value = Emit.Zero, weight = Emit.One;
        code.Add(counter.Next());
        if (function.Required > 0)
        {
            Operand operand = expressions.Compile(call.Arguments[0]);
            if (operand.IsDynamic || !operand.Type.IsScalar) throw ActionCompiler.Refuse(e, $"{call.Function}( ) argument #1 must be of scalar type");
            value = Kept(operand.Code, temporaries, code);
        }
        // lquantize has its step before the increment; count to max have neither.
        if (call.Arguments.Count == function.Limit && function.Limit > function.Required)
        {
            Operand increment = expressions.Compile(call.Arguments[^1]);
            if (!increment.Type.IsScalar)
                throw ExpressionCompiler.Error(e, $"{call.Function}( ) increment value (argument #{function.Limit}) must be of scalar type");
            weight = Kept(increment.Code, temporaries, code);
        }
        AggregationTypes.Entry entry = known ?? context.Aggregations.Add(
            e.Line, aggregation.Name, call.Function, function.Kind, [.. keys.Select(k => k.Operand.Type)],
            [.. keys.Select(k => expressions.ValueType(k.Operand))], parameters);
        CheckParameters(call, function.Kind, entry.Description.Quantization, parameters);

        code.Add(Emit.Call(nameof(DMachine.BeginKey)));
        int bytes = 0;
        for (int i = 0; i < keys.Count; i++)
        {
            DValueType field = entry.Description.Keys[i];
            bytes += field.Size;
            code.Add(field.Kind switch
            {
                DValueKind.String => Emit.Call(nameof(DMachine.KeyString), keys[i].Value),
                DValueKind.Bytes => Emit.Call(nameof(DMachine.KeyBytes), keys[i].Value, Emit.Int(field.Size)),
                _ => Emit.Call(nameof(DMachine.Key), keys[i].Value, Emit.Int(field.Size)),
            });
        }
        context.Layout.NeedKey(bytes);
        code.Add(Emit.Call(nameof(DMachine.Aggregate), Emit.Int(entry.Description.Id), value, weight));
        return Expression.Block(typeof(void), temporaries, code);
    }

    private List<(ParameterExpression Value, Operand Operand)> Keys(
        AggregationNode e, AggregationTypes.Entry? known, List<ParameterExpression> temporaries, List<Expression> code)
    {
        IReadOnlyList<DExpression> expressionsOfKey = e.Keys ?? [];
        if (known is not null && known.Keys.Count != expressionsOfKey.Count)
            throw ExpressionCompiler.Error(
                e, Wording.Mismatch($"@{Display(e.Name)}[ ]", expressionsOfKey.Count, "key", known.Keys.Count), "D_PROTO_LEN");
        List<(ParameterExpression, Operand)> keys = [];
        for (int i = 0; i < expressionsOfKey.Count; i++)
        {
            code.Add(counter.Next());
            Operand key = expressions.Compile(expressionsOfKey[i]);
            if (key.IsDynamic || key.Type.Base is VoidType)
                throw ExpressionCompiler.Error(
                    e, $"{key.Type.Name} expression may not be used as aggregation index: key #{i + 1}", "D_KEY_TYPE");
            if (known is not null && !AreCompatible(known.Keys[i], key.Type))
                throw ExpressionCompiler.Error(
                    e, Wording.Key($"@{Display(e.Name)}", i + 1, known.Keys[i].Name, key.Type.Name), "D_PROTO_ARG");
            keys.Add((Kept(key.Code, temporaries, code), key));
        }
        return keys;
    }

    private static bool AreCompatible(DType declared, DType given) =>
        (declared.IsInteger && given.IsInteger) || (declared.IsString && given.IsStringCompatible) || (declared.IsPointer && given.IsPointer)
            || ReferenceEquals(declared.Base, given.Base);

    private static ParameterExpression Kept(Expression value, List<ParameterExpression> temporaries, List<Expression> code)
    {
        ParameterExpression kept = Expression.Variable(typeof(long));
        temporaries.Add(kept);
        code.Add(Expression.Assign(kept, value));
        return kept;
    }

    private static void CheckArguments(CallNode call, int required, int limit)
    {
        int given = call.Arguments.Count;
        if (given < required || (limit == required && given > required))
            throw ExpressionCompiler.Error(call, Wording.Mismatch($"{call.Function}( )", given, "arg", required), "D_PROTO_LEN");
        if (given > limit)
        {
            throw ExpressionCompiler.Error(
                call, $"{call.Function}( ) prototype mismatch: {given} args passed, at most {limit} expected", "D_PROTO_LEN");
        }
    }

    private Quantization Parameters(CallNode call, AggregatingFunction kind) => kind switch
    {
        AggregatingFunction.LQuantize => Linear(call),
        AggregatingFunction.LLQuantize => LogLinear(call),
        _ => default,
    };

    private Quantization Linear(CallNode call)
    {
        long low = Constant(call, 1, "must be an integer constant"), high = Constant(call, 2, "must be an integer constant");
        if (low != (int)low) throw ActionCompiler.Refuse(call, "lquantize( ) argument #1 must be a 32-bit quantity");
        if (high != (int)high) throw ActionCompiler.Refuse(call, "lquantize( ) argument #2 must be a 32-bit quantity");
        if (low >= high) throw ActionCompiler.Refuse(call, "lquantize( ) base (argument #1) must be less than limit (argument #2)");
        const string StepText = "must be a non-zero positive integer constant";
        long step = call.Arguments.Count > 3 ? Constant(call, 3, StepText) : 1;
        if (step <= 0) throw ActionCompiler.Refuse(call, $"lquantize( ) argument #3 {StepText}");
        if (step > ushort.MaxValue) throw ActionCompiler.Refuse(call, "lquantize( ) argument #3 must be a 16-bit quantity");
        long levels = (high - low) / step;
        if (levels == 0) throw ActionCompiler.Refuse(call, "lquantize( ) step (argument #3) too large: must have at least one quantization level");
        if (levels > ushort.MaxValue)
            throw ActionCompiler.Refuse(call, "lquantize( ) step (argument #3) too small: number of quantization levels must be a 16-bit quantity");
        return new Quantization((int)low, (int)high, (int)step);
    }

    private Quantization LogLinear(CallNode call)
    {
        string[] names = ["factor", "low magnitude", "high magnitude", "linear steps per magnitude"];
        long[] values = new long[4];
        for (int i = 0; i < 4; i++)
        {
            values[i] = Constant(call, i + 1, $"({names[i]}) must be an integer constant");
            if (values[i] is < 0 or > ushort.MaxValue)
                throw ActionCompiler.Refuse(call, $"llquantize( ) argument #{i + 1} ({names[i]}) must be an unsigned 16-bit quantity");
        }
        (long factor, long low, long high, long steps) = (values[0], values[1], values[2], values[3]);
        if (factor < 2) throw ActionCompiler.Refuse(call, "llquantize( ) factor (argument #1) must be two or more");
        if (low >= high) throw ActionCompiler.Refuse(call, "llquantize( ) high magnitude (argument #3) must be greater than low magnitude (argument #2)");
        if (factor > steps)
        {
            throw ActionCompiler.Refuse(call, "llquantize( ) factor (argument #1) must be less than or equal to the number of linear steps per "
                + "magnitude (argument #4)");
        }
        if (steps % factor != 0 || !DividesMagnitude(steps, factor))
        {
            throw ActionCompiler.Refuse(call, "llquantize( ) factor (argument #1) must evenly divide the number of steps per magnitude (argument #4), "
                + "and the number of steps per magnitude must evenly divide a power of the factor");
        }
        UInt128 power = 1;
        for (long i = 0; i <= high; i++)
        {
            power *= (ulong)factor;
            if (power <= ulong.MaxValue) continue;
            throw ActionCompiler.Refuse(call, $"llquantize( ) factor ({factor}) raised to power of high magnitude ({high}) plus 1 overflows 64-bits");
        }
        return new Quantization((int)low, (int)high, (int)steps, (int)factor);
    }

    private static bool DividesMagnitude(long steps, long factor)
    {
        UInt128 power = (ulong)factor;
        while (power < (ulong)steps) power *= (ulong)factor;
        return power % (ulong)steps == 0;
    }

    private long Constant(CallNode call, int index, string otherwise) =>
        expressions.Compile(call.Arguments[index]) is { Constant: { } value, Type.IsInteger: true }
            ? value
            : throw ActionCompiler.Refuse(call, $"{call.Function}( ) argument #{index} {otherwise}");

    private static void CheckParameters(CallNode call, AggregatingFunction kind, Quantization old, Quantization now)
    {
        (string What, int Old, int Now)[] parts = kind switch
        {
            AggregatingFunction.LQuantize =>
                [("base (argument #1)", old.Low, now.Low), ("limit (argument #2)", old.High, now.High), ("step (argument #3)", old.Step, now.Step)],
            AggregatingFunction.LLQuantize =>
            [
                ("factor (argument #1)", old.Factor, now.Factor), ("low magnitude (argument #2)", old.Low, now.Low),
                ("high magnitude (argument #3)", old.High, now.High), ("linear steps per magnitude (argument #4)", old.Step, now.Step),
            ],
            _ => [],
        };
        foreach ((string what, int expected, int found) in parts)
        {
            if (expected != found)
                throw ActionCompiler.Refuse(call, $"{call.Function}( ) {what} doesn't match previous declaration: expected {expected}, found {found}");
        }
    }
}
