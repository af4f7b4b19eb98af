// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf.Tests;

/// <summary>A port loop for tests: events of tasks, in order, run by whoever calls Run. Other threads may post.</summary>
public sealed class TestLoop
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Queue<(TestTask Task, TestTask.Event What, int Epoch)> _events = new(1024);

    public void Post(TestTask task, TestTask.Event what, int epoch)
    {
        lock (_events)
        {
            _events.Enqueue((task, what, epoch));
            Monitor.Pulse(_events);
        }
    }

    /// <summary>Runs one event. False when there is none.</summary>
    public bool RunOne()
    {
        (TestTask Task, TestTask.Event What, int Epoch) next;
        lock (_events)
        {
            if (!_events.TryDequeue(out next)) return false;
        }
        next.Task.Run(next.What, next.Epoch);
        return true;
    }

    /// <summary>Runs what is there and what comes of it.</summary>
    public void RunAll()
    {
        while (RunOne()) { }
    }

    /// <summary>Runs until the task is over, waiting for other threads where need be.</summary>
    public void RunUntilComplete(TestTask task)
    {
        while (!task.IsComplete)
        {
            if (RunOne()) continue;
            lock (_events)
            {
                if (_events.Count == 0 && !Monitor.Wait(_events, Patience)) throw new TimeoutException("The task does not complete.");
            }
        }
    }
}
