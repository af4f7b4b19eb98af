// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Initiator;

/// <summary>One ExecuteAsync on its way: to the loop, through the initiator, and back to who awaits it. Used again and again.</summary>
internal sealed class ClientOperation : ILoopWork, ICommandOwner
{
    private const int SubmitWork = 0;

    private readonly InitiatorClient _client;
    private TaskCompletionSource<ScsiResult> _done = null!;
    private CancellationTokenRegistration _cancellation;
    private int _serial; // of the present use, from 1: tells a late request to abort from one for the present command

    public ClientOperation(InitiatorClient client)
    {
        _client = client;
        Command.Owner = this;
    }

    public InitiatorCommand Command { get; } = new();

    private PortLoop Loop => _client.Initiator.Loop;

    public Task<ScsiResult> Start(CancellationToken cancellation)
    {
        // Continuations must not run on the port loop: it belongs to the protocol.
        _done = new TaskCompletionSource<ScsiResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<ScsiResult> task = _done.Task;
        int serial = _serial = _serial == int.MaxValue ? 1 : _serial + 1;
        Loop.Post(this, SubmitWork);
        if (cancellation.CanBeCanceled) _cancellation = cancellation.Register(() => Loop.Post(this, serial));
        return task;
    }

    public void RunOnLoop(int kind)
    {
        if (kind == SubmitWork) _client.Initiator.Submit(Command);
        else if (kind == _serial) _client.Initiator.Abort(Command);
    }

    public void OnCompleted(InitiatorCommand command)
    {
        TaskCompletionSource<ScsiResult> done = _done;
        _cancellation.Unregister();
        _cancellation = default;
        ScsiResult result = ScsiResult.Of(command);
        command.DataIn = default;
        command.DataOut = default;
        _client.Return(this);
        done.SetResult(result);
    }
}
