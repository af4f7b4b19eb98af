// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using System.Text;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Language;
using FcTarget.DTrace.Output;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

/// <summary>Compiles the actions of a clause: code that fills the record, and a description of the record for the consumer.</summary>
internal sealed class ActionCompiler(ProgramContext context, ExpressionCompiler expressions, ActionCounter counter, ActionOrder order)
{
    /// <summary>No record is larger: it must fit the smallest of buffers many times.</summary>
    private const int MaxRecord = 256 * 1024;

    private static readonly HashSet<string> Names =
        [
        "trace", "tracemem", "printf", "printa", "exit", "clear", "trunc", "normalize", "denormalize", "setopt", "speculate", "commit", "discard",
    ];

    private readonly List<ActionDescription> _actions = [];

    public IReadOnlyList<ActionDescription> Actions => _actions;

    public int RecordSize { get; private set; }

    public static bool IsAction(string name) => Names.Contains(name);

    /// <summary>A refusal of the clause's second pass: it is not said to be in the action list.</summary>
    public static DSyntaxException Refuse(DExpression at, string message, string? tag = null) => new(at.Line, message, tag);

    public Expression Compile(CallNode e)
    {
        if (e.Function is not ("speculate" or "commit" or "discard")) order.Record(e);
        switch (e.Function)
        {
            case "speculate" or "commit" or "discard": return Speculation(e);
            case "trace": return Trace(e);
            case "tracemem": return TraceMem(e);
            case "printf": return Printf(e);
            case "printa": return Printa(e);
            case "exit": return Exit(e);
            case "clear": return Marked(e, new ClearAction(OnlyAggregation(e)));
            case "denormalize": return Marked(e, new DenormalizeAction(OnlyAggregation(e)));
            case "trunc": return Trunc(e);
            case "normalize": return Normalize(e);
            default: return Setopt(e);
        }
    }

    private Expression Trace(CallNode e)
    {
        Count(e, 1);
        Operand value = expressions.Compile(e.Arguments[0]);
        if (value.Aggregation is not null) throw Refuse(e, "trace( ) may not be applied to an aggregation", "D_TRACE_VOID");
        if (value.Translator is not null) throw Refuse(e, "trace( ) may not be applied to a translated pointer", "D_TRACE_VOID");
        if (value.IsDynamic || value.Type.Base is VoidType)
            throw Refuse(e, "trace( ) may not be applied to a void expression", "D_TRACE_VOID");
        (DField field, Expression code) = Field(e, value);
        _actions.Add(new TraceAction(field));
        return Expression.Block(counter.Next(), code);
    }

    private Expression TraceMem(CallNode e)
    {
        int given = e.Arguments.Count;
        if (given < 2) throw ExpressionCompiler.Error(e, Wording.Mismatch("tracemem( )", given, "arg", 2, atLeast: true), "D_PROTO_LEN");
        if (given > 3) throw Refuse(e, $"tracemem( ) prototype mismatch: {given} args passed, at most 3 expected", "D_PROTO_LEN");
        Operand address = expressions.Compile(e.Arguments[0]);
        if (!address.Type.IsPointer && !address.Type.IsInteger)
            throw Refuse(e, Wording.Argument("tracemem", 1, "pointer or integer", address.Type.Name), "D_TRACEMEM_ADDR");
        if (expressions.Compile(e.Arguments[1]) is { Type: { IsInteger: false } other })
            throw ExpressionCompiler.Error(e, Wording.Argument("tracemem", 2, "size_t", other.Name), "D_PROTO_ARG");
        if (expressions.Compile(e.Arguments[1]) is not { Constant: { } size, Type.IsInteger: true } || size <= 0 || size > MaxRecord)
            throw Refuse(e, "tracemem( ) argument #2 must be a non-zero positive integral constant expression", "D_TRACEMEM_SIZE");
        DField bytes = Place(e, DValueType.Bytes((int)size));
        Expression code = Expression.Block(
            counter.Next(), Emit.Call(nameof(DMachine.PutBytes), Emit.Int(bytes.Offset), address.Code, Emit.Constant(size)));
        if (e.Arguments.Count < 3)
        {
            _actions.Add(new TraceMemAction(bytes));
            return code;
        }
        Operand shown = expressions.Compile(e.Arguments[2]);
        if (!shown.Type.IsScalar) throw Refuse(e, "tracemem ( ) dynamic size (argument #3) must be of scalar type");
        (DField field, Expression second) = Field(e, shown);
        _actions.Add(new TraceMemAction(bytes, field));
        return Expression.Block(code, counter.Next(), second);
    }

    private Expression Printf(CallNode e)
    {
        if (e.Arguments.Count == 0)
            throw ExpressionCompiler.Error(e, Wording.Mismatch("printf( )", 0, "arg", 1, atLeast: true), "D_PROTO_LEN");
        string format = Format(e);
        List<FormatArgument> arguments = [];
        List<DField> fields = [];
        List<Expression> code = [];
        foreach (DExpression argument in e.Arguments.Skip(1))
        {
            Operand value = expressions.Compile(argument);
            if (value.IsDynamic || value.Type.Base is VoidType)
            {
                // The check of the format names the argument's type.
                arguments.Add(new FormatArgument(FormatArgumentKind.Other, 0, false, value.Type.Name, ""));
                continue;
            }
            arguments.Add(Describe(value));
            code.Add(counter.Next());
            (DField field, Expression put) = Field(e, value);
            fields.Add(field);
            code.Add(put);
        }
        if (e.Arguments.Count == 1) code.Add(counter.Next());
        FormatString checkedFormat = Check(e, () => FormatString.Parse(format).Check("printf", 1, arguments));
        _actions.Add(new PrintfAction(checkedFormat, fields));
        return Expression.Block(typeof(void), code);
    }

    private Expression Printa(CallNode e)
    {
        bool hasFormat = e.Arguments.Count > 0 && e.Arguments[0] is StringLiteral;
        int first = hasFormat ? 1 : 0;
        if (e.Arguments.Count == 0) throw ExpressionCompiler.Error(e, Mismatch(e, 1), Wording.MismatchTag(e.Function));
        if (e.Arguments.Count <= first)
            throw Refuse(e, $"printa( ) prototype mismatch: {e.Arguments.Count} args passed, {first + 1} expected", "D_PRINTA_PROTO");
        List<AggregationTypes.Entry> aggregations = [];
        List<Expression> code = [];
        for (int i = first; i < e.Arguments.Count; i++)
        {
            AggregationTypes.Entry entry = Aggregation(e, i);
            if (aggregations.Count > 0) RefuseOtherKeys(e, aggregations[0], entry);
            aggregations.Add(entry);
            code.Add(counter.Next());
        }
        FormatString? format = null;
        if (hasFormat)
        {
            List<FormatArgument> keys = [.. aggregations[0].Keys.Select(k => Describe(new Operand(k, Emit.Zero)))];
            string text = Format(e);
            format = Check(e, () => FormatString.Parse(text).Check("printa", 1, keys, aggregations[0].Description.Function));
        }
        _actions.Add(new PrintaAction(format, [.. aggregations.Select(a => a.Description)]));
        return Expression.Block(typeof(void), code);
    }

    /// <summary>The aggregations of one table have the same keys.</summary>
    private static void RefuseOtherKeys(CallNode e, AggregationTypes.Entry first, AggregationTypes.Entry other)
    {
        string one = AggregationCompiler.Display(first.Description.Name), two = AggregationCompiler.Display(other.Description.Name);
        if (first.Keys.Count != other.Keys.Count)
        {
            throw Refuse(e, $"printa( ): @{one} and @{two} do not have matching key signatures: "
                + $"@{one} has {first.Keys.Count} key{(first.Keys.Count == 1 ? "" : "s")}, @{two} has {other.Keys.Count} key{(other.Keys.Count == 1 ? "" : "s")}",
                    "D_PRINTA_AGGKEY");
        }
        for (int i = 0; i < first.Keys.Count; i++)
        {
            if (first.Description.Keys[i].Kind == other.Description.Keys[i].Kind) continue;
            throw Refuse(e, $"printa( ): @{two}[ ] key #{i + 1} is incompatible with @{one}:\n"
                + $"{one,9} key #{i + 1}: {first.Keys[i].Name}\n{two,9} key #{i + 1}: {other.Keys[i].Name}", "D_PRINTA_AGGPROTO");
        }
    }

    private Expression Exit(CallNode e)
    {
        Count(e, 1);
        Operand status = expressions.Compile(e.Arguments[0]);
        if (!status.Type.IsInteger)
            throw ExpressionCompiler.Error(e, Wording.Argument("exit", 1, "int", status.Type.Name), "D_PROTO_ARG");
        DField field = Place(e, DValueType.Integer(4, signed: true));
        _actions.Add(new ExitAction(field));
        return Expression.Block(counter.Next(), Emit.Call(nameof(DMachine.Put4), Emit.Int(field.Offset), status.Code), Emit.Call(nameof(DMachine.RequestExit)));
    }

    private Expression Trunc(CallNode e)
    {
        int given = e.Arguments.Count;
        if (given is 0 or > 2)
            throw Refuse(
                e, $"trunc( ) prototype mismatch: {given} args passed, {(given == 0 ? "at least 1" : "no more than 2")} expected",
                "D_TRUNC_PROTO");
        AggregationDescription aggregation = Aggregation(e, 0).Description;
        if (given == 1) return Marked(e, new TruncAction(aggregation, null));
        Operand count = expressions.Compile(e.Arguments[1]);
        if (!count.Type.IsScalar) throw Refuse(e, "trunc( ) argument #2 must be of scalar type", "D_TRUNC_SCALAR");
        (DField field, Expression code) = Field(e, count);
        return Marked(e, new TruncAction(aggregation, field), code);
    }

    private Expression Normalize(CallNode e)
    {
        if (e.Arguments.Count != 2)
            throw Refuse(e, $"normalize( ) prototype mismatch: {e.Arguments.Count} args passed, 2 expected", "D_NORMALIZE_PROTO");
        AggregationDescription aggregation = Aggregation(e, 0).Description;
        Operand factor = expressions.Compile(e.Arguments[1]);
        if (!factor.Type.IsScalar) throw Refuse(e, "normalize( ) argument #2 must be of scalar type", "D_NORMALIZE_SCALAR");
        (DField field, Expression code) = Field(e, factor);
        return Marked(e, new NormalizeAction(aggregation, field), code);
    }

    // speculate(id), commit(id), discard(id)
    private Expression Speculation(CallNode e)
    {
        Count(e, 1);
        Operand id = expressions.Compile(e.Arguments[0]);
        if (!id.Type.IsInteger) throw ExpressionCompiler.Error(e, Wording.Argument(e.Function, 1, "int", id.Type.Name), "D_PROTO_ARG");
        if (e.Function == "speculate") order.Speculate(e);
        else if (e.Function == "commit") order.Commit(e);
        context.Speculates = true;
        string method = e.Function switch
        {
            "speculate" => nameof(DMachine.Speculate),
            "commit" => nameof(DMachine.Commit),
            _ => nameof(DMachine.Discard),
        };
        return Expression.Block(typeof(void), counter.Next(), Emit.Call(method, Emit.Narrow(id.Code, DTypeTable.Int)));
    }

    private Expression Setopt(CallNode e)
    {
        int given = e.Arguments.Count;
        if (given == 0) throw ExpressionCompiler.Error(e, Wording.Mismatch("setopt( )", given, "arg", 1, atLeast: true), "D_PROTO_LEN");
        if (given > 2)
            throw ExpressionCompiler.Error(e, $"setopt( ) prototype mismatch: {given} args passed, at most 2 expected", "D_PROTO_LEN");
        List<DField> fields = [];
        List<Expression> code = [];
        for (int i = 0; i < given; i++)
        {
            Operand value = expressions.Compile(e.Arguments[i]);
            if (!value.Type.IsStringCompatible)
                throw ExpressionCompiler.Error(e, Wording.Argument("setopt", i + 1, "const char *", value.Type.Name), "D_PROTO_ARG");
            (DField field, Expression put) = Field(e, value with { Type = context.Types.String });
            fields.Add(field);
            code.Add(put);
        }
        return Marked(e, new SetoptAction(fields[0], given > 1 ? fields[1] : null), [.. code]);
    }

    private Expression Marked(CallNode e, ActionDescription action, params ReadOnlySpan<Expression> code)
    {
        _actions.Add(action);
        return Expression.Block(typeof(void), [counter.Next(), .. code]);
    }

    private AggregationDescription OnlyAggregation(CallNode e)
    {
        if (e.Arguments.Count != 1)
        {
            throw Refuse(
                e, $"{e.Function}( ) prototype mismatch: {e.Arguments.Count} args passed, 1 expected", Wording.MismatchTag(e.Function));
        }
        return Aggregation(e, 0).Description;
    }

    private AggregationTypes.Entry Aggregation(CallNode e, int index)
    {
        if (e.Arguments[index] is not AggregationNode aggregation)
        {
            string given = expressions.Compile(e.Arguments[index]).Type.Name;
            throw Refuse(e, Wording.Argument(e.Function, index + 1, "aggregation", given), Wording.AggregationTag(e.Function));
        }
        return context.Aggregations.Find(aggregation.Name)
            ?? throw Refuse(e, $"undefined aggregation: @{AggregationCompiler.Display(aggregation.Name)}", "D_AGG_UNDEF");
    }

    /// <summary>Gives a value a place in the record.</summary>
    private (DField Field, Expression Code) Field(DExpression e, Operand value)
    {
        DValueType type = expressions.ValueType(value);
        DField field = Place(e, type);
        Expression offset = Emit.Int(field.Offset);
        return (field, type.Kind switch
        {
            DValueKind.String => Emit.Call(nameof(DMachine.PutString), offset, value.Code),
            DValueKind.Bytes => Emit.Call(nameof(DMachine.PutBytes), offset, value.Code, Emit.Constant(type.Size)),
            _ => Emit.Call("Put" + type.Size, offset, value.Code),
        });
    }

    private DField Place(DExpression e, DValueType type)
    {
        int offset = (RecordSize + type.Alignment - 1) / type.Alignment * type.Alignment;
        if (offset + (long)type.Size > MaxRecord) throw Refuse(e, "Enabling exceeds size of buffer");
        RecordSize = offset + type.Size;
        context.Layout.NeedRecord(RecordSize);
        return new DField(type, offset);
    }

    private string Format(CallNode e)
    {
        if (e.Arguments[0] is StringLiteral literal) return Encoding.UTF8.GetString(literal.Bytes);
        string type = expressions.Compile(e.Arguments[0]).Type.Name;
        throw Refuse(e, Wording.Argument(e.Function, 1, "string constant", type), "D_PRINTF_ARG_FMT");
    }

    private static FormatString Check(DExpression e, Func<FormatString> parse)
    {
        try
        {
            return parse();
        }
        catch (DFormatException refused)
        {
            throw Refuse(e, refused.Message, refused.Tag);
        }
    }

    private static FormatArgument Describe(Operand value)
    {
        DType type = value.Type;
        (FormatArgumentKind kind, bool signed) = type.Base switch
        {
            IntegerType i => (FormatArgumentKind.Integer, i.Signed),
            PointerType => (FormatArgumentKind.Pointer, false),
            StringType => (FormatArgumentKind.String, false),
            ArrayType { Element.Base: IntegerType { Size: 1 } } => (FormatArgumentKind.CharArray, false),
            _ => (FormatArgumentKind.Other, false),
        };
        return new FormatArgument(kind, type.Size, signed, type.Name, type.Base.Name);
    }

    private static void Count(CallNode e, int expected)
    {
        if (e.Arguments.Count != expected) throw ExpressionCompiler.Error(e, Mismatch(e, expected), Wording.MismatchTag(e.Function));
    }

    private static string Mismatch(CallNode e, int expected) => Wording.Mismatch($"{e.Function}( )", e.Arguments.Count, "arg", expected);
}
