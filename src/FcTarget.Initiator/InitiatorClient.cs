// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Port;
using FcTarget.Scsi;

namespace FcTarget.Initiator;

// INITIATOR CLIENT - theory of operation
//   Job      An initiator for threads other than the loop's: who the targets are, and commands as tasks.
//   Owner    Nobody. The loop calls OnTargetFound and OnTargetLost; _gate, a leaf, guards the list of targets and who waits.
//   Always   A command ends as long as the loop runs. Continuations run on the thread pool.
//   Proof    InitiatorClientTests

/// <summary>An FCP initiator for any thread. See the theory of operation in the file.</summary>
public sealed partial class InitiatorClient : IInitiatorObserver
{
    private readonly Lock _gate = new();
    private readonly List<InitiatorTarget> _targets = [];
    private readonly List<(Wwn? PortName, TaskCompletionSource<InitiatorTarget> Found)> _waiting = [];
    private readonly ConcurrentBag<ClientOperation> _idle = [];
    private readonly TimeProvider _clock;

    /// <param name="initiator">Its observer is this client from now on. Before its loop runs.</param>
    /// <param name="clock">For the time-out of <see cref="WaitForTargetAsync"/>; the system's when null.</param>
    public InitiatorClient(FcpInitiator initiator, TimeProvider? clock = null)
    {
        Initiator = initiator;
        _clock = clock ?? TimeProvider.System;
        initiator.Observer = this;
    }

    public FcpInitiator Initiator { get; }

    /// <summary>There is an image pair with a target. Raised on the loop; handlers must not block.</summary>
    public event Action<InitiatorTarget>? TargetFound;

    /// <summary>The image pair is gone. Raised on the loop; handlers must not block.</summary>
    public event Action<InitiatorTarget>? TargetLost;

    /// <summary>The targets there are now.</summary>
    public IReadOnlyList<InitiatorTarget> Targets
    {
        get { lock (_gate) return [.. _targets]; }
    }

    /// <summary>The target with this name, or any; as soon as there is one.</summary>
    /// <exception cref="TimeoutException">There was none in that time.</exception>
    public async Task<InitiatorTarget> WaitForTargetAsync(Wwn? portName, TimeSpan timeout, CancellationToken cancellation = default)
    {
        TaskCompletionSource<InitiatorTarget> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_targets.Find(t => portName is null || t.PortName == portName) is { } there) return there;
            _waiting.Add((portName, found));
        }
        try
        {
            return await found.Task.WaitAsync(timeout, _clock, cancellation).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate) _waiting.RemoveAll(w => w.Found == found);
        }
    }

    /// <summary>Sends a command and waits for its end. It retries nothing: every end is a result.</summary>
    /// <param name="target">Whom it is for.</param>
    /// <param name="lun">Which logical unit.</param>
    /// <param name="cdb">Up to 32 bytes.</param>
    /// <param name="dataIn">Where read data goes; its length is FCP_DL. It belongs to the command until that has ended.</param>
    /// <param name="dataOut">The data to write; its length is FCP_DL. Likewise.</param>
    /// <param name="timeout">Null: 30 s.</param>
    /// <param name="attribute">Task attribute.</param>
    /// <param name="cancellation">Aborts the command; the task still ends with its result.</param>
    /// <exception cref="ArgumentException">A CDB of more than 32 bytes, or data both ways.</exception>
    public Task<ScsiResult> ExecuteAsync(
        InitiatorTarget target, Lun lun, ReadOnlySpan<byte> cdb, Memory<byte> dataIn = default, ReadOnlyMemory<byte> dataOut = default,
        TimeSpan? timeout = null, TaskAttribute attribute = TaskAttribute.Simple, CancellationToken cancellation = default)
    {
        if (cdb.Length > InitiatorCommand.MaxCdbLength) throw new ArgumentException("A CDB has at most 32 bytes.", nameof(cdb));
        if (!dataIn.IsEmpty && !dataOut.IsEmpty) throw new ArgumentException("A command reads or writes, not both.", nameof(dataOut));
        ClientOperation operation = Take(target, lun, timeout);
        InitiatorCommand command = operation.Command;
        command.TaskManagement = FcpTaskManagementFlags.None;
        command.Cdb = cdb;
        command.DataIn = dataIn;
        command.DataOut = dataOut;
        command.Attribute = attribute;
        return operation.Start(cancellation);
    }

    /// <summary>Sends a task management function; <see cref="ScsiResult.RspCode"/> says what came of it.</summary>
    public Task<ScsiResult> ManageAsync(InitiatorTarget target, Lun lun, FcpTaskManagementFlags function, TimeSpan? timeout = null)
    {
        if (function == FcpTaskManagementFlags.None) throw new ArgumentException("Which function?", nameof(function));
        ClientOperation operation = Take(target, lun, timeout);
        operation.Command.TaskManagement = function;
        operation.Command.Attribute = TaskAttribute.Simple;
        return operation.Start(default);
    }

    /// <summary>LOGO. Its commands end as PortLost. A topology that hears of the target again logs in again.</summary>
    public void LogOut(InitiatorTarget target) => Initiator.Loop.Post(new LoginWork(Initiator, target.Remote, LogIn: false));

    /// <summary>Begins a login with a target that was logged out.</summary>
    public void LogIn(InitiatorTarget target) => Initiator.Loop.Post(new LoginWork(Initiator, target.Remote, LogIn: true));

    /// <summary>Sends a link service request. The task ends with LS_ACC or LS_RJT, with nothing when no answer came, and not at all when the login ends.</summary>
    public Task<byte[]> RequestAsync(InitiatorTarget target, byte[] els)
    {
        TaskCompletionSource<byte[]> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Initiator.Loop.Post(new RequestWork(Initiator, target.Remote, els, done));
        return done.Task;
    }

    void IInitiatorObserver.OnTargetFound(RemotePort remote)
    {
        InitiatorTarget target = InitiatorTarget.Of(remote);
        lock (_gate)
        {
            _targets.Add(target);
            foreach ((Wwn? portName, TaskCompletionSource<InitiatorTarget> found) in _waiting)
                if (portName is null || portName == target.PortName) found.TrySetResult(target);
        }
        TargetFound?.Invoke(target);
    }

    void IInitiatorObserver.OnTargetLost(RemotePort remote)
    {
        InitiatorTarget? lost;
        lock (_gate)
        {
            lost = _targets.Find(t => t.Remote == remote);
            if (lost is not null) _targets.Remove(lost);
        }
        if (lost is not null) TargetLost?.Invoke(lost);
    }

    internal void Return(ClientOperation operation) => _idle.Add(operation);

    private ClientOperation Take(InitiatorTarget target, Lun lun, TimeSpan? timeout)
    {
        if (!_idle.TryTake(out ClientOperation? operation)) operation = new ClientOperation(this);
        operation.Command.Target = target.Remote;
        operation.Command.Lun = lun;
        operation.Command.Timeout = timeout ?? TimeSpan.FromSeconds(30);
        return operation;
    }

    private sealed record RequestWork(FcpInitiator Initiator, RemotePort Remote, byte[] Els, TaskCompletionSource<byte[]> Done) : ILoopWork
    {
        public void RunOnLoop(int kind) => Initiator.Request(Remote, Els, reply => Done.TrySetResult(reply));
    }

    private sealed record LoginWork(FcpInitiator Initiator, RemotePort Remote, bool LogIn) : ILoopWork
    {
        public void RunOnLoop(int kind)
        {
            if (LogIn) Initiator.LogIn(Remote);
            else Initiator.LogOut(Remote);
        }
    }
}
