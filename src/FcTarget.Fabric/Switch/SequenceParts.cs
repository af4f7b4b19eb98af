// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;

namespace FcTarget.Fabric;

/// <summary>One frame of a sequence: its header, and which part of the payload it carries.</summary>
internal readonly record struct SequencePart(FcHeader Header, int Offset, int Length);

/// <summary>Splits a sequence into frames: SEQ_CNT counts up, and only the last frame ends the sequence and passes the initiative (FC-FS).</summary>
internal ref struct SequenceParts(FcHeader header, int length, int most)
{
    private int _at = -1;

    public readonly SequenceParts GetEnumerator() => this;

    public readonly SequencePart Current
    {
        get
        {
            FcHeader part = header;
            int offset = _at * most;
            bool last = offset + most >= length;
            if (!last) part.FCtl &= ~(FCtl.EndSequence | FCtl.SequenceInitiative | FCtl.FillBytesMask);
            part.SeqCnt = (ushort)_at;
            return new SequencePart(part, offset, last ? length - offset : most);
        }
    }

    /// <summary>A sequence without payload is one frame, too.</summary>
    public bool MoveNext() => ++_at == 0 || _at * most < length;
}
