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

    /// <summary>
    /// The conditions that are pending, as QUERY ASYNCHRONOUS EVENT tells of them (SAM-5 7.8): UADE DEPTH and sense key, ADDITIONAL SENSE
    /// CODE and its qualifier, a byte each, of the one that is reported first; 0 when there is none.
    /// </summary>
    public uint AsynchronousEvent
    {
        get
        {
            int pending = Volatile.Read(ref _pending);
            if (pending == 0) return 0;
            uint depth = BitOperations.IsPow2(pending) ? 0b01u : 0b10u;
            Sense sense = UnitAttentionSense.Of(First(pending));
            return (depth << 20) | ((uint)sense.Key << 16) | ((uint)sense.Asc << 8) | sense.Ascq;
        }
    }

    /// <summary>Establishes a unit attention condition. Any thread.</summary>
    public void Establish(UnitAttentions condition) => Interlocked.Or(ref _pending, (int)condition);

    /// <summary>Clears a condition without reporting it. Any thread.</summary>
    public void Clear(UnitAttentions condition) => Interlocked.And(ref _pending, ~(int)condition);

    /// <summary>Takes the first condition to report and clears it; NO SENSE when there is none.</summary>
    public Sense TakeAttention()
    {
        int pending = Volatile.Read(ref _pending);
        if (pending == 0) return Sense.None;
        UnitAttentions first = First(pending);
        Clear(first);
        return UnitAttentionSense.Of(first);
    }

    private static UnitAttentions First(int pending) => (UnitAttentions)(1 << BitOperations.TrailingZeroCount(pending));
}
