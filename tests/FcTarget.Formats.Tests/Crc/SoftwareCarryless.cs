// SPDX-License-Identifier: MIT

using System.Runtime.Intrinsics;

namespace FcTarget.Formats.Tests.Crc;

/// <summary>Carry-less multiplication a bit at a time: the folding can be checked on any processor.</summary>
internal readonly struct SoftwareCarryless : ICarryless
{
    public static bool IsSupported => true;

    public static Vector128<ulong> MultiplyLower(Vector128<ulong> a, Vector128<ulong> b) => Multiply(a[0], b[0]);

    public static Vector128<ulong> MultiplyUpper(Vector128<ulong> a, Vector128<ulong> b) => Multiply(a[1], b[1]);

    private static Vector128<ulong> Multiply(ulong a, ulong b)
    {
        UInt128 product = 0;
        for (int bit = 0; bit < 64; bit++)
            if ((b & (1ul << bit)) != 0) product ^= (UInt128)a << bit;
        return Vector128.Create((ulong)product, (ulong)(product >> 64));
    }
}
