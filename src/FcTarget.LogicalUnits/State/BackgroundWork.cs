// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Commands;
using FcTarget.LogicalUnits.Stores;

namespace FcTarget.LogicalUnits.State;

/// <summary>The work on the whole medium that no command waits for: at most one at a time, on a thread of its own while it lasts.</summary>
internal sealed class BackgroundWork(BlockDevice device) : IDisposable
{
    private const long PieceLength = 16L << 20; // between two looks at whether the unit closes

    private readonly Lock _gate = new();
    private Task _work = Task.CompletedTask;
    private volatile bool _closing;

    /// <summary>Completes when the work last begun is over.</summary>
    public Task Completion
    {
        get { lock (_gate) return _work; }
    }

    /// <summary>Begins; the medium is marked as being worked on already.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="from">Byte offset of the first that is still to be done.</param>
    public void Run(MediumJob job, long from)
    {
        if (device.Options.MediumWorkInline)
        {
            Work(job, from);
            return;
        }
        lock (_gate)
            _work = Task.Factory.StartNew(() => Work(job, from), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>
    /// After a power loss: work that was under way begins again, so that the medium is done as a whole, and what has failed still has. So has, for
    /// now, what cannot go on: the unit is read only, or another one than it was (a state file that somebody has changed).
    /// </summary>
    public void Resume(SavedMediumWork saved)
    {
        MediumJob job = MediumJob.Of(saved);
        device.Medium.TryBegin(saved.Kind);
        bool fits = (job.Format is not { } format || device.Takes(format)) && (job.Pattern is null || job.Pattern.Length == device.BlockSize);
        if (saved.Failed || device.Options.ReadOnly || !fits) device.Medium.Fail(saved.Unrestricted);
        else Run(job, from: 0);
    }

    /// <summary>Leaves the work where it is, and returns when nobody is at the store any more.</summary>
    public void Dispose()
    {
        _closing = true;
        lock (_gate) _work.Wait();
    }

    private void Work(MediumJob job, long at)
    {
        try
        {
            StoreResult result = StoreResult.Ok;
            for (long length = device.Store.Length, passed; at < length && result == StoreResult.Ok; at += passed)
            {
                if (_closing) return;
                passed = device.PassedOver(at, length - at);
                if (passed > 0) continue;
                passed = Math.Min(PieceLength, length - at);
                result = job.DoPiece(device, at, passed);
            }
            job.Finish(device, result);
        }
        catch (Exception)
        {
            device.Medium.Fail(job.Unrestricted); // our own mistake: the medium must not stay in work for ever
        }
    }
}
