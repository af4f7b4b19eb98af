// SPDX-License-Identifier: MIT

using System.Numerics;
using FcTarget.Scsi;

namespace FcTarget.Stmf;

/// <summary>I_T_L nexus (SAM-5 4.8): what the router keeps for one initiator port, target port and logical unit.</summary>
internal sealed class ItlNexus(ItNexus nexus, int lun, ILogicalUnit unit)
{
    private int _pending;

    public ItNexus Nexus => nexus;

    public int Lun => lun;

    public ILogicalUnit Unit => unit;

    public bool HasAttention => Volatile.Read(ref _pending) != 0;

    /// <summary>Establishes a unit attention condition. Any thread.</summary>
    public void Establish(UnitAttentions condition) => Interlocked.Or(ref _pending, (int)condition);

    /// <summary>Clears a condition without reporting it. Any thread.</summary>
    public void Clear(UnitAttentions condition) => Interlocked.And(ref _pending, ~(int)condition);

    /// <summary>Takes the first condition to report and clears it; NO SENSE when there is none.</summary>
    public Sense TakeAttention()
    {
        int pending = Volatile.Read(ref _pending);
        if (pending == 0) return Sense.None;
        var first = (UnitAttentions)(1 << BitOperations.TrailingZeroCount(pending));
        Clear(first);
        return UnitAttentionSense.Of(first);
    }
}
