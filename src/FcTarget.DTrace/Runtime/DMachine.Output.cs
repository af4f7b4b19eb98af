// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Runtime;

/// <content>What clauses leave behind: fields of the record, keys, values of aggregations and of associative arrays.</content>
internal sealed unsafe partial class DMachine
{
    public void Put1(int offset, long value) => _record[offset] = (byte)value;

    public void Put2(int offset, long value) => Unsafe.WriteUnaligned(_record + offset, (short)value);

    public void Put4(int offset, long value) => Unsafe.WriteUnaligned(_record + offset, (int)value);

    public void Put8(int offset, long value) => Unsafe.WriteUnaligned(_record + offset, value);

    public void PutString(int offset, long source) => CopyString((long)_record + offset, source);

    public void PutBytes(int offset, long source, long size) => CopyBytes((long)_record + offset, source, size);

    public void BeginKey() => _keyLength = 0;

    public void Key(long value, int size)
    {
        if (_keyEnd - _key - _keyLength < size)
        {
            Fail(DFaultKind.TupleOverflow);
            return;
        }
        switch (size)
        {
            case 1: _key[_keyLength] = (byte)value; break;
            case 2: Unsafe.WriteUnaligned(_key + _keyLength, (short)value); break;
            case 4: Unsafe.WriteUnaligned(_key + _keyLength, (int)value); break;
            default: Unsafe.WriteUnaligned(_key + _keyLength, value); break;
        }
        _keyLength += size;
    }

    /// <summary>A string of the key, up to and with its NUL.</summary>
    public void KeyString(long source)
    {
        ReadOnlySpan<byte> text = source == 0 ? default : Text(source);
        if (text.Length >= _keyEnd - _key - _keyLength)
        {
            Fail(DFaultKind.TupleOverflow);
            return;
        }
        text.CopyTo(new Span<byte>(_key + _keyLength, text.Length));
        _keyLength += text.Length;
        _key[_keyLength++] = 0;
    }

    public void KeyBytes(long source, int size)
    {
        if (_keyEnd - _key - _keyLength < size)
        {
            Fail(DFaultKind.TupleOverflow);
            return;
        }
        CopyBytes((long)(_key + _keyLength), source, size);
        _keyLength += size;
    }

    public void Aggregate(int aggregation, long value, long weight)
    {
        if (!Faulted) _aggregations.Add(_aggregationList[aggregation], new ReadOnlySpan<byte>(_key, _keyLength), value, weight);
    }

    public long GetElement() => _dynamic!.Get(new ReadOnlySpan<byte>(_key, _keyLength));

    /// <summary>Address of a copy of the element's string or structure; null if there is no element.</summary>
    public long GetElementCopy(int size)
    {
        byte* copy = Spend(size) ? Allocate(size) : null;
        if (copy == null) return 0;
        _dynamic!.Get(new ReadOnlySpan<byte>(_key, _keyLength), new Span<byte>(copy, size));
        return (long)copy;
    }

    /// <summary>Address of a copy that is to be changed and put back at once: there is one such copy.</summary>
    public long GetElementUpdate(int size)
    {
        if (Faulted || !Spend(size)) return 0;
        _dynamic!.Get(new ReadOnlySpan<byte>(_key, _keyLength), new Span<byte>(_update, size));
        return (long)_update;
    }

    public void SetElement(long value)
    {
        if (!Faulted) _dynamic!.Set(new ReadOnlySpan<byte>(_key, _keyLength), value);
    }

    /// <param name="source">Its value; 0 frees the element.</param>
    /// <param name="text">Whether the value ends at a NUL.</param>
    public void SetElementCopy(long source, int size, bool text)
    {
        ReadOnlySpan<byte> value = default;
        if (source != 0 && text)
        {
            ReadOnlySpan<byte> bytes = Text(source);
            byte* copy = Allocate(bytes.Length + 1); // the NUL goes with it
            if (copy == null) return;
            bytes.CopyTo(new Span<byte>(copy, bytes.Length));
            copy[bytes.Length] = 0;
            value = new ReadOnlySpan<byte>(copy, bytes.Length + 1);
        }
        else if (source != 0 && Check(source, size))
        {
            value = new ReadOnlySpan<byte>((void*)source, size);
        }
        if (!Faulted) _dynamic!.Set(new ReadOnlySpan<byte>(_key, _keyLength), value, source == 0);
    }

    /// <summary>Scratch memory; null and a fault if there is not enough left.</summary>
    private byte* Allocate(long size)
    {
        if (size < 0 || size > _scratchEnd - _scratchAt)
        {
            Fail(DFaultKind.NoScratchSpace);
            return null;
        }
        byte* memory = _scratchAt;
        _scratchAt = (byte*)Math.Min(((long)_scratchAt + size + 7) & ~7, (long)_scratchEnd);
        return memory;
    }
}
