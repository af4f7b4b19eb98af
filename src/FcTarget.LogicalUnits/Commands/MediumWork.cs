// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>What a command lets the unit do to its whole medium.</summary>
/// <param name="Kind">FORMAT UNIT or SANITIZE.</param>
/// <param name="Pattern">The block to fill it with; null for zeros.</param>
/// <param name="ProtectionType">What it is formatted with afterwards; null for what it was.</param>
/// <param name="Unrestricted">AUSE: EXIT FAILURE MODE will do after a failure.</param>
/// <param name="By">Who asked.</param>
internal sealed record MediumJob(MediumWorkKind Kind, byte[]? Pattern, int? ProtectionType, bool Unrestricted, ItNexus By)
{
    /// <summary>Does a piece.</summary>
    public StoreResult DoPiece(BlockDevice device, long offset, long length)
    {
        device.Medium.Report(offset, device.Store.Length);
        return Pattern is null ? device.Erase(offset, length) : device.Overwrite(offset, length, Pattern);
    }

    /// <summary>All pieces are done, or one has failed: makes it durable and says how it went.</summary>
    public StoreResult Finish(BlockDevice device, StoreResult result)
    {
        if (result == StoreResult.Ok) result = device.Store.Flush();
        if (result == StoreResult.Ok && ProtectionType is { } type) result = device.ChangeProtection(type, By);
        if (result == StoreResult.Ok) device.Medium.End();
        else device.Medium.Fail(Unrestricted);
        return result;
    }
}

/// <summary>
/// FORMAT UNIT and SANITIZE: over the whole medium, while other commands hear how far it is. With IMMED the status comes when the command has been
/// looked at, and a thread of the unit's own does the rest; so it does when the command is aborted on its way, because half a medium is no use.
/// </summary>
internal abstract class MediumWork : LongWork
{
    public override uint RecommendedTimeout => 3600;

    protected void Begin(BlockDevice device, ScsiTask task, MediumJob job, bool immediately)
    {
        ParameterData.Return(task);
        if (!device.Medium.TryBegin(job.Kind))
        {
            BlockDevice.End(task, device.Medium.NotReady); // another has been quicker
            return;
        }
        if (immediately)
        {
            device.Background.Run(job, from: 0);
            BlockDevice.End(task, ScsiStatus.Good);
            return;
        }
        task.LuBuffer = job;
        task.LuOffset = 0;
        task.LuRemaining = device.Store.Length;
        device.Submit(this, task);
    }

    public sealed override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        StoreResult result = base.Work(device, task);
        return result != StoreResult.Ok || task.LuRemaining == 0 ? ((MediumJob)task.LuBuffer!).Finish(device, result) : result;
    }

    protected sealed override StoreResult DoPiece(BlockDevice device, ScsiTask task, long offset, long length) =>
        ((MediumJob)task.LuBuffer!).DoPiece(device, offset, length);

    protected sealed override void OnFailed(BlockDevice device, ScsiTask task)
    {
        device.Counters.CountWriteError();
        BlockDevice.End(task, ((MediumJob)task.LuBuffer!).Kind == MediumWorkKind.Format ? Sense.FormatCommandFailed : Sense.SanitizeCommandFailed);
    }

    public sealed override void OnAborted(BlockDevice device, ScsiTask task)
    {
        if (task.LuBuffer is MediumJob job && device.Medium.IsAtWork) device.Background.Run(job, task.LuOffset);
    }
}
