// SPDX-License-Identifier: MIT

using FcTarget.Initiator;

namespace FcTarget.Replay.Live;

/// <summary>A command or task management function of a replay that a live target has.</summary>
internal sealed class LiveCommand : IDisposable
{
    private readonly CancellationTokenSource _abort = new();

    /// <param name="begin">Sends it; the token aborts it.</param>
    /// <param name="dataIn">Where read data goes.</param>
    public LiveCommand(Func<CancellationToken, Task<ScsiResult>> begin, byte[] dataIn)
    {
        DataIn = dataIn;
        Task = begin(_abort.Token);
    }

    public byte[] DataIn { get; }

    public Task<ScsiResult> Task { get; }

    public void Abort() => _abort.Cancel();

    public void Dispose() => _abort.Dispose();
}
