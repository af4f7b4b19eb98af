// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Host.Serving;

/// <summary>Runs a port's loop on a thread of its own, from <see cref="Start"/> to <see cref="Dispose"/>. Used from one thread.</summary>
internal sealed class PortThread : IDisposable
{
    /// <summary>What the port waits for at most is E_D_TOV, 2 s, for the answers to its LOGOs; after more than that something is stuck.</summary>
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(4);

    private readonly FcPort _port;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private bool _started;

    /// <param name="port">The port; it must not run elsewhere.</param>
    /// <param name="name">The thread's name, for debuggers and <c>top -H</c>.</param>
    public PortThread(FcPort port, string name)
    {
        _port = port;
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    /// <summary>Completes when the loop has ended: with a fault if that was by an error of ours.</summary>
    public Task Ended => _ended.Task;

    public void Start()
    {
        _started = true;
        _thread.Start();
    }

    /// <summary>Logs out of every peer, which takes E_D_TOV at most, and ends the loop.</summary>
    public async Task StopAsync()
    {
        if (_started && _thread.IsAlive)
        {
            TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _port.RequestStop(left.SetResult);
            await Task.WhenAny(left.Task, Ended, Task.Delay(LeaveLimit));
        }
        End();
    }

    public void Dispose()
    {
        End();
        _stop.Dispose();
    }

    private void End()
    {
        if (!_started) return;
        _started = false;
        _stop.Cancel();
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            _port.Loop.Run(_stop.Token);
            _ended.SetResult();
        }
        catch (Exception fault) // nothing below is meant to throw: whoever waits for Ended brings the process down
        {
            _ended.SetException(fault);
        }
    }
}
