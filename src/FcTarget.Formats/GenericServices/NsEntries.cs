// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.GenericServices;

/// <summary>
/// A cursor over the list in an accept of the name server (FC-GS, name server): it ends with the entry marked last, and cannot pass the end
/// of the accept.
/// </summary>
public ref struct NsEntries<T> where T : struct, INsEntry
{
    private ReadOnlySpan<byte> _rest;

    /// <param name="body">What follows the preamble, of all frames of the accept.</param>
    public NsEntries(ReadOnlySpan<byte> body) => _rest = body;

    /// <summary>The entry marked last was met. Still false after the walk when the accept was cut short.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>False when there is no further entry.</summary>
    public bool TryNext(out T entry)
    {
        entry = default;
        if (IsComplete || !MemoryMarshal.TryRead(_rest, out entry)) return false;
        _rest = _rest[T.WireSize..];
        IsComplete = (entry.Control & NsControl.Last) != 0;
        return true;
    }
}
