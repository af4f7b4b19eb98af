// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;

namespace FcTarget.Port;

/// <summary>
/// Puts link service sequences of several frames together by SEQ_CNT, in whatever order the frames come, each as often as it comes.
/// Bounded: a few sequences at once, each of a greatest length; the oldest gives way.
/// </summary>
internal sealed class SequenceAssembler
{
    /// <summary>Longest sequence where nothing else is said, bytes: more than any ELS has.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MaxFrames = 64;

    private readonly Sequence[] _sequences;
    private long _clock;

    /// <param name="sequences">How many sequences are under way at once; each takes twice the longest in memory.</param>
    /// <param name="maxLength">Longest sequence, bytes.</param>
    public SequenceAssembler(int sequences = 8, int maxLength = MaxLength) =>
        _sequences = [.. Enumerable.Range(0, sequences).Select(_ => new Sequence(maxLength))];

    public void Clear()
    {
        foreach (Sequence sequence in _sequences) sequence.InUse = false;
    }

    /// <summary>Adds a frame. The payload of the whole sequence when this completes it, valid until the next call; empty before.</summary>
    /// <param name="frame">One frame of a sequence of several.</param>
    /// <param name="first">SOFi: the first of its sequence.</param>
    public ReadOnlySpan<byte> Complete(scoped in FcFrame frame, bool first)
    {
        Sequence sequence = Of(frame.Header);
        sequence.LastUse = ++_clock;
        if (!sequence.TryAdd(frame, first)) sequence.InUse = false; // too long: what is left of it will find no first frame
        return sequence.InUse ? sequence.Take() : default;
    }

    private Sequence Of(scoped in FcHeader header)
    {
        (FcId, OxId, byte, bool) key = (header.SId, header.OxId, header.SeqId, header.FCtl.Has(FCtl.ExchangeResponder));
        Sequence? oldest = null;
        foreach (Sequence sequence in _sequences)
        {
            if (sequence.InUse && sequence.Key == key) return sequence;
            if (oldest is null || !sequence.InUse || (oldest.InUse && sequence.LastUse < oldest.LastUse)) oldest = sequence;
        }
        oldest!.Begin(key);
        return oldest;
    }

    private sealed class Sequence(int maxLength)
    {
        private readonly byte[] _arrived = new byte[maxLength];
        private readonly byte[] _ordered = new byte[maxLength];
        private readonly (ushort SeqCnt, int At, int Length)[] _frames = new (ushort, int, int)[MaxFrames];
        private int _count;
        private int _length;
        private ushort? _first, _last;

        public bool InUse;
        public long LastUse;
        public (FcId, OxId, byte, bool) Key;

        public void Begin((FcId, OxId, byte, bool) key)
        {
            InUse = true;
            Key = key;
            _count = 0;
            _length = 0;
            _first = null;
            _last = null;
        }

        public bool TryAdd(scoped in FcFrame frame, bool first)
        {
            ushort seqCnt = frame.Header.SeqCnt;
            if (first) _first = seqCnt;
            if (frame.Header.FCtl.Has(FCtl.EndSequence)) _last = seqCnt;
            for (int i = 0; i < _count; i++)
                if (_frames[i].SeqCnt == seqCnt) return true; // a duplicate
            if (_count == MaxFrames || _length + frame.Payload.Length > maxLength) return false;
            frame.Payload.CopyTo(_arrived.AsSpan(_length));
            _frames[_count++] = (seqCnt, _length, frame.Payload.Length);
            _length += frame.Payload.Length;
            return true;
        }

        public ReadOnlySpan<byte> Take()
        {
            if (_first is not { } first || _last is not { } last) return default;
            if (SequenceCount.FramesAfter(first, last) + 1 != _count) return default;
            int length = 0;
            for (ushort want = first; ; want = SequenceCount.Next(want))
            {
                int i = Array.FindIndex(_frames, 0, _count, f => f.SeqCnt == want);
                if (i < 0) return default;
                _arrived.AsSpan(_frames[i].At, _frames[i].Length).CopyTo(_ordered.AsSpan(length));
                length += _frames[i].Length;
                if (want == last) break;
            }
            InUse = false;
            return _ordered.AsSpan(0, length);
        }
    }
}
