// SPDX-License-Identifier: MIT

using FcTarget.Stmf;

namespace FcTarget.Fabric;

/// <summary>
/// Replaces the state file on another thread, so that the loop never waits for a disk. What comes while a replacement is under way is
/// written after it, the latest only.
/// </summary>
internal sealed class StateWriter : IDisposable
{
    private readonly string _path;
    private readonly Action<Exception> _failed;
    private Func<byte[]>? _waiting;
    private Task _work = Task.CompletedTask;

    /// <param name="path">The file.</param>
    /// <param name="failed">Called on the other thread when the file could not be replaced.</param>
    public StateWriter(string path, Action<Exception> failed)
    {
        _path = path;
        _failed = failed;
    }

    /// <summary>Has the file replaced soon.</summary>
    /// <param name="content">Makes the content, on the other thread.</param>
    public void Write(Func<byte[]> content)
    {
        // Where something waits already, the task that will write it takes this instead.
        if (Interlocked.Exchange(ref _waiting, content) is null)
            _work = _work.ContinueWith(_ => Replace(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Waits until everything is written.</summary>
    public void Dispose() => _work.Wait();

    private void Replace()
    {
        Func<byte[]> content = Interlocked.Exchange(ref _waiting, null)!;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
            DurableFile.Replace(_path, content());
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _failed(fault);
        }
    }
}
