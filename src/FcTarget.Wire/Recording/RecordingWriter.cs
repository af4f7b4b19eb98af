// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

/// <summary>Takes what the loop has laid into a <see cref="RecordingBuffer"/> to the file. Belongs to the writer's thread.</summary>
internal sealed class RecordingWriter : IDisposable
{
    /// <summary>
    /// How long the writer sleeps when frames come fast, and when they do not: the buffer holds 64 MB, the frames of 20 ms at 25 Gbit/s. Nobody
    /// wakes it, so it costs the loop no system call.
    /// </summary>
    private static readonly TimeSpan ShortNap = TimeSpan.FromMilliseconds(2), LongNap = TimeSpan.FromMilliseconds(20);

    private readonly RecordingBuffer _buffer;
    private readonly RecordingFile _file;
    private readonly DirectLane _lane;
    private RecordingChunk _chunk;
    private int _from;
    private bool _isBusy;

    /// <param name="buffer">The buffer, of the file's phase.</param>
    /// <param name="file">The file; disposed with this.</param>
    /// <param name="name">The thread's that writes past the page cache.</param>
    public RecordingWriter(RecordingBuffer buffer, RecordingFile file, string name)
    {
        _buffer = buffer;
        _file = file;
        _lane = file.Lane = new DirectLane(buffer, name);
        _chunk = buffer.First;
        _from = _chunk.Start;
    }

    /// <summary>How long to wait before the next <see cref="Pass"/>.</summary>
    public TimeSpan Nap => _isBusy ? ShortNap : LongNap;

    /// <summary>Writes what there is to write.</summary>
    /// <param name="last">The loop lays nothing more.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Pass(bool last)
    {
        bool wasBusy = _isBusy;
        for (_isBusy = false; _chunk.Next is { } next; _isBusy = true) WriteChunk(next);
        // Whoever looks at the file of an idle target sees it whole, and without a hole. While frames come fast, only full chunks are written.
        if ((!_isBusy && !wasBusy && _lane.IsIdle) || last) _from = _file.Write(_chunk, _from, _chunk.Filled, whole: true);
    }

    /// <summary>Ends the file, after the last <see cref="Pass"/>.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void End()
    {
        _file.AddDropped(_buffer.Untold);
        _file.End();
        _lane.Drain();
    }

    public void Dispose()
    {
        _lane.Dispose();
        _file.Dispose();
    }

    /// <summary>Writes the rest of a full chunk, but for part of a page that goes before the next one's.</summary>
    private void WriteChunk(RecordingChunk next)
    {
        int to = _chunk.Filled, from = _file.Write(_chunk, _from, to, whole: next.Dropped > 0);
        int begin = next.Start - (to - from);
        _chunk.Bytes.AsSpan(from, to - from).CopyTo(next.Bytes.AsSpan(begin));
        _buffer.Release(_chunk);
        (_chunk, _from) = (next, begin);
    }
}
