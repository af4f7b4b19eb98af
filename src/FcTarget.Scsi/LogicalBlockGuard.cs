// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FcTarget.Scsi;

/// <summary>
/// LOGICAL BLOCK GUARD of protection information (SBC-3 4.22.4): the CRC of a block's user data with the generator 8BB7h, most significant bit
/// first, begun with 0 and not inverted.
/// </summary>
public static class LogicalBlockGuard
{
    private const int Polynomial = 0x18BB7;
    private const int LaneLength = 16, Lanes = 4, FoldLength = Lanes * LaneLength; // bytes
    private const int Slices = 16;

    /// <summary>Slice s of value v: v followed by s bytes of zeros. 8 KiB.</summary>
    private static readonly ushort[] Table = MakeTable();

    /// <summary>Multiply the two halves of a lane so that it stands behind 512, 384, 256 or 128 bits more: x^(d+64) and x^d mod P.</summary>
    private static readonly Vector128<ulong> By512 = Folder(512), By384 = Folder(384), By256 = Folder(256), By128 = Folder(128);

    private static readonly Vector128<byte> Reversed = Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    /// <summary>The guard of a block.</summary>
    public static ushort Of(ReadOnlySpan<byte> data) =>
        Pclmulqdq.IsSupported && Ssse3.IsSupported && data.Length >= 2 * FoldLength ? Fold(data) : BySlices(0, data);

    /// <summary>The same by tables, 16 bytes a step: for processors without carry-less multiplication, and to check the other against.</summary>
    public static ushort BySlices(ushort guard, ReadOnlySpan<byte> data)
    {
        uint crc = guard;
        ref ushort table = ref MemoryMarshal.GetArrayDataReference(Table);
        for (; data.Length >= Slices; data = data[Slices..])
        {
            uint next = Slice(ref table, 15, data[0] ^ (crc >> 8)) ^ Slice(ref table, 14, data[1] ^ (crc & 0xFF));
            for (int i = 2; i < Slices; i++) next ^= Slice(ref table, Slices - 1 - i, data[i]);
            crc = next;
        }
        foreach (byte one in data) crc = (crc << 8 & 0xFFFF) ^ Slice(ref table, 0, (crc >> 8) ^ one);
        return (ushort)crc;
    }

    private static uint Slice(ref ushort table, int slice, uint value) => System.Runtime.CompilerServices.Unsafe.Add(ref table, (slice * 256) + (int)value);

    /// <summary>
    /// Four lanes of 128 bits, each kept modulo P in 80 bits as the next 64 bytes come; in the end one lane is left that is congruent to all of
    /// the data before it, and the table does the rest.
    /// </summary>
    private static ushort Fold(ReadOnlySpan<byte> data)
    {
        Vector128<ulong> a = Load(data), b = Load(data[16..]), c = Load(data[32..]), d = Load(data[48..]);
        for (data = data[FoldLength..]; data.Length >= FoldLength; data = data[FoldLength..])
        {
            a = Move(a, By512) ^ Load(data);
            b = Move(b, By512) ^ Load(data[16..]);
            c = Move(c, By512) ^ Load(data[32..]);
            d = Move(d, By512) ^ Load(data[48..]);
        }
        Span<byte> lane = stackalloc byte[LaneLength];
        Ssse3.Shuffle((Move(a, By384) ^ Move(b, By256) ^ Move(c, By128) ^ d).AsByte(), Reversed).CopyTo(lane);
        return BySlices(BySlices(0, lane), data);
    }

    private static Vector128<ulong> Move(Vector128<ulong> lane, Vector128<ulong> by) =>
        Pclmulqdq.CarrylessMultiply(lane, by, 0x11) ^ Pclmulqdq.CarrylessMultiply(lane, by, 0x00);

    /// <summary>16 bytes as a polynomial: the first byte holds the highest powers.</summary>
    private static Vector128<ulong> Load(ReadOnlySpan<byte> data) =>
        Ssse3.Shuffle(Vector128.Create(data[..LaneLength]), Reversed).AsUInt64();

    private static Vector128<ulong> Folder(int bits) => Vector128.Create(PowerOfX(bits), PowerOfX(bits + 64));

    private static ulong PowerOfX(int power)
    {
        int remainder = 1;
        for (; power > 0; power--)
        {
            remainder <<= 1;
            if (remainder >> 16 != 0) remainder ^= Polynomial;
        }
        return (ulong)remainder;
    }

    private static ushort[] MakeTable()
    {
        var table = new ushort[Slices * 256];
        for (int value = 0; value < 256; value++)
        {
            int crc = value << 8;
            for (int slice = 0; slice < Slices; slice++)
            {
                for (int bit = 0; bit < 8; bit++)
                {
                    crc <<= 1;
                    if (crc >> 16 != 0) crc ^= Polynomial;
                }
                table[(slice * 256) + value] = (ushort)crc;
            }
        }
        return table;
    }
}
