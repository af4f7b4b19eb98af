// SPDX-License-Identifier: MIT

using System.Linq.Expressions;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Compile;

/// <summary>Numbers the actions of a clause for its faults, as DTrace does: each argument of printf() and each key is one.</summary>
internal sealed class ActionCounter
{
    private int _number;

    /// <summary>Code that says: from here on it is the next action that runs.</summary>
    public Expression Next() => Expression.Assign(Emit.Field(nameof(DMachine.Action)), Expression.Constant(++_number));
}
