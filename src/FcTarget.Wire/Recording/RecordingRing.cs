// SPDX-License-Identifier: MIT

namespace FcTarget.Wire.Recording;

/// <summary>
/// Frames between the loop that records them and the thread that writes them: slots in a circle, one producer, one consumer, no lock. A slot
/// is given out empty and published whole.
/// </summary>
internal sealed class RecordingRing
{
    /// <summary>Room for a comment, bytes.</summary>
    public const int CommentBytes = 128;

    private readonly byte[] _bytes;
    private readonly Entry[] _entries;
    private readonly int _slot;
    private long _written; // producer's
    private long _read;    // consumer's

    /// <param name="frameBytes">Longest frame.</param>
    /// <param name="totalBytes">Memory to use, about.</param>
    public RecordingRing(int frameBytes, int totalBytes)
    {
        _slot = frameBytes + CommentBytes;
        int slots = Math.Max(16, totalBytes / _slot);
        _bytes = GC.AllocateUninitializedArray<byte>(checked(slots * _slot));
        _entries = new Entry[slots];
    }

    /// <summary>What a slot holds.</summary>
    public struct Entry
    {
        public int Length;
        public int CommentLength;
        public FrameDirection Direction;
        public long UnixNanoseconds;
        public ulong Dropped;
    }

    /// <summary>Producer: the next slot, to be filled; false when every one waits to be written.</summary>
    public bool TryGetSlot(out Span<byte> frame, out Span<byte> comment)
    {
        if (_written - Volatile.Read(ref _read) == _entries.Length)
        {
            frame = comment = default;
            return false;
        }
        Span<byte> slot = _bytes.AsSpan((int)(_written % _entries.Length) * _slot, _slot);
        frame = slot[..(_slot - CommentBytes)];
        comment = slot[(_slot - CommentBytes)..];
        return true;
    }

    /// <summary>Producer: the slot last given out is full.</summary>
    public void Publish(in Entry entry)
    {
        _entries[(int)(_written % _entries.Length)] = entry;
        Volatile.Write(ref _written, _written + 1);
    }

    /// <summary>Consumer: the oldest frame, valid until <see cref="Release"/>.</summary>
    public bool TryRead(out Entry entry, out ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> comment)
    {
        if (_read == Volatile.Read(ref _written))
        {
            entry = default;
            frame = comment = default;
            return false;
        }
        int index = (int)(_read % _entries.Length);
        entry = _entries[index];
        ReadOnlySpan<byte> slot = _bytes.AsSpan(index * _slot, _slot);
        frame = slot[..entry.Length];
        comment = slot.Slice(_slot - CommentBytes, entry.CommentLength);
        return true;
    }

    /// <summary>Consumer: done with the frame last read.</summary>
    public void Release() => Volatile.Write(ref _read, _read + 1);
}
