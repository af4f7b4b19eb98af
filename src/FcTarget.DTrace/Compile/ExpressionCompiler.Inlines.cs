// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Language;

namespace FcTarget.DTrace.Compile;

internal sealed partial class ExpressionCompiler
{
    private Operand Inline(NameNode e, InlineDeclaration inline)
    {
        if (++_inlineDepth > 50) throw Error(e, $"inline {inline.Name} refers to itself");
        Operand value = Value(inline, e);
        _inlineDepth--;
        return value;
    }

    /// <summary>Refuses an inline where it is declared: it may use what was declared before it.</summary>
    public static void Check(ProgramContext context, InlineDeclaration inline)
    {
        if (FunctionTable.Functions.ContainsKey(inline.Name))
            throw new DSyntaxException(
                inline.Line, $"identifier redefined: {inline.Name}\n\t current: inline definition\n\tprevious: function", "D_DECL_IDRED");
        ExpressionCompiler compiler = new(context, AnyProbe);
        foreach (DParameter parameter in inline.Parameters ?? []) compiler._bound[parameter.Name!] = new Operand(parameter.Type, Emit.Zero);
        compiler.Value(inline, inline.Value);
    }

    /// <summary><c>name[arguments]</c> of an inline with parameters. Each argument is computed once, however often the inline names it.</summary>
    private Operand Inline(IndexNode e, InlineDeclaration inline)
    {
        IReadOnlyList<DParameter> parameters = inline.Parameters!;
        if (e.Keys.Count != parameters.Count)
            throw Error(e, Wording.Mismatch($"{inline.Name}[ ]", e.Keys.Count, "key", parameters.Count), "D_PROTO_LEN");
        if (++_inlineDepth > 50) throw Error(e, $"inline {inline.Name} refers to itself");
        List<ParameterExpression> variables = [];
        List<Expression> code = [];
        List<(string Name, Operand? Outer, Operand Value)> bound = [];
        for (int i = 0; i < parameters.Count; i++)
        {
            Operand argument = Compile(e.Keys[i]);
            RefuseKey(e, argument, "associative array", i);
            DType type = parameters[i].Type;
            if (!IsAssignable(type, argument))
                throw Error(e, Wording.Key(inline.Name, i + 1, type.Name, argument.Type.Name), "D_PROTO_ARG");
            ParameterExpression value = Expression.Variable(typeof(long));
            variables.Add(value);
            code.Add(Expression.Assign(value, Emit.Narrow(argument.Code, type)));
            bound.Add((parameters[i].Name!, _bound.GetValueOrDefault(parameters[i].Name!), new Operand(type, value)));
        }
        foreach ((string name, _, Operand value) in bound) _bound[name] = value;
        Operand result = Value(inline, inline.Value);
        foreach ((string name, Operand? outer, _) in bound)
        {
            if (outer is null) _bound.Remove(name);
            else _bound[name] = outer;
        }
        _inlineDepth--;
        return new Operand(result.Type, Expression.Block(variables, [.. code, result.Code]));
    }

    private Operand Value(InlineDeclaration inline, DExpression e)
    {
        Operand value = Compile(inline.Value);
        if (value.Constant is { } constant && inline.Type.IsInteger) return Operand.Integer(constant, inline.Type);
        if (!IsAssignable(inline.Type, value))
            throw Error(
                e, $"inline {inline.Name} definition uses incompatible types: \"{inline.Type.Name}\" = \"{value.Type.Name}\"",
                "D_OP_INCOMPAT");
        return new Operand(inline.Type, Emit.Narrow(value.Code, inline.Type)) { Text = value.Text, Constant = value.Constant };
    }
}
