// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Host.Control;

/// <summary>A question to a port, or a change to it, that is put on the port's loop.</summary>
internal sealed class LoopRequest<T> : ILoopWork
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FcPort _port;
    private readonly Func<FcPort, T> _ask;

    public LoopRequest(FcPort port, Func<FcPort, T> ask)
    {
        _port = port;
        _ask = ask;
    }

    public Task<T> Answer => _answer.Task;

    public void RunOnLoop(int kind)
    {
        try
        {
            _answer.SetResult(_ask(_port));
        }
        catch (Exception fault) // whoever asked hears of it; the port must not be reset for a request that is refused
        {
            _answer.SetException(fault);
        }
    }
}
