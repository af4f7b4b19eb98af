// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.GenericServices;

/// <summary>Type and length of an attribute (FC-GS, FDMI): 4 bytes; the length counts them and the value with its fill bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FdmiAttributeHeader : IWirePayload
{                                                // word | 31..16 | 15..0
    public UInt16BE Type;                        //  0   | type   | length
    public UInt16BE Length;                      //

    public static int WireSize => 4;
}

/// <summary>
/// A cursor over an attribute block (FC-GS, FDMI): a count, then attributes of whole words. It cannot pass the end of the block.
/// </summary>
public ref struct FdmiAttributes
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Attributes that <see cref="TryNext"/> has not handed out yet.</summary>
    public uint Remaining { get; private set; }

    /// <summary>
    /// False when the count or a length contradicts the block: invalid attribute block length. What follows the last attribute is ignored.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> block, out FdmiAttributes attributes)
    {
        attributes = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(block, out uint count)) return false;
        FdmiAttributes walk = new() { _rest = block[sizeof(uint)..], Remaining = count };
        attributes = walk;
        while (walk.TryNext(out _, out _)) { }
        if (walk.Remaining != 0) attributes = default;
        return walk.Remaining == 0;
    }

    /// <summary>The next attribute; its value is with the fill bytes. False when there is none.</summary>
    public bool TryNext(out ushort type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        if (Remaining == 0 || !MemoryMarshal.TryRead(_rest, out FdmiAttributeHeader header)) return false;
        int length = header.Length;
        if (length < FdmiAttributeHeader.WireSize || (length & 3) != 0 || length > _rest.Length) return false;
        type = header.Type;
        value = _rest[FdmiAttributeHeader.WireSize..length];
        _rest = _rest[length..];
        Remaining--;
        return true;
    }
}

/// <summary>A cursor over a registered port list, or a list of HBA Identifiers (FC-GS, FDMI): a count, then names.</summary>
public ref struct FdmiNames
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>False when there are fewer names than the count says. <paramref name="behind"/> is what follows the list.</summary>
    public static bool TryRead(ReadOnlySpan<byte> list, out FdmiNames names, out ReadOnlySpan<byte> behind)
    {
        names = default;
        behind = default;
        if (!BinaryPrimitives.TryReadUInt32BigEndian(list, out uint count)) return false;
        list = list[sizeof(uint)..];
        if (count > (uint)(list.Length / NsName.WireSize)) return false;
        int length = (int)count * NsName.WireSize;
        names._rest = list[..length];
        behind = list[length..];
        return true;
    }

    /// <summary>False when there is no further name.</summary>
    public bool TryNext(out Wwn name)
    {
        bool more = MemoryMarshal.TryRead(_rest, out name);
        if (more) _rest = _rest[NsName.WireSize..];
        return more;
    }
}
