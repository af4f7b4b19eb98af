// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace FcTarget.Formats;

/// <summary>A processor's carry-less multiplication: 64 x 64 to 128 bits. A type argument, so that the JIT inlines it.</summary>
internal interface ICarryless
{
    static abstract bool IsSupported { get; }

    /// <summary>The product of the lower halves.</summary>
    static abstract Vector128<ulong> MultiplyLower(Vector128<ulong> a, Vector128<ulong> b);

    /// <summary>The product of the upper halves.</summary>
    static abstract Vector128<ulong> MultiplyUpper(Vector128<ulong> a, Vector128<ulong> b);
}

/// <summary>PCLMULQDQ of x86-64.</summary>
internal readonly struct X86Carryless : ICarryless
{
    public static bool IsSupported => Pclmulqdq.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> MultiplyLower(Vector128<ulong> a, Vector128<ulong> b) => Pclmulqdq.CarrylessMultiply(a, b, 0x00);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> MultiplyUpper(Vector128<ulong> a, Vector128<ulong> b) => Pclmulqdq.CarrylessMultiply(a, b, 0x11);
}

/// <summary>PMULL and PMULL2 of Arm64.</summary>
internal readonly struct ArmCarryless : ICarryless
{
    public static bool IsSupported => ArmAes.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> MultiplyLower(Vector128<ulong> a, Vector128<ulong> b) =>
        ArmAes.PolynomialMultiplyWideningLower(a.GetLower(), b.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> MultiplyUpper(Vector128<ulong> a, Vector128<ulong> b) =>
        ArmAes.PolynomialMultiplyWideningUpper(a, b);
}
