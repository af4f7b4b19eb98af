// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// One command, or a family that differs in the CDB's size only. An object without state that all tasks share; the CDB has been
/// checked against the usage mask when <see cref="Start"/> is called.
/// </summary>
internal abstract class BlockCommand
{
    /// <summary>The command changes the medium, so a write protected unit refuses it.</summary>
    public virtual bool Writes => false;

    /// <summary>The command needs a medium that is in the drive and not being formatted or sanitized.</summary>
    public virtual bool NeedsMedium => Writes;

    /// <summary>The command is carried out also while the medium is being formatted or sanitized.</summary>
    public virtual bool PassesMediumWork => false;

    /// <summary>The command is carried out also while the medium is being sanitized, and after that has failed (SBC-4 4.11.2).</summary>
    public virtual bool PassesSanitize(ScsiTask task) => PassesMediumWork;

    /// <summary>What it makes good: a medium that a failed command has left without a format, or half sanitized.</summary>
    public virtual Mends Mends => Mends.Nothing;

    /// <summary>The CDB, but not one of 6 bytes, has a RDPROTECT, WRPROTECT, VRPROTECT or ORPROTECT field.</summary>
    public virtual bool HasProtectField => false;

    /// <summary>What does the command on a medium with protection information.</summary>
    public virtual BlockCommand WithProtection => this;

    /// <summary>From which access states of the target port on it is served.</summary>
    public virtual Reach Reach => Reach.Active;

    /// <summary>What it does that another's persistent reservation may forbid.</summary>
    public virtual Restriction RestrictionOf(ScsiTask task) => Writes ? Restriction.Changing : NeedsMedium ? Restriction.Reading : Restriction.None;

    /// <summary>Whether another's reservation by RESERVE lets it pass (SPC-2 table 10).</summary>
    public virtual bool PassesReserve(ScsiTask task) => RestrictionOf(task) == Restriction.None;

    /// <summary>Seconds it may take before an initiator should worry: RECOMMENDED COMMAND TIMEOUT (SPC-4 6.35.4).</summary>
    public virtual uint RecommendedTimeout => 30;

    /// <summary>Begins: on the loop.</summary>
    public abstract void Start(BlockDevice device, ScsiTask task);

    /// <summary>The segment has been moved: on the loop. As it stands: a command whose one segment of parameter data is out.</summary>
    public virtual void OnData(BlockDevice device, ScsiTask task) => BlockDevice.End(task, ScsiStatus.Good);

    /// <summary>The task has its IoBuffer: on the loop.</summary>
    public virtual void OnBuffer(BlockDevice device, ScsiTask task) => BlockDevice.End(task, Sense.InternalTargetFailure);

    /// <summary>
    /// What may block: on a worker, or on the loop when the store is inline. Touches nothing but the task's notes and the store.
    /// </summary>
    public virtual StoreResult Work(BlockDevice device, ScsiTask task) => StoreResult.Ok;

    /// <summary>Work is done and its result in LuResult: on the loop. As it stands: the command is over.</summary>
    public virtual void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuResult == (int)StoreResult.Ok) BlockDevice.End(task, ScsiStatus.Good);
        else device.EndFailed(task);
    }

    /// <summary>The task is aborted and about to be over: on the loop. For what the command has done to its unit meanwhile.</summary>
    public virtual void OnAborted(BlockDevice device, ScsiTask task) { }

    /// <summary>
    /// Puts the CDB's range, in bytes, into LuOffset and LuRemaining. False when it is not on the medium or longer than
    /// <paramref name="maximum"/> blocks: the task is complete then.
    /// </summary>
    protected static bool TryTakeRange(BlockDevice device, ScsiTask task, uint maximum) =>
        TryTakeRange(device, task, Cdb.TransferLength(task.Cdb), maximum);

    /// <summary>As the other one, for a number of blocks that is not the CDB's.</summary>
    protected static bool TryTakeRange(BlockDevice device, ScsiTask task, ulong blocks, uint maximum)
    {
        ulong lba = Cdb.Lba(task.Cdb);
        if (lba > device.BlockCount || blocks > device.BlockCount - lba)
        {
            task.CompleteCheckCondition(Sense.LbaOutOfRange with { Information = Math.Max(lba, device.BlockCount) });
            return false;
        }
        if (blocks > maximum)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.TransferLengthAt(task.Cdb))); // SBC-3 6.5.3
            return false;
        }
        task.LuOffset = (long)lba * device.BlockSize;
        task.LuRemaining = (long)blocks * device.BlockSize;
        return device.Access.Cut is null || IsReached(device, task, task.LuOffset, task.LuRemaining);
    }

    /// <summary>Whether the port reaches the user data segments of a range of bytes; if not, the task is over.</summary>
    protected static bool IsReached(BlockDevice device, ScsiTask task, long offset, long length)
    {
        if (device.Access.RefusalOf(device, task, offset, length) is not { } refusal) return true;
        BlockDevice.End(task, refusal);
        return false;
    }

    /// <summary>Whether the protect field lets the command be carried out; if not, the task is complete.</summary>
    protected bool TryTakeProtection(BlockDevice device, ScsiTask task)
    {
        if (ProtectionRequest.Refusal(device, task.Cdb, Writes) is not { } refusal) return true;
        task.CompleteCheckCondition(refusal);
        return false;
    }

    /// <summary>Counts what the CDB asks for beyond the bytes that were moved, for the residual.</summary>
    /// <param name="whole">Bytes of data that the CDB speaks of.</param>
    protected static void CountUnmoved(ScsiTask task, long whole) => task.AddUnmoved((ulong)whole - task.Requested);

    protected static long BytesOfCdb(BlockDevice device, ScsiTask task) => (long)Cdb.TransferLength(task.Cdb) * device.BlockSize;

    protected static bool Has(ScsiTask task, BlockFlags flag) => (Cdb.Flags(task.Cdb) & flag) != 0;
}
