// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Language;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

/// <summary>A variable of the program.</summary>
internal sealed class DVariable(DScope scope, string name, int id)
{
    public DScope Scope => scope;

    public string Name => name;

    /// <summary>Tells the elements of one associative array from those of another.</summary>
    public int Id => id;

    /// <summary>Null until the first assignment.</summary>
    public DType? Type { get; set; }

    /// <summary>Key types of an associative array; null for a scalar.</summary>
    public IReadOnlyList<DType>? Keys { get; set; }

    /// <summary>Slot of an integer or pointer, offset of a string or structure; -1 until the type is known.</summary>
    public int Place { get; set; } = -1;

    /// <summary>As the program writes it.</summary>
    public string FullName => Prefix(Scope) + Name;

    public static string Prefix(DScope scope) => scope switch { DScope.Thread => "self->", DScope.Clause => "this->", _ => "" };
}

/// <summary>The variables of all programs compiled together.</summary>
internal sealed class DVariableTable(DLayout layout)
{
    /// <summary>No program has more: their memory is taken before it runs.</summary>
    private const int MaxVariables = 1024;

    private readonly Dictionary<(DScope, string), DVariable> _variables = [];

    public DVariable? Find(DScope scope, string name) => _variables.GetValueOrDefault((scope, name));

    public DVariable Create(int line, DScope scope, string name)
    {
        if (_variables.Count >= MaxVariables)
            throw new DSyntaxException(line, $"cannot create {name}: limit on number of variables exceeded");
        DVariable variable = new(scope, name, _variables.Count + 1);
        _variables[(scope, name)] = variable;
        return variable;
    }

    /// <summary>Settles a type: room is found for the variable.</summary>
    public void Settle(int line, DVariable variable, DType type, int keyBytes = 0)
    {
        variable.Type = type;
        if (variable.Keys is not null)
        {
            layout.NeedDynamic(keyBytes, type.IsByReference ? type.Size : sizeof(long));
            return;
        }
        variable.Place = (variable.Scope, type.IsByReference) switch
        {
            (DScope.Global, true) => layout.AddShared(type.Size),
            (_, true) => layout.AddOwn(type.Size, variable.Scope == DScope.Clause),
            (DScope.Global, _) => layout.AddGlobal(),
            (DScope.Thread, _) => layout.AddThread(),
            _ => layout.AddLocal(),
        };
        if (layout.SharedBytes > DLayout.MaxBlock || layout.OwnBytes > DLayout.MaxBlock)
            throw new DSyntaxException(line, $"cannot create {variable.Name}: limit on size of variables exceeded");
    }
}
