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
        if (Speculates) throw ActionCompiler.Refuse(at, "speculate( ) may not follow speculate( )", "D_SPEC_SPEC");
        if (_commits) throw ActionCompiler.Refuse(at, "speculate( ) may not follow commit( )", "D_SPEC_COMM");
        if (_records) throw ActionCompiler.Refuse(at, "speculate( ) may not follow data-recording action(s)", "D_SPEC_DREC");
        Speculates = true;
    }

    public void Commit(DExpression at)
    {
        if (_commits) throw ActionCompiler.Refuse(at, "commit( ) may not follow commit( )", "D_COMM_COMM");
        if (_records) throw ActionCompiler.Refuse(at, "commit( ) may not follow data-recording action(s)", "D_COMM_DREC");
        _commits = true;
    }

    public void Aggregate(DExpression at)
    {
        if (_commits) throw ActionCompiler.Refuse(at, "aggregating actions may not follow commit( )", "D_AGG_COMM");
        if (Speculates) throw ActionCompiler.Refuse(at, "aggregating actions may not follow speculate( )", "D_AGG_SPEC");
        _records = true;
    }

    public void Record(CallNode at)
    {
        if (Speculates && at.Function == "exit") throw ActionCompiler.Refuse(at, "exit( ) may not follow speculate( )", "D_EXIT_SPEC");
        if (_commits) throw ActionCompiler.Refuse(at, "data-recording actions may not follow commit( )", "D_DREC_COMM");
        _records |= !Speculates;
    }
}
