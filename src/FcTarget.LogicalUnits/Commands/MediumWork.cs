// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>What a command lets the unit do to its whole medium.</summary>
/// <param name="Kind">FORMAT UNIT or SANITIZE.</param>
/// <param name="Pattern">The block to fill it with; null for zeros.</param>
/// <param name="Format">What it is formatted with afterwards; null for what it was.</param>
/// <param name="Unrestricted">AUSE: EXIT FAILURE MODE will do after a failure.</param>
/// <param name="By">Who asked.</param>
/// <param name="Immediately">IMMED: nobody waits for its end.</param>
internal sealed record MediumJob(MediumWorkKind Kind, byte[]? Pattern, ProtectionFormat? Format, bool Unrestricted, ItNexus? By, bool Immediately)
{
    /// <summary>The commands that it ends are over: it may touch the medium.</summary>
    public bool IsAlone { get; set; } = Kind != MediumWorkKind.Sanitize;

    /// <summary>What was under way, or had failed, when the power went.</summary>
    public static MediumJob Of(SavedMediumWork saved) => new(
        saved.Kind, saved.Pattern.Length == 0 ? null : Convert.FromHexString(saved.Pattern), saved.Format, saved.Unrestricted, By: null,
        Immediately: true);

    /// <summary>Makes it durable that this is to be done, before the first byte of it is: a power loss does not end it. May block.</summary>
    public bool TryRemember(BlockDevice device) => TryKeep(device, failed: false);

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
        if (result == StoreResult.Ok && Format is { } format) result = device.ChangeProtection(format, By);
        if (result == StoreResult.Ok && !device.TryKeepMediumWork(null)) result = StoreResult.WriteFailed;
        if (result == StoreResult.Ok)
        {
            device.Medium.End();
        }
        else
        {
            TryKeep(device, failed: true); // if not, the next start tries again
            device.Medium.Fail(Unrestricted);
        }
        return result;
    }

    private bool TryKeep(BlockDevice device, bool failed) => device.TryKeepMediumWork(
        new SavedMediumWork(Kind, Pattern is null ? "" : Convert.ToHexStringLower(Pattern), Format, Unrestricted, failed));
}

/// <summary>
/// FORMAT UNIT and SANITIZE: over the whole medium, while other commands hear how far it is. With IMMED the status comes when the command has been
/// looked at, and a thread of the unit's own does the rest; so it does when the command is aborted on its way, because half a medium is no use, and
/// after a power loss, when the unit is there again.
/// </summary>
internal abstract class MediumWork : LongWork
{
    public override uint RecommendedTimeout => 3600;

    protected void Begin(BlockDevice device, ScsiTask task, MediumJob job)
    {
        ParameterData.Return(task);
        if (!IsReached(device, task, 0, device.Store.Length)) return;
        if (!device.Medium.TryBegin(job.Kind))
        {
            BlockDevice.End(task, device.Medium.NotReady); // another has been quicker
            return;
        }
        task.LuBuffer = job;
        task.LuOffset = 0;
        task.LuRemaining = device.Store.Length;
        if (job.IsAlone) device.Submit(this, task);
        else device.EndTasksForSanitize(task);
    }

    public sealed override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        var job = (MediumJob)task.LuBuffer!;
        if (task.LuOffset == 0 && !job.TryRemember(device))
        {
            device.Medium.End(); // nothing has been touched
            return StoreResult.WriteFailed;
        }
        if (job.Immediately) return StoreResult.Ok;
        long passed = device.PassedOver(task.LuOffset, task.LuRemaining);
        task.LuOffset += passed;
        task.LuRemaining -= passed;
        StoreResult result = base.Work(device, task);
        return result != StoreResult.Ok || task.LuRemaining == 0 ? job.Finish(device, result) : result;
    }

    public sealed override void OnWork(BlockDevice device, ScsiTask task)
    {
        if (task.LuBuffer is MediumJob { IsAlone: false } waiting)
        {
            waiting.IsAlone = true;
            device.Submit(this, task);
            return;
        }
        if (task.LuBuffer is not MediumJob { Immediately: true } job || task.LuResult != (int)StoreResult.Ok)
        {
            base.OnWork(device, task);
            return;
        }
        device.Background.Run(job, from: 0);
        BlockDevice.End(task, ScsiStatus.Good);
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
