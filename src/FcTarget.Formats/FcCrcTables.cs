// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Formats;

/// <summary>
/// The CRC of <see cref="FcCrc"/> by tables, eight bytes a step: for short runs, and for processors without carry-less
/// multiplication.
/// </summary>
internal static class FcCrcTables
{
    private const uint ReflectedPolynomial = 0xEDB88320; // 04C11DB7h, bit 0 first

    // Eight tables of 256: table k holds what a byte does to the state when k zero bytes follow it.
    private static readonly uint[] Tables = MakeTables();

    /// <summary>The state after <paramref name="bytes"/>.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        ref uint table = ref MemoryMarshal.GetArrayDataReference(Tables);
        while (bytes.Length >= 8)
        {
            state = Step(ref table, state ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (byte b in bytes)
            state = (state >> 8) ^ Unsafe.Add(ref table, (byte)(state ^ b));
        return state;
    }

    /// <summary>The state after sixteen bytes, given as two little-endian numbers, from the state 0.</summary>
    public static uint Reduce(ulong first, ulong second)
    {
        ref uint table = ref MemoryMarshal.GetArrayDataReference(Tables);
        return Step(ref table, Step(ref table, first) ^ second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Step(ref uint table, ulong eight) =>
        Unsafe.Add(ref table, (7 * 256) + (int)(byte)eight) ^
        Unsafe.Add(ref table, (6 * 256) + (int)(byte)(eight >> 8)) ^
        Unsafe.Add(ref table, (5 * 256) + (int)(byte)(eight >> 16)) ^
        Unsafe.Add(ref table, (4 * 256) + (int)(byte)(eight >> 24)) ^
        Unsafe.Add(ref table, (3 * 256) + (int)(byte)(eight >> 32)) ^
        Unsafe.Add(ref table, (2 * 256) + (int)(byte)(eight >> 40)) ^
        Unsafe.Add(ref table, 256 + (int)(byte)(eight >> 48)) ^
        Unsafe.Add(ref table, (int)(eight >> 56));

    private static uint[] MakeTables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint state = i;
            for (int bit = 0; bit < 8; bit++)
                state = (state >> 1) ^ ((state & 1) * ReflectedPolynomial);
            tables[i] = state;
        }
        for (int i = 256; i < tables.Length; i++)
            tables[i] = (tables[i - 256] >> 8) ^ tables[(byte)tables[i - 256]];
        return tables;
    }
}
