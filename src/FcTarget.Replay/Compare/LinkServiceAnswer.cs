// SPDX-License-Identifier: MIT

using FcTarget.Formats.Framing;

namespace FcTarget.Replay.Compare;

/// <summary>The answer to a link service or generic service request, of one frame or several.</summary>
internal sealed class LinkServiceAnswer
{
    /// <summary>Longest answer kept, bytes: longer than any list of a name server.</summary>
    private const int MostBytes = 128 * 1024;

    private readonly List<byte> _payload = [];

    /// <summary>R_CTL of the answer: BA_ACC and BA_RJT differ in it.</summary>
    public RCtl RCtl { get; private set; }

    /// <summary>The frame that ended it; 0 when there is none.</summary>
    public long Frame { get; private set; }

    public bool IsComplete { get; private set; }

    public ReadOnlySpan<byte> Payload => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_payload);

    public void Add(in FcFrame frame, long number, bool first)
    {
        if (IsComplete) return;
        if (first) _payload.Clear();
        RCtl = frame.Header.RCtl;
        if (_payload.Count + frame.Payload.Length <= MostBytes) _payload.AddRange(frame.Payload);
        if (!frame.Header.FCtl.Has(FCtl.EndSequence)) return;
        IsComplete = true;
        Frame = number;
    }

    /// <summary>A FIP message that is an answer.</summary>
    public void Add(ReadOnlySpan<byte> descriptors, long number)
    {
        if (IsComplete) return;
        _payload.AddRange(descriptors);
        IsComplete = true;
        Frame = number;
    }

    /// <summary>An answer that somebody else has put together.</summary>
    public void Set(RCtl rCtl, ReadOnlySpan<byte> payload, long number)
    {
        Clear();
        RCtl = rCtl;
        Add(payload, number);
    }

    public void Clear()
    {
        _payload.Clear();
        RCtl = default;
        Frame = 0;
        IsComplete = false;
    }
}
