// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.DTrace.Output;

/// <summary>Integers as records and keys keep them: native endian, any alignment.</summary>
internal static class Field
{
    public static long Signed(ReadOnlySpan<byte> field) => field.Length switch
    {
        1 => (sbyte)field[0],
        2 => MemoryMarshal.Read<short>(field),
        4 => MemoryMarshal.Read<int>(field),
        8 => MemoryMarshal.Read<long>(field),
        _ => 0,
    };

    public static ulong Unsigned(ReadOnlySpan<byte> field) => field.Length switch
    {
        1 => field[0],
        2 => MemoryMarshal.Read<ushort>(field),
        4 => MemoryMarshal.Read<uint>(field),
        8 => MemoryMarshal.Read<ulong>(field),
        _ => 0,
    };

    /// <summary>What trace() and tables show: 8 and 4 bytes as signed numbers, 2 and 1 as unsigned ones, as DTrace does.</summary>
    public static long Shown(ReadOnlySpan<byte> field) => field.Length >= 4 ? Signed(field) : (long)Unsigned(field);

    /// <summary>Up to the first NUL.</summary>
    public static ReadOnlySpan<byte> String(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }
}
