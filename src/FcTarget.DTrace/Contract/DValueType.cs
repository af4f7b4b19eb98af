// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Contract;

internal enum DValueKind : byte
{
    /// <summary>1, 2, 4 or 8 bytes, native endian.</summary>
    Integer,

    /// <summary>NUL-terminated, at most <see cref="DValueType.Size"/> bytes with the NUL.</summary>
    String,

    /// <summary>Exactly <see cref="DValueType.Size"/> bytes: arrays, structures and tracemem().</summary>
    Bytes,
}

/// <summary>How one datum is kept in a record or in the key of an aggregation. Fields of records start at multiples of <see cref="Alignment"/>.</summary>
internal readonly record struct DValueType(DValueKind Kind, int Size, bool Signed = false)
{
    public static DValueType Integer(int size, bool signed) => new(DValueKind.Integer, size, signed);

    public static DValueType String(int strsize) => new(DValueKind.String, strsize);

    public static DValueType Bytes(int count) => new(DValueKind.Bytes, count);

    public int Alignment => Kind == DValueKind.Integer ? Size : 1;
}

/// <summary>A datum at its place in the payload of a record.</summary>
internal readonly record struct DField(DValueType Type, int Offset);
