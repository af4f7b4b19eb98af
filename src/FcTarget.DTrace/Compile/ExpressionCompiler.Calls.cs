// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Language;

namespace FcTarget.DTrace.Compile;

internal sealed partial class ExpressionCompiler
{
    private Operand Call(CallNode e)
    {
        if (ActionCompiler.IsAction(e.Function)) throw OutOfPlace(e, "tracing function");
        if (AggregationCompiler.IsFunction(e.Function)) throw OutOfPlace(e, "aggregating function");
        if (Unavailable.Functions.TryGetValue(e.Function, out string? why)) throw Error(e, $"{e.Function}( ) is not available here: {why}");
        if (!FunctionTable.Functions.TryGetValue(e.Function, out DFunction? function))
        {
            if (_context.Variables.Find(DScope.Global, e.Function) is not null || BuiltIn(new NameNode(e.Line, DScope.Global, e.Function)) is not null)
                throw Error(e, $"scalar '{e.Function}' may not be referenced as a function", "D_IDENT_BADREF");
            throw Error(e, $"undefined function name: {e.Function}", "D_FUNC_UNDEF");
        }
        if (e.Function == "speculation") _context.Speculates = true;
        int given = e.Arguments.Count;
        if (given < function.Required || given > function.Parameters.Count)
        {
            bool optional = function.Required < function.Parameters.Count;
            throw Error(e, Wording.Mismatch($"{e.Function}( )", given, "arg", function.Required, optional), "D_PROTO_LEN");
        }
        Expression[] arguments = new Expression[function.Parameters.Count];
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = i < given ? FunctionArgument(e, function, i) : Emit.Constant(function.Defaults[i - function.Required]);
        DType type = function.Result switch
        {
            "string" => Types.String,
            "void" => DTypeTable.Void,
            "void *" => DTypeTable.VoidPointer,
            "int" => DTypeTable.Int,
            { } name => Types.Find(name)!,
        };
        return new Operand(type, Emit.Call(function.Method, arguments));
    }

    private static DSyntaxException OutOfPlace(CallNode e, string kind) =>
        Error(e, $"{kind} {e.Function}( ) may not be called from a D expression (D program context required)");

    private Expression FunctionArgument(CallNode e, DFunction function, int index)
    {
        (DParameterKind kind, string expected) = function.Parameters[index];
        Operand operand = Compile(e.Arguments[index]);
        bool fits = !operand.IsDynamic && kind switch
        {
            DParameterKind.Text => operand.Type.IsStringCompatible || (IsNull(operand) && operand.Type.IsScalar),
            DParameterKind.Integer => operand.Type.IsInteger,
            _ => operand.Type.IsPointer || operand.Type.IsString || operand.Type.IsInteger,
        };
        if (!fits) throw Error(e, Wording.Argument(e.Function, index + 1, expected, operand.Type.Name), "D_PROTO_ARG");
        return kind == DParameterKind.Integer ? Emit.Narrow(operand.Code, expected switch
        {
            "char" => DTypeTable.Char,
            "int" => DTypeTable.Int,
            { } name => Types.Find(name)!,
        }) : operand.Code;
    }

    // xlate <type> (expression): members are computed when they are asked for.
    private Operand Xlate(XlateNode e)
    {
        Operand input = Compile(e.Operand);
        DType output = e.Type.Base is PointerType p ? p.Target : e.Type;
        TranslatorDeclaration translator = _context.Translators.FirstOrDefault(t => ReferenceEquals(t.Output, output.Base) && IsTranslatable(t.Input, input))
            ?? throw Error(e, $"cannot translate from \"{input.Type.Name}\" to \"{e.Type.Name}\"", "D_XLATE_NONE");
        return new Operand(e.Type, Emit.Zero) { Translator = translator, Source = input };
    }

    private static bool IsTranslatable(DType expected, Operand input) =>
        expected.Name == input.Type.Name || (expected.IsPointer && input.Type.IsPointer && ReferenceEquals(expected.Pointee!.Base, input.Type.Pointee!.Base))
            || (expected.IsInteger && input.Type.IsInteger);

    private Operand Translated(MemberNode e, Operand translated, StructMember member)
    {
        (TranslatorDeclaration translator, Operand input) = (translated.Translator!, translated.Source!);
        (string Member, DExpression Value, int Line) definition = translator.Members.FirstOrDefault(m => m.Member == member.Name);
        if (definition.Value is null) throw Error(e, $"translator does not define conversion for member: {member.Name}", "D_XLATE_NOCONV");
        if (++_inlineDepth > 50) throw Error(e, "translators refer to each other");
        Operand value = Value(translator, input, member, definition.Value);
        _inlineDepth--;
        return new Operand(member.Type, Emit.Narrow(value.Code, member.Type));
    }

    /// <summary>Refuses a translator where it is declared.</summary>
    public static void Check(ProgramContext context, TranslatorDeclaration translator)
    {
        ExpressionCompiler compiler = new(context, AnyProbe);
        Operand input = new(translator.Input, Emit.Zero);
        foreach ((string name, DExpression value, _) in translator.Members)
            compiler.Value(translator, input, translator.Output.Find(name)!, value);
    }

    private Operand Value(TranslatorDeclaration translator, Operand input, StructMember member, DExpression definition)
    {
        _bound.TryGetValue(translator.Parameter, out Operand? outer);
        _bound[translator.Parameter] = new Operand(translator.Input, input.Code) { IsArgument = input.IsArgument };
        Operand value = Compile(definition);
        if (outer is null) _bound.Remove(translator.Parameter);
        else _bound[translator.Parameter] = outer;
        if (!IsAssignable(member.Type, value))
            throw Error(
                definition, $"translator member {member.Name} definition uses incompatible types: \"{member.Type.Name}\" = \"{value.Type.Name}\"",
                "D_XLATE_INCOMPAT");
        return value;
    }
}
