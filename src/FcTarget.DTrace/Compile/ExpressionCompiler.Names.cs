// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Language;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

internal sealed partial class ExpressionCompiler
{
    private Operand Name(NameNode e)
    {
        if (e.Scope == DScope.Global)
        {
            if (_bound.TryGetValue(e.Name, out Operand? bound)) return bound;
            if (_context.Inlines.TryGetValue(e.Name, out InlineDeclaration? inline))
            {
                return inline.Parameters is null ? Inline(e, inline) : throw Error(e, $"associative array '{e.Name}' may not be referenced as scalar",
                    "D_IDENT_BADREF");
            }
            if (_context.Variables.Find(e.Scope, e.Name) is null && BuiltIn(e) is { } builtIn) return builtIn;
        }
        DVariable? variable = _context.Variables.Find(e.Scope, e.Name);
        if (variable?.Keys is not null) throw Error(e, $"associative array '{e.Name}' may not be referenced as scalar", "D_IDENT_BADREF");
        if (variable?.Type is null)
        {
            throw e.Scope == DScope.Global && variable is null
                ? Undefined(e, $"failed to resolve {e.Name}: Unknown variable name", "D_IDENT_UNDEF")
                : Undefined(e, $"{DVariable.Prefix(e.Scope)}{e.Name} has not yet been declared or assigned", "D_VAR_UNDEF");
        }
        return Scalar(variable);
    }

    /// <summary>A scalar variable whose type is known.</summary>
    private static Operand Scalar(DVariable variable)
    {
        DType type = variable.Type!;
        string block = variable.Scope == DScope.Global ? nameof(DMachine.Shared) : nameof(DMachine.Own);
        string slots = variable.Scope switch
        {
            DScope.Global => nameof(DMachine.Globals),
            DScope.Thread => nameof(DMachine.Threads),
            _ => nameof(DMachine.Locals),
        };
        if (!type.IsByReference)
        {
            Expression slot = Emit.Slot(slots, variable.Place);
            return new Operand(type, slot)
            {
                Variable = variable,
                IsWritable = true,
                Store = value => Expression.IfThen(Expression.Not(Emit.Faulted), Expression.Assign(slot, value)),
            };
        }
        Expression address = Emit.Address(block, variable.Place);
        return new Operand(type, address)
        {
            Variable = variable,
            Address = type.IsString ? null : address,
            IsWritable = true,
            Store = value => type.IsString
                ? Emit.Call(nameof(DMachine.CopyString), address, value)
                : Emit.Call(nameof(DMachine.CopyBytes), address, value, Emit.Constant(type.Size)),
        };
    }

    private Operand? BuiltIn(NameNode e)
    {
        DType Named(string type) => Types.Find(type)!;
        Operand Field(DType type, string field) => new(type, Emit.Field(field));
        Operand Calls(DType type, string method) => new(type, Emit.Call(method));
        if (e.Name.Length == 4 && e.Name.StartsWith("arg", StringComparison.Ordinal) && char.IsAsciiDigit(e.Name[3]))
        {
            if (_probe is null) throw Error(e, $"{e.Name} may not be referenced outside of a probe clause");
            return new Operand(Named("int64_t"), Emit.Slot(nameof(DMachine.Args), e.Name[3] - '0'));
        }
        if (Types.TryEnumerator(e.Name, out (long Value, DType Type) enumerator)) return Operand.Integer(enumerator.Value, enumerator.Type);
        return e.Name switch
        {
            "timestamp" or "vtimestamp" => Calls(Named("uint64_t"), nameof(DMachine.Timestamp)),
            "walltimestamp" => Calls(Named("int64_t"), nameof(DMachine.WallTimestamp)),
            "probeprov" => Field(Types.String, nameof(DMachine.ProbeProvider)),
            "probemod" => Field(Types.String, nameof(DMachine.ProbeModule)),
            "probefunc" => Field(Types.String, nameof(DMachine.ProbeFunction)),
            "probename" => Field(Types.String, nameof(DMachine.ProbeName)),
            "epid" => Field(Named("uint_t"), nameof(DMachine.Epid)),
            "id" => Field(Named("uint_t"), nameof(DMachine.ProbeId)),
            "cpu" => Calls(Named("processorid_t"), nameof(DMachine.Cpu)),
            "tid" => Calls(Named("id_t"), nameof(DMachine.Tid)),
            "pid" => Operand.Integer(Environment.ProcessId, Named("pid_t")),
            "ppid" => Operand.Integer(DProcess.ParentId, Named("pid_t")),
            "uid" => Operand.Integer(DProcess.UserId, Named("uid_t")),
            "gid" => Operand.Integer(DProcess.UserGroupId, Named("gid_t")),
            "errno" => Operand.Integer(0, DTypeTable.Int),
            "execname" => Text(System.Text.Encoding.UTF8.GetBytes(DProcess.ExecutableName)) with { Text = null },
            "zonename" => Text("global"u8.ToArray()) with { Text = null },
            "root" or "cwd" => Text("/"u8.ToArray()) with { Text = null },
            "NULL" => Operand.Integer(0, DTypeTable.Int),
            "args" => throw Error(e, "array 'args' may not be referenced as scalar", "D_IDENT_BADREF"),
            _ when Unavailable.Variables.TryGetValue(e.Name, out string? why) => throw Error(e, $"{e.Name} is not available here: {why}"),
            _ => null,
        };
    }

    private Operand Index(IndexNode e)
    {
        if (e.Array is NameNode { Scope: DScope.Global, Name: "args" } args && _context.Variables.Find(DScope.Global, "args") is null) return Argument(e, args);
        if (e.Array is NameNode { Scope: DScope.Global } call && !_bound.ContainsKey(call.Name)
            && _context.Inlines.GetValueOrDefault(call.Name) is { Parameters: not null } inline)
        {
            return Inline(e, inline);
        }
        if (e.Array is NameNode name && !_bound.ContainsKey(name.Name) && ElementOf(name) is { } variable)
        {
            if (ReferenceEquals(e, _updatedElement)) return _updatedCopy!;
            Operand element = Element(e, variable, create: false);
            return element with { Code = element.Keys!.Around(element.Code), Keys = null, Store = null };
        }
        Operand array = Compile(e.Array);
        RefuseDynamic(e, "[]", array);
        if (!array.Type.IsPointer) throw Error(e, $"cannot access {Describe(e.Array)} as an associative array", "D_ARR_BADREF");
        if (e.Keys.Count != 1)
            throw Error(e, $"improper attempt to reference {Describe(e.Array)} as a multi-dimensional array", "D_ARR_BADREF");
        Operand index = Compile(e.Keys[0]);
        if (!index.Type.IsInteger) throw Error(e, $"array index must be of integral type: \"{index.Type.Name}\"", "D_ARR_BADREF");
        if (array.Type.Base is ArrayType a && index.Constant is { } i && (i < 0 || i >= a.Count))
            throw Error(e, $"index outside array bounds: {i}, max is {a.Count}", "D_ARR_BOUNDS");
        return Dereference(e, PointerArithmetic(e, "+", array, index), "[]");
    }

    /// <summary>The associative array of a name; null if the name is something else.</summary>
    private DVariable? ElementOf(NameNode name)
    {
        DVariable? variable = _context.Variables.Find(name.Scope, name.Name);
        if (variable is null && (_context.Inlines.ContainsKey(name.Name) || (name.Scope == DScope.Global && BuiltIn(name) is not null))) return null;
        if (variable is null || (variable.Type is null && variable.Keys is null))
            throw Undefined(name, $"{DVariable.Prefix(name.Scope)}{name.Name} has not yet been declared or assigned", "D_VAR_UNDEF");
        return variable.Keys is null ? null : variable;
    }

    private Operand Argument(IndexNode e, NameNode args)
    {
        if (e.Keys.Count != 1) throw Error(e, Wording.Mismatch("args[ ]", e.Keys.Count, "arg", 1), "D_PROTO_LEN");
        Operand key = Compile(e.Keys[0]);
        if (key.Constant is not { } index || !key.Type.IsInteger)
            throw Error(
                e, $"args[ ] argument #1 is incompatible with prototype:\n\tprototype: integer constant\n\t argument: {key.Type.Name}",
                "D_ARGS_TYPE");
        if (_probe is null) throw Error(args, "args[ ] may not be referenced outside of a probe clause", "D_ARGS_NONE");
        if (_probe.Arguments is null)
            throw Error(
                e, $"args[ ] may not be referenced because probe description {_probe.Description} matches an unstable set of probes",
                "D_ARGS_MULTI");
        if (index < 0 || index >= _probe.Arguments.Count)
            throw Error(e, $"index {index} is out of range for {_probe.Description} args[ ]", "D_ARGS_IDX");
        int slot = ProbeTable.Slot(_probe.ProbeId, (int)index);
        return new Operand(_probe.Arguments[(int)index], Emit.Slot(nameof(DMachine.Args), slot)) { IsArgument = true };
    }

    /// <summary>An element of an associative array whose keys and type are known.</summary>
    private Operand Element(IndexNode e, DVariable variable, bool create)
    {
        IReadOnlyList<DType> types = variable.Keys!;
        if (e.Keys.Count != types.Count)
            throw Error(e, Wording.Mismatch($"{variable.FullName}[ ]", e.Keys.Count, "key", types.Count), "D_PROTO_LEN");
        List<ParameterExpression> temporaries = [];
        List<Expression> code = [];
        List<Expression> key = [Emit.Call(nameof(DMachine.BeginKey)), Emit.Call(nameof(DMachine.Key), Emit.Constant(variable.Id), Emit.Int(4))];
        if (variable.Scope == DScope.Thread) key.Add(Emit.Call(nameof(DMachine.Key), Emit.Call(nameof(DMachine.Tid)), Emit.Int(4)));
        for (int i = 0; i < types.Count; i++)
        {
            Operand operand = Compile(e.Keys[i]);
            RefuseKey(e, operand, "associative array", i);
            if (!IsAssignable(types[i], operand))
                throw Error(e, Wording.Key(variable.FullName, i + 1, types[i].Name, operand.Type.Name), "D_PROTO_ARG");
            ParameterExpression value = Expression.Variable(typeof(long));
            temporaries.Add(value);
            code.Add(Expression.Assign(value, Emit.Narrow(operand.Code, types[i])));
            key.Add(KeyPart(value, types[i]));
        }
        if (variable.Type is null)
        {
            if (!create) throw Undefined(e, $"{variable.FullName} has not yet been declared or assigned", "D_VAR_UNDEF");
            return new Operand(DTypeTable.Dynamic, Emit.Zero) { Variable = variable };
        }
        DType type = variable.Type;
        Expression load = type.IsByReference
            ? Emit.Call(nameof(DMachine.GetElementCopy), Emit.Int(type.Size))
            : Emit.Call(nameof(DMachine.GetElement));
        return new Operand(type, Expression.Block([.. key, load]))
        {
            Variable = variable,
            IsWritable = true,
            Keys = new KeyCode(temporaries, code),
            KeyParts = key,
            Store = value => Expression.Block([.. key, type.IsByReference
                ? Emit.Call(nameof(DMachine.SetElementCopy), value, Emit.Int(type.Size), Expression.Constant(type.IsString))
                : Emit.Call(nameof(DMachine.SetElement), value)]),
        };
    }

    /// <summary>Adds one value to the key being made.</summary>
    private static Expression KeyPart(Expression value, DType type) => type.Base switch
    {
        StringType => Emit.Call(nameof(DMachine.KeyString), value),
        _ when type.IsByReference => Emit.Call(nameof(DMachine.KeyBytes), value, Emit.Int(type.Size)),
        _ => Emit.Call(nameof(DMachine.Key), value, Emit.Int(Math.Max(1, type.Size))),
    };

    private static void RefuseKey(DExpression e, Operand operand, string kind, int index)
    {
        if (operand.IsDynamic || operand.Type.Base is VoidType)
            throw Error(e, $"{operand.Type.Name} expression may not be used as {kind} index: key #{index + 1}", "D_KEY_TYPE");
    }

    private int KeyBytes(IEnumerable<DType> keys) => 8 + keys.Sum(k => k.IsString ? _context.Options.StrSize : k.Size);

    private Operand Member(MemberNode e)
    {
        if (IscsiMembers.FindNoData(e, _probe) is { } none) return Compile(none);
        string op = e.Arrow ? "->" : ".";
        Operand operand = Compile(e.Object);
        if (operand.Translator is null) RefuseDynamic(e, op, operand);
        DType? type = e.Arrow ? operand.Type.Pointee : operand.Type;
        if (type is null) throw Error(e, $"operator {op} must be applied to a pointer", "D_OP_PTR");
        if (type.Base is not StructType structure)
        {
            throw Error(e, e.Arrow
                ? $"operator -> cannot be applied to pointer to type \"{type.Name}\"; must be applied to a struct or union pointer"
                : $"operator {op} cannot be applied to type \"{type.Name}\"; must be applied to a struct or union", "D_OP_SOU");
        }
        if (!structure.IsComplete)
            throw Error(
                e, $"operator {op} cannot be applied to a forward declaration: no {structure.Name} definition is available",
                "D_OP_INCOMPLETE");
        if (structure.Find(e.Member) is not { } member)
            return IscsiMembers.Find(e, _probe) is { } elsewhere ? Compile(elsewhere) : throw Error(e, $"{e.Member} is not a member of {structure.Name}",
                "D_TYPE_MEMBER");
        if (operand.Translator is not null) return Translated(e, operand, member);
        if (member.ByPointer) return new Operand(Types.String, Emit.Load(operand.Code, member.Offset, DTypeTable.UnsignedLong, operand.IsArgument));
        Expression address = member.Offset == 0 ? operand.Code : Expression.Add(operand.Code, Emit.Constant(member.Offset));
        bool writable = operand.IsWritable;
        if (member.Type.IsByReference) return new Operand(member.Type, address) { Address = address, IsWritable = writable };
        if (!member.Type.IsScalar) throw Error(e, $"member {e.Member} of type \"{member.Type.Name}\" has no value in D");
        Expression load = Emit.Load(operand.Code, member.Offset, member.Type, operand.IsArgument);
        if (member.Bits == 0) return new Operand(member.Type, load) { Address = address, IsWritable = writable };
        return new Operand(member.Type, Emit.Bits(load, member)) { Address = address, IsWritable = writable, Bits = member };
    }

    private static Operand Dereference(DExpression e, Operand pointer, string op)
    {
        if (pointer.Type.Pointee is not { } target) throw Error(e, "cannot dereference non-pointer type", "D_DEREF_NONPTR");
        if (target.Base is VoidType) throw Error(e, "cannot dereference pointer to void", "D_DEREF_VOID");
        if (target.Size == 0) throw Error(e, $"cannot dereference pointer to type \"{target.Name}\"", "D_DEREF_VOID");
        if (target.IsByReference)
            return new Operand(target, pointer.Code) { Address = pointer.Code, IsWritable = pointer.IsWritable, IsArgument = pointer.IsArgument };
        if (!target.IsScalar) throw Error(e, $"object of type \"{target.Name}\" has no value in D");
        return new Operand(target, Emit.Load(pointer.Code, 0, target, argument: false)) { Address = pointer.Code, IsWritable = pointer.IsWritable };
    }

    private static string Describe(DExpression e) => e switch
    {
        NameNode n => $"scalar {DVariable.Prefix(n.Scope)}{n.Name}",
        MemberNode m => m.Member,
        IntegerLiteral i => $"integer constant {i.Text}",
        StringLiteral => "string constant",
        _ => "expression",
    };
}
