// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Language;

namespace FcTarget.DTrace.Compile;

/// <summary>What may follow what in a clause with speculate() or commit(): each record goes to one place.</summary>
internal sealed class ActionOrder
{
    private bool _records, _commits;

    /// <summary>speculate() was met: the clause leaves a record, even if nothing else does.</summary>
    public bool Speculates { get; private set; }

    public void Speculate(DExpression at)
    {
        if (Speculates) throw ActionCompiler.Refuse(at, "speculate( ) may not follow speculate( )");
        if (_commits) throw ActionCompiler.Refuse(at, "speculate( ) may not follow commit( )");
        if (_records) throw ActionCompiler.Refuse(at, "speculate( ) may not follow data-recording action(s)");
        Speculates = true;
    }

    public void Commit(DExpression at)
    {
        if (_commits) throw ActionCompiler.Refuse(at, "commit( ) may not follow commit( )");
        if (_records) throw ActionCompiler.Refuse(at, "commit( ) may not follow data-recording action(s)");
        _commits = true;
    }

    public void Aggregate(DExpression at)
    {
        if (_commits) throw ActionCompiler.Refuse(at, "aggregating actions may not follow commit( )");
        if (Speculates) throw ActionCompiler.Refuse(at, "aggregating actions may not follow speculate( )");
        _records = true;
    }

    public void Record(CallNode at)
    {
        if (Speculates && at.Function == "exit") throw ActionCompiler.Refuse(at, "exit( ) may not follow speculate( )");
        if (_commits) throw ActionCompiler.Refuse(at, "data-recording actions may not follow commit( )");
        _records |= !Speculates;
    }
}
