// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Runtime;

/// <content>speculation() and the actions on what it returns.</content>
internal sealed partial class DMachine
{
    /// <summary>Where the clause's record goes: -1 to the program, else to a speculation; 0 forgets it.</summary>
    public long Speculation { get; private set; } = -1;

    public long BeginSpeculation() => Faulted ? 0 : _speculations!.Begin();

    /// <summary>What cannot be recorded is not done either: the clause ends here if the speculation is not active or full.</summary>
    public void Speculate(long id)
    {
        if (Faulted) return;
        if (_speculations!.HasRoom(id, RecordSize)) Speculation = id;
        else Fail(DFaultKind.Dropped);
    }

    public void Commit(long id)
    {
        if (IsSpeculation(id)) _speculations!.Commit(id);
    }

    public void Discard(long id)
    {
        if (IsSpeculation(id)) _speculations!.Discard(id);
    }

    private bool IsSpeculation(long id)
    {
        if (!Faulted && !_speculations!.IsId(id)) Fail(DFaultKind.IllegalOperation, offset: -1);
        return !Faulted;
    }
}
