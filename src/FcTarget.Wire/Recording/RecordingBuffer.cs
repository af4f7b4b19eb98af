// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

// RECORDING BUFFER - theory of operation
//   Job      Frames from the loop to the writer, in order, without a lock and without a system call.
//   Picture  loop -> [chunk being filled] <-- Next -- ... <-- Next -- [chunk being written] -> writer
//              ^------------------ free chunks, the last one in is the first one out ---------------'
//   Ahead    The lines that the next frame will be laid into are fetched when one has been laid: a store that misses the caches costs the loop
//            more than all else that it does for a recording (benchmarks/recording.sh).
//   Always   A writer that keeps up, and the lane's queue, need few of the chunks; the others are never touched. Only the loop takes free
//            chunks, so nobody can take and give back one behind its back: a compare-and-swap is enough. One a chunk, none a frame.
//   Lost     When no chunk is free, frames are lost and counted; the first one that is recorded after that begins a chunk, and says how many.
//   Proof    RecordingWireTests; benchmarks/recording.sh

/// <summary>Chunks of memory that go round between the loop and the writer; see the theory of operation in the file.</summary>
internal sealed class RecordingBuffer
{
    private const int MostChunkBytes = 512 * 1024, LeastChunkBytes = 64 * 1024, FewestChunks = 4;

    /// <summary>How far ahead memory is fetched: the block of a full FCoE frame, so that every line of a chunk is asked for once.</summary>
    private const int FullFrame = 2304;

    private RecordingChunk _filling;
    private RecordingChunk? _free;
    private long _lost;

    /// <param name="totalBytes">Memory to use, about. What is not needed is not touched.</param>
    /// <param name="phase">How far into a page of the file the first block will be.</param>
    public RecordingBuffer(int totalBytes, int phase)
    {
        int length = Math.Clamp(totalBytes / FewestChunks, LeastChunkBytes, MostChunkBytes);
        Chunks = Math.Max(FewestChunks, totalBytes / length);
        for (int i = Chunks; i > 1; i--) Release(new RecordingChunk(length));
        First = _filling = new RecordingChunk(length);
        First.Reset(phase);
    }

    /// <summary>The first chunk to be filled: where the writer begins.</summary>
    public RecordingChunk First { get; }

    /// <summary>How many chunks there are.</summary>
    public int Chunks { get; }

    /// <summary>Frames lost. Any thread.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Loop: frames lost that no recorded frame tells of yet.</summary>
    public ulong Untold { get; private set; }

    /// <summary>Loop: room for a block, until <see cref="Lay"/>; false when every chunk waits to be written.</summary>
    public bool TryReserve(int most, out Span<byte> block)
    {
        RecordingChunk chunk = _filling;
        if ((Untold == 0 && chunk.Bytes.Length - chunk.Laid >= most) || TryGoOn(most))
        {
            block = _filling.Bytes.AsSpan(_filling.Laid);
            return true;
        }
        block = default;
        return false;
    }

    /// <summary>Loop: the frame that lies in the block last reserved, at <see cref="PcapNgEncoder.PacketHeader"/>, is to be recorded.</summary>
    public void Lay(int frame, long unixNanoseconds, FrameDirection direction, ReadOnlySpan<byte> comment)
    {
        RecordingChunk chunk = _filling;
        int at = chunk.Laid;
        ulong dropped = at == chunk.Start ? chunk.Dropped : 0;
        int length = PcapNgEncoder.CompletePacket(chunk.Bytes.AsSpan(at), frame, unixNanoseconds, direction, dropped, comment);
        chunk.LastTime = unixNanoseconds;
        chunk.Laid = at + length;
        chunk.Prefetch(at + FullFrame, length);
    }

    /// <summary>Loop: what has been laid is for the writer.</summary>
    public void Publish()
    {
        RecordingChunk chunk = _filling;
        if (chunk.Filled == chunk.Laid) return;
        chunk.Filled = chunk.Laid;
    }

    /// <summary>Loop: a frame is not recorded.</summary>
    public void Lose()
    {
        Untold++;
        Volatile.Write(ref _lost, _lost + 1);
    }

    /// <summary>Writer or lane: is through with the chunk. It may be filled anew when both are.</summary>
    public void Release(RecordingChunk chunk)
    {
        if (!chunk.LetGo()) return;
        RecordingChunk? top;
        do chunk.Below = top = Volatile.Read(ref _free);
        while (Interlocked.CompareExchange(ref _free, chunk, top) != top);
    }

    private bool TryGoOn(int most)
    {
        RecordingChunk next = _filling;
        bool isEmpty = next.Laid == next.Start;
        if (!isEmpty && !TryTake(out next)) return false;
        if (next.Bytes.Length - next.Start < most)
        {
            if (!isEmpty) Release(next);
            return false;
        }
        next.Dropped = isEmpty ? next.Dropped + Untold : Untold;
        Untold = 0;
        if (isEmpty) return true;
        Publish();
        _filling.Next = next;
        _filling = next;
        return true;
    }

    private bool TryTake(out RecordingChunk chunk)
    {
        RecordingChunk? top;
        do
        {
            top = Volatile.Read(ref _free);
            if (top is null)
            {
                chunk = _filling;
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _free, top.Below, top) != top);
        top.Reset(_filling.Phase);
        chunk = top;
        return true;
    }
}
