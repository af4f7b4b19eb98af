// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace FcTarget.Wire.Recording;

/// <summary>Memory for frames between the loop and the writer: whole pcapng blocks, as they will be in the file.</summary>
internal sealed class RecordingChunk
{
    //   Bytes   | to a page boundary | headroom, a page | blocks ..., from Start on
    //   Start is as far into a page as the end of the blocks in the chunk before: what the writer has left of that one fits in front of it.

    /// <summary>Memory and file are laid out in pages of this size; a multiple of every disk's block size.</summary>
    public const int Page = 4096;

    private const int Line = 64;

    private readonly unsafe byte* _address;
    private int _filled;
    private int _holds;
    private RecordingChunk? _next;

    /// <param name="length">Room for blocks, bytes, at least.</param>
    public unsafe RecordingChunk(int length)
    {
        // Pinned, because a direct write is asked for pages of memory.
        Bytes = GC.AllocateUninitializedArray<byte>(length + (3 * Page), pinned: true);
        _address = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(Bytes, 0);
        Origin = (int)(-(nint)_address & (Page - 1));
        Reset(0);
    }

    public byte[] Bytes { get; }

    /// <summary>The first byte of <see cref="Bytes"/> that begins a page.</summary>
    public int Origin { get; }

    /// <summary>Where the first block begins, a page behind <see cref="Origin"/> or more.</summary>
    public int Start { get; private set; }

    /// <summary>Where the blocks that the loop has laid end. The loop's own.</summary>
    public int Laid { get; set; }

    /// <summary>How far into a page the blocks end.</summary>
    public int Phase => PhaseOf(Laid);

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

    /// <summary>How far into a page a place in <see cref="Bytes"/> is.</summary>
    public int PhaseOf(int at) => (at - Origin) % Page;

    /// <summary>One more who needs what is in it. Any thread.</summary>
    public void Hold() => Interlocked.Increment(ref _holds);

    /// <summary>One who does not any more. True: it was the last one.</summary>
    public bool LetGo() => Interlocked.Decrement(ref _holds) == 0;

    /// <summary>Asks for lines of memory that will be written soon. Nothing happens beyond the end, or where there is no such instruction.</summary>
    public unsafe void Prefetch(int at, int length)
    {
        if (!Sse.IsSupported) return;
        byte* from = _address + at, end = _address + Math.Min(at + length, Bytes.Length);
        for (; from < end; from += Line) Sse.Prefetch0(from);
    }

    /// <summary>Empties it.</summary>
    /// <param name="phase">How far into a page the first block is to begin.</param>
    public void Reset(int phase)
    {
        Start = Origin + Page + phase;
        _filled = Laid = Start;
        _holds = 1;
        _next = null;
    }
}
