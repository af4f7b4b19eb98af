// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// A command that works its way through a range without data. It goes in pieces, each a turn of its own, so that a loop that does it itself
/// serves others in between. LuOffset and LuRemaining, in bytes, are what is still to be done.
/// </summary>
internal abstract class LongWork : BlockCommand
{
    /// <summary>Bytes of a turn: some milliseconds.</summary>
    private const long PieceLength = 16L << 20;

    public override bool Writes => true;

    /// <summary>Does a piece.</summary>
    protected abstract StoreResult DoPiece(BlockDevice device, ScsiTask task, long offset, long length);

    /// <summary>All of it is done. Ends the task.</summary>
    protected virtual void OnDone(BlockDevice device, ScsiTask task) => BlockDevice.End(task, ScsiStatus.Good);

    /// <summary>A piece has failed. Ends the task.</summary>
    protected virtual void OnFailed(BlockDevice device, ScsiTask task) => device.EndFailed(task);

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        long piece = Math.Min(task.LuRemaining, PieceLength);
        StoreResult result = DoPiece(device, task, task.LuOffset, piece);
        if (result != StoreResult.Ok) return result;
        task.LuOffset += piece;
        task.LuRemaining -= piece;
        return task.LuRemaining == 0 && !device.Modes.WriteCache ? device.Store.Flush() : StoreResult.Ok; // none of them has FUA
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuResult != (int)StoreResult.Ok) OnFailed(device, task);
        else if (task.LuRemaining != 0) device.SubmitLater(this, task);
        else OnDone(device, task);
    }
}
