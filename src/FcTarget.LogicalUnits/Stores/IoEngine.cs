// SPDX-License-Identifier: MIT

using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Stores;

// I/O ENGINE - theory of operation
//   Job      Keep everything that may block away from the port loops: a fixed set of threads, and the buffers that data stands in
//            between the store and the port.
//   Owner    One engine serves all logical units of a process. Its queue links the tasks themselves: it can neither fill up nor
//            allocate.
//   Life     Submit (loop) -> Work (a worker) -> PostContinue -> Continue (loop). From Submit to PostContinue the task belongs to
//            the engine; an abort waits for it to come back.
//   Always   A submitted task is continued exactly once, also when its work throws and when the engine is disposed.
//   Proof    AbortTests, FailureTests, BlockDeviceModelTests

/// <summary>Worker threads and buffers for stores that block.</summary>
public sealed class IoEngine : IDisposable
{
    /// <summary>As many as a disk of the usual kind can make use of; they wait for I/O and do not compete for cores.</summary>
    public const int DefaultWorkers = 4;

    /// <summary>Buffers of 256 KiB: 64 are 16 MiB.</summary>
    internal const int LargeLength = 256 * 1024, DefaultLargeBuffers = 64;

    private const int SmallLength = 16 * 1024;

    private readonly object _gate = new();
    private readonly Thread[] _workers;
    private ScsiTask? _first, _last;
    private bool _stopping;

    /// <param name="workers">Threads.</param>
    /// <param name="smallBuffers">Buffers of 16 KiB at most: 512 are 8 MiB.</param>
    /// <param name="largeBuffers">Buffers of 256 KiB at most: 64 are 16 MiB.</param>
    public IoEngine(int workers = DefaultWorkers, int smallBuffers = 512, int largeBuffers = DefaultLargeBuffers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(smallBuffers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(largeBuffers);
        Small = new IoBufferPool(SmallLength, smallBuffers);
        Large = new IoBufferPool(LargeLength, largeBuffers);
        _workers = new Thread[workers];
        for (int i = 0; i < workers; i++)
        {
            _workers[i] = new Thread(Run) { Name = $"lu-io-{i}", IsBackground = true };
            _workers[i].Start();
        }
    }

    internal IoBufferPool Small { get; }

    internal IoBufferPool Large { get; }

    /// <summary>Buffers in use, for tests and counters.</summary>
    internal int OutstandingBuffers => Small.Outstanding + Large.Outstanding;

    /// <summary>The pool for a command that moves this many bytes.</summary>
    internal IoBufferPool PoolFor(long bytes) => bytes <= SmallLength ? Small : Large;

    /// <summary>Has a worker run <see cref="BlockDevice.Work"/> for the task and then calls its PostContinue.</summary>
    internal void Submit(ScsiTask task)
    {
        lock (_gate)
        {
            task.LuNext = null;
            if (_last is null) _first = task;
            else _last.LuNext = task;
            _last = task;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Finishes the work submitted so far and ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        foreach (Thread worker in _workers) worker.Join();
    }

    private void Run()
    {
        while (TryNext() is { } task)
        {
            try
            {
                ((BlockDevice)task.LogicalUnit!).Work(task);
            }
            catch (Exception)
            {
                // Our own mistake: this command ends in an error, the others go on.
                task.LuResult = (int)StoreResult.WriteFailed;
            }
            task.PostContinue();
        }
    }

    private ScsiTask? TryNext()
    {
        lock (_gate)
        {
            while (_first is null)
            {
                if (_stopping) return null;
                Monitor.Wait(_gate);
            }
            ScsiTask task = _first;
            _first = task.LuNext;
            if (_first is null) _last = null;
            task.LuNext = null;
            return task;
        }
    }
}
