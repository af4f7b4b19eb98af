// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.State;

/// <summary>
/// The space under a thin unit (SBC-3 4.7.3): how much of its pool is used, the limit of the pool, and the threshold that tells initiators before
/// it is reached. Resources are counted in threshold sets of 1 MiB.
/// </summary>
internal sealed class Provisioning
{
    private const int SetBits = 20;

    private readonly IBackingStore _store;
    private readonly TaskSet _tasks;
    private readonly ModeParameters _modes;
    private readonly long? _pool;
    private int _reached;

    /// <param name="store">The store under the unit.</param>
    /// <param name="tasks">Whose nexuses hear of the threshold.</param>
    /// <param name="modes">Where the threshold is set.</param>
    /// <param name="pool">Bytes the store may take; null when there is no other limit than its length.</param>
    /// <param name="blockSize">Bytes.</param>
    public Provisioning(IBackingStore store, TaskSet tasks, ModeParameters modes, long? pool, int blockSize)
    {
        _store = store;
        _tasks = tasks;
        _modes = modes;
        _pool = pool;
        IsLimited = pool < store.Length;
        SetExponent = (byte)(SetBits - int.Log2(blockSize));
    }

    /// <summary>THRESHOLD EXPONENT: blocks of a set, as a power of 2.</summary>
    public byte SetExponent { get; }

    /// <summary>The pool is smaller than the unit.</summary>
    public bool IsLimited { get; }

    public uint UsedSets => Sets(_store.UsedBytes + ((1L << SetBits) - 1));

    public uint AvailableSets => Sets(Math.Max(0, (_pool ?? _store.Length) - _store.UsedBytes));

    /// <summary>Whether a range may be written: with it, the pool is not more than full. A range that has its space is always welcome.</summary>
    public bool HasRoomFor(long offset, long length)
    {
        if (!IsLimited || _store.UsedBytes + length <= _pool) return true;
        return _store.IsMapped(offset, length, out long extent) && extent >= length;
    }

    /// <summary>
    /// After a write: tells every nexus when the used space passes the threshold, once, and again only after it has been below
    /// (THRESHOLD ARMING: increasing).
    /// </summary>
    public void Look()
    {
        uint threshold = _modes.Threshold;
        if (threshold == 0) return;
        int isReached = UsedSets >= threshold ? 1 : 0;
        if (Interlocked.Exchange(ref _reached, isReached) == 0 && isReached == 1)
            _tasks.Nexuses.Establish(UnitAttentions.ThinProvisioningSoftThresholdReached);
    }

    private static uint Sets(long bytes) => (uint)Math.Min(bytes >> SetBits, uint.MaxValue);
}
