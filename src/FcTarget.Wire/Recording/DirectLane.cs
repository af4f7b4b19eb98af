// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

// DIRECT LANE - theory of operation
//   Job      Write pages past the page cache, one piece after the other, on a thread that may wait for the disk.
//   Why      A disk that others keep busy takes half a second for a write now and then. The buffer does not hold half a second of frames, so the
//            recording's writer must not wait: what the lane has no room for goes through the page cache.
//   Picture  writer --TryPost--> [piece piece piece] --thread--> IDirectFile.WriteDirect --> RecordingBuffer.Release
//   Always   A piece's chunk is held until it is written. What fails is told at the next post, and at the end.

/// <summary>What a lane writes to.</summary>
internal interface IDirectFile
{
    /// <summary>Writes whole pages. On the lane's thread, once for each piece it took.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void WriteDirect(ReadOnlySpan<byte> pages, long offset);
}

/// <summary>Writes on a thread of its own; see the theory of operation in the file.</summary>
internal sealed class DirectLane : IDisposable
{
    private readonly RecordingBuffer _buffer;
    private readonly int _most;
    private readonly Queue<Piece> _pieces = new();
    private readonly Thread _thread;
    private bool _isBusy, _isEnding;
    private Exception? _failure;
    private long _written;

    /// <param name="buffer">Where the chunks go back to.</param>
    /// <param name="name">The thread's.</param>
    public DirectLane(RecordingBuffer buffer, string name)
    {
        _buffer = buffer;
        _most = Math.Max(1, buffer.Chunks / 4);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Bytes written. Any thread.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Takes pages of a chunk, which it holds until they are written. False: it has enough to do.</summary>
    /// <exception cref="IOException">An earlier piece could not be written.</exception>
    public bool TryPost(IDirectFile file, RecordingChunk chunk, int from, int to, long offset)
    {
        lock (_pieces)
        {
            ThrowIfFailed();
            if (_pieces.Count >= _most) return false;
            chunk.Hold();
            _pieces.Enqueue(new Piece(file, chunk, from, to, offset));
            Monitor.Pulse(_pieces);
            return true;
        }
    }

    /// <summary>Whether everything that it took is written.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_pieces) return _pieces.Count == 0 && !_isBusy;
        }
    }

    /// <summary>Waits until everything is written.</summary>
    /// <exception cref="IOException">It could not be.</exception>
    public void Drain()
    {
        lock (_pieces)
        {
            while (_pieces.Count > 0 || _isBusy) Monitor.Wait(_pieces);
            ThrowIfFailed();
        }
    }

    /// <summary>Ends the thread, after what it has to do.</summary>
    public void Dispose()
    {
        lock (_pieces)
        {
            _isEnding = true;
            Monitor.PulseAll(_pieces);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (TryTake(out Piece piece))
        {
            try
            {
                piece.File.WriteDirect(piece.Chunk.Bytes.AsSpan(piece.From, piece.To - piece.From), piece.Offset);
                Volatile.Write(ref _written, _written + piece.To - piece.From);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                lock (_pieces) _failure ??= fault;
            }
            _buffer.Release(piece.Chunk);
        }
    }

    private bool TryTake(out Piece piece)
    {
        lock (_pieces)
        {
            _isBusy = false;
            Monitor.PulseAll(_pieces);
            while (_pieces.Count == 0 && !_isEnding) Monitor.Wait(_pieces);
            return _isBusy = _pieces.TryDequeue(out piece);
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure) throw new IOException(failure.Message, failure);
    }

    private readonly record struct Piece(IDirectFile File, RecordingChunk Chunk, int From, int To, long Offset);
}
