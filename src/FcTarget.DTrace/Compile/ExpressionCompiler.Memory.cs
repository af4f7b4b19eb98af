// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Language;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

/// <content>Assignments to what lies within variables: members of structures, elements of arrays, what a pointer points to.</content>
internal sealed partial class ExpressionCompiler
{
    /// <summary>The element of an associative array that is being updated, and the copy that stands for it.</summary>
    private IndexNode? _updatedElement;
    private Operand? _updatedCopy;

    /// <summary>An object in memory to be written. Its address is computed once, and checked when it is written.</summary>
    private Operand Memory(DExpression e, DExpression target, string op) =>
        ElementWithin(target) is var (index, variable) ? WithinElement(e, target, op, index, variable) : WithinVariable(e, target, op);

    private Operand WithinVariable(DExpression e, DExpression target, string op)
    {
        Operand operand = Writable(e, target, op);
        ParameterExpression address = Expression.Variable(typeof(long));
        return new Operand(operand.Type, Load(operand, address))
        {
            Keys = new KeyCode([address], [Expression.Assign(address, operand.Address!)]),
            Store = value => Put(operand, address, value),
        };
    }

    /// <summary>Of a structure in an associative array a copy is changed and put in its place.</summary>
    private Operand WithinElement(DExpression e, DExpression target, string op, IndexNode index, DVariable variable)
    {
        Operand element = Element(index, variable, create: true);
        int size = element.Type.Size;
        _context.Layout.NeedUpdate(size);
        ParameterExpression copy = Expression.Variable(typeof(long)), offset = Expression.Variable(typeof(long));
        Expression take = Expression.Block([.. element.KeyParts!, Expression.Assign(copy, Emit.Call(nameof(DMachine.GetElementUpdate), Emit.Int(size)))]);
        (_updatedElement, _updatedCopy) = (index, new Operand(element.Type, copy) { Address = copy, IsWritable = true });
        Operand operand = Writable(e, target, op);
        _updatedElement = null;
        Expression address = Expression.Add(copy, offset);
        KeyCode keys = new(
            [.. element.Keys!.Variables, copy, offset],
            [.. element.Keys.Code, take, Expression.Assign(offset, Expression.Subtract(operand.Address!, copy))]);
        return new Operand(operand.Type, Load(operand, address))
        {
            Keys = keys,
            // What was computed since may have used the copy for another element.
            Store = value => Expression.Block(take, Put(operand, address, value), element.Store!(copy)),
        };
    }

    private Operand Writable(DExpression e, DExpression target, string op)
    {
        Operand operand = Compile(target);
        if (operand.Address is null) throw Error(e, $"operator {op} requires modifiable lvalue as an operand", "D_OP_LVAL");
        return operand.IsWritable ? operand : throw Error(e, $"operator {op} can only be applied to a writable variable", "D_OP_WRITE");
    }

    private static Expression Load(Operand operand, Expression address)
    {
        if (operand.Type.IsByReference) return address;
        Expression load = Emit.Load(address, 0, operand.Type, argument: false);
        return operand.Bits is { } bits ? Emit.Bits(load, bits) : load;
    }

    private static Expression Put(Operand operand, Expression address, Expression value)
    {
        if (operand.Type.IsString) return Emit.Call(nameof(DMachine.PutText), address, value);
        if (operand.Type.IsByReference) return Emit.Call(nameof(DMachine.PutBlock), address, value, Emit.Constant(operand.Type.Size));
        Expression size = Emit.Int(operand.Type.Size);
        return operand.Bits is { } bits
            ? Emit.Call(nameof(DMachine.PutBits), address, size, Emit.Int(bits.FirstBit), Emit.Int(bits.Bits), value)
            : Emit.Call(nameof(DMachine.PutNumber), address, size, value);
    }

    // structure = xlate <type> (expression): what the translator does not define is 0
    private Operand AssignTranslated(AssignNode e, Operand translated)
    {
        Operand target = Target(e, e.Left, "=", translated.Type);
        if (!ReferenceEquals(target.Type.Base, translated.Type.Base) || target.Address is null)
            throw Error(e, $"operands have incompatible types: \"{target.Type.Name}\" = \"{translated.Type.Name}\"", "D_OP_INCOMPAT");
        List<Expression> code = [Put(target, target.Address, Emit.Zero)];
        foreach ((string name, _, _) in translated.Translator!.Members)
        {
            StructMember member = ((StructType)target.Type.Base).Find(name)!;
            Operand value = Translated(new MemberNode(e.Line, e.Right, name, Arrow: false), translated, member);
            Expression address = Expression.Add(target.Address, Emit.Constant(member.Offset));
            code.Add(Put(new Operand(member.Type, Emit.Zero) { Bits = member.Bits > 0 ? member : null }, address, value.Code));
        }
        return target with { Code = Expression.Block([.. code, target.Address]), Store = null, Keys = null };
    }

    /// <summary>The element of an associative array of structures that <c>element.member</c> and the like lie in.</summary>
    private (IndexNode Index, DVariable Variable)? ElementWithin(DExpression target) => target switch
    {
        MemberNode { Arrow: false } member => ElementWithin(member.Object),
        IndexNode { Array: NameNode name } index when !_bound.ContainsKey(name.Name) && _context.Variables.Find(name.Scope, name.Name) is { Keys: not null, Type: not null } v =>
            (index, v),
        IndexNode index => ElementWithin(index.Array),
        _ => null,
    };
}
