// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;

namespace FcTarget.LogicalUnits.Tests;

/// <summary>A store that blocks as a file does, writes down what is asked of it, can be held up, and fails when told to.</summary>
internal sealed class RecordingStore(int length) : IBackingStore
{
    private readonly byte[] _bytes = new byte[length];
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly List<string> _log = [];

    public StoreResult ReadResult { get; set; }

    public StoreResult WriteResult { get; set; }

    public StoreResult FlushResult { get; set; }

    public Exception? Throws { get; set; }

    public long Length => length;

    public bool IsInline => false;

    public string[] Log
    {
        get { lock (_log) return [.. _log]; }
    }

    /// <summary>Operations that begin from now on do not end until <see cref="LetGo"/>.</summary>
    public void HoldUp() => _open.Reset();

    public void LetGo() => _open.Set();

    public bool TryGetWindow(long offset, long length, bool toWrite, out Memory<byte> window)
    {
        window = default;
        return false;
    }

    public long UsedBytes => length;

    public bool IsMapped(long offset, long rest, out long extent)
    {
        extent = rest;
        return true;
    }

    public StoreResult Read(long offset, Span<byte> to)
    {
        Enter($"read {offset} {to.Length}");
        _bytes.AsSpan((int)offset, to.Length).CopyTo(to);
        return ReadResult;
    }

    public StoreResult Write(long offset, ReadOnlySpan<byte> from)
    {
        Enter($"write {offset} {from.Length}");
        from.CopyTo(_bytes.AsSpan((int)offset));
        return WriteResult;
    }

    public StoreResult Discard(long offset, long length)
    {
        Enter($"discard {offset} {length}");
        _bytes.AsSpan((int)offset, (int)length).Clear();
        return WriteResult;
    }

    public StoreResult Flush()
    {
        Enter("flush");
        return FlushResult;
    }

    public void Dispose() => _open.Dispose();

    private void Enter(string what)
    {
        lock (_log) _log.Add(what);
        _open.Wait();
        if (Throws is not null) throw Throws;
    }
}
