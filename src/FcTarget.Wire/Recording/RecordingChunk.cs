// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

/// <summary>Memory for frames between the loop and the writer: whole pcapng blocks, as they will be in the file.</summary>
internal sealed class RecordingChunk
{
    /// <summary>Room before the blocks, bytes: what the writer has left of the chunk before goes there, so that it writes whole pages.</summary>
    public const int Headroom = 4096;

    private int _filled;
    private RecordingChunk? _next;

    /// <param name="length">Room for blocks, bytes.</param>
    public RecordingChunk(int length)
    {
        Bytes = GC.AllocateUninitializedArray<byte>(Headroom + length);
        Reset();
    }

    public byte[] Bytes { get; }

    /// <summary>Where the blocks that the loop has laid end. The loop's own.</summary>
    public int Laid { get; set; }

    /// <summary>Where those end that the writer may have; it grows. One release store a pass of the loop.</summary>
    public int Filled
    {
        get => Volatile.Read(ref _filled);
        set => Volatile.Write(ref _filled, value);
    }

    /// <summary>The chunk that the loop went on with; null while it fills this one.</summary>
    public RecordingChunk? Next
    {
        get => Volatile.Read(ref _next);
        set => Volatile.Write(ref _next, value);
    }

    /// <summary>Of a free chunk: the one that was free before it.</summary>
    public RecordingChunk? Below { get; set; }

    /// <summary>Frames lost before the first one, as that one's epb_dropcount says. Known before there is a frame.</summary>
    public ulong Dropped { get; set; }

    /// <summary>Time of the last frame, nanoseconds since 1970.</summary>
    public long LastTime { get; set; }

    public void Reset()
    {
        _filled = Laid = Headroom;
        _next = null;
    }
}
