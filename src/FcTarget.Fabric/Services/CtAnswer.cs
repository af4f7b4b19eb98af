// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Formats.GenericServices;

namespace FcTarget.Fabric.Services;

/// <summary>The accept CT_IU that a server is putting together; used again and again.</summary>
internal sealed class CtAnswer
{
    private byte[] _iu = new byte[4096];
    private int _length = CtPreamble.WireSize;
    private int _entryAt = -1;

    /// <summary>What an answer that does not fit the client's maximum is cut to a multiple of: an entry of a list, or a word.</summary>
    public int Unit { get; private set; } = CtIu.BytesPerWord;

    /// <summary>Behind the preamble, bytes.</summary>
    public int BodyLength => _length - CtPreamble.WireSize;

    public void Clear()
    {
        _length = CtPreamble.WireSize;
        _entryAt = -1;
        Unit = CtIu.BytesPerWord;
    }

    public void Add(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void Add<T>(in T value) where T : struct, IWirePayload => MemoryMarshal.Write(Take(T.WireSize), in value);

    /// <summary>Adds an entry to the list that this answer is.</summary>
    public void AddEntry<T>(in T entry) where T : struct, INsEntry
    {
        _entryAt = _length;
        Unit = T.WireSize;
        Add(entry);
    }

    /// <summary>Marks the last entry of the list. False when the list is empty.</summary>
    public bool EndList()
    {
        if (_entryAt < 0) return false;
        _iu[_entryAt] |= (byte)NsControl.Last; // INsEntry: the control byte comes first
        return true;
    }

    /// <summary>The whole CT_IU, with so much of the body.</summary>
    public ReadOnlySpan<byte> Finish(in CtPreamble preamble, int bodyLength)
    {
        MemoryMarshal.Write(_iu, in preamble);
        return _iu.AsSpan(0, CtPreamble.WireSize + bodyLength);
    }

    private Span<byte> Take(int length)
    {
        if (_length + length > _iu.Length) Array.Resize(ref _iu, Math.Max(_iu.Length * 2, _length + length));
        Span<byte> place = _iu.AsSpan(_length, length);
        _length += length;
        return place;
    }
}
