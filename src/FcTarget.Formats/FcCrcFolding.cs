// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FcTarget.Formats;

/// <summary>
/// The CRC of <see cref="FcCrc"/> by folding: a block of the message is replaced by a shorter one with the same remainder,
/// further on. Two carry-less multiplications move 16 bytes over any distance; four accumulators run side by side to hide
/// their latency; the last 16 bytes are reduced by tables.
/// </summary>
/// <remarks>
/// To move a block d bits on, its lower half (the earlier bytes, so the higher powers of x) is multiplied by x^(d+32) mod P
/// and its upper half by x^(d-32) mod P, both bit-reflected over 33 bits: the reflected product of two 64-bit halves comes out
/// one bit short, and the extra 32 are the width of the CRC.
/// </remarks>
internal static class FcCrcFolding
{
    /// <summary>The shortest run, in bytes, that folding takes: its four accumulators.</summary>
    public const int MinLength = 64;

    /// <summary>The shortest run, in bytes, that folding with four accumulators of 32 bytes takes.</summary>
    public const int MinLength256 = 128;

    private static Vector128<ulong> By16Bytes => Vector128.Create(0x1751997d0ul, 0x0ccaa009eul);

    private static Vector128<ulong> By64Bytes => Vector128.Create(0x154442bd4ul, 0x1c6e41596ul);

    private static Vector256<ulong> By128Bytes => Vector256.Create(0x1e88ef372ul, 0x14a7fe880ul, 0x1e88ef372ul, 0x14a7fe880ul);

    /// <summary>Whether the bytes are also copied: a type argument, so that the JIT drops what is not asked.</summary>
    internal interface ICopying
    {
        static abstract bool Copies { get; }
    }

    internal readonly struct Copying : ICopying
    {
        public static bool Copies => true;
    }

    internal readonly struct NotCopying : ICopying
    {
        public static bool Copies => false;
    }

    /// <summary>The state after <paramref name="from"/>, which is copied to <paramref name="to"/> when TCopying says so.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="from">At least <see cref="MinLength"/> bytes.</param>
    /// <param name="to">As long as <paramref name="from"/> when copying; not looked at otherwise.</param>
    public static uint Append<TCarryless, TCopying>(uint state, ReadOnlySpan<byte> from, Span<byte> to)
        where TCarryless : struct, ICarryless
        where TCopying : struct, ICopying
    {
        Debug.Assert(from.Length >= MinLength);
        ref byte source = ref MemoryMarshal.GetReference(from);
        ref byte target = ref MemoryMarshal.GetReference(to);
        Vector128<ulong> x0 = Take<TCopying>(ref source, ref target, 0) ^ Vector128.CreateScalar((ulong)state);
        Vector128<ulong> x1 = Take<TCopying>(ref source, ref target, 16);
        Vector128<ulong> x2 = Take<TCopying>(ref source, ref target, 32);
        Vector128<ulong> x3 = Take<TCopying>(ref source, ref target, 48);
        Vector128<ulong> by64 = By64Bytes;
        int i;
        for (i = 64; i <= from.Length - 64; i += 64)
        {
            x0 = Fold<TCarryless>(x0, by64) ^ Take<TCopying>(ref source, ref target, i);
            x1 = Fold<TCarryless>(x1, by64) ^ Take<TCopying>(ref source, ref target, i + 16);
            x2 = Fold<TCarryless>(x2, by64) ^ Take<TCopying>(ref source, ref target, i + 32);
            x3 = Fold<TCarryless>(x3, by64) ^ Take<TCopying>(ref source, ref target, i + 48);
        }
        x0 = Join<TCarryless>(x0, x1, x2, x3);
        return Finish<TCarryless, TCopying>(x0, from, to, i);
    }

    /// <summary>The same with VPCLMULQDQ and accumulators of 32 bytes, from <see cref="MinLength256"/> bytes on.</summary>
    public static uint Append256<TCopying>(uint state, ReadOnlySpan<byte> from, Span<byte> to)
        where TCopying : struct, ICopying
    {
        Debug.Assert(from.Length >= MinLength256);
        ref byte source = ref MemoryMarshal.GetReference(from);
        ref byte target = ref MemoryMarshal.GetReference(to);
        Vector256<ulong> y0 = Take256<TCopying>(ref source, ref target, 0) ^ Vector256.CreateScalar((ulong)state);
        Vector256<ulong> y1 = Take256<TCopying>(ref source, ref target, 32);
        Vector256<ulong> y2 = Take256<TCopying>(ref source, ref target, 64);
        Vector256<ulong> y3 = Take256<TCopying>(ref source, ref target, 96);
        Vector256<ulong> by128 = By128Bytes;
        int i;
        for (i = 128; i <= from.Length - 128; i += 128)
        {
            y0 = Fold256(y0, by128) ^ Take256<TCopying>(ref source, ref target, i);
            y1 = Fold256(y1, by128) ^ Take256<TCopying>(ref source, ref target, i + 32);
            y2 = Fold256(y2, by128) ^ Take256<TCopying>(ref source, ref target, i + 64);
            y3 = Fold256(y3, by128) ^ Take256<TCopying>(ref source, ref target, i + 96);
        }
        Vector128<ulong> by64 = By64Bytes;
        Vector128<ulong> x0 = Fold<X86Carryless>(y0.GetLower(), by64) ^ y2.GetLower();
        Vector128<ulong> x1 = Fold<X86Carryless>(y0.GetUpper(), by64) ^ y2.GetUpper();
        Vector128<ulong> x2 = Fold<X86Carryless>(y1.GetLower(), by64) ^ y3.GetLower();
        Vector128<ulong> x3 = Fold<X86Carryless>(y1.GetUpper(), by64) ^ y3.GetUpper();
        x0 = Join<X86Carryless>(x0, x1, x2, x3);
        return Finish<X86Carryless, TCopying>(x0, from, to, i);
    }

    // Four neighbours become the last of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Join<TCarryless>(Vector128<ulong> x0, Vector128<ulong> x1, Vector128<ulong> x2, Vector128<ulong> x3)
        where TCarryless : struct, ICarryless
    {
        Vector128<ulong> by16 = By16Bytes;
        x1 ^= Fold<TCarryless>(x0, by16);
        x2 ^= Fold<TCarryless>(x1, by16);
        return x3 ^ Fold<TCarryless>(x2, by16);
    }

    // From byte i on, in steps of 16, then the reduction, then the odd bytes.
    private static uint Finish<TCarryless, TCopying>(Vector128<ulong> x, ReadOnlySpan<byte> from, Span<byte> to, int i)
        where TCarryless : struct, ICarryless
        where TCopying : struct, ICopying
    {
        ref byte source = ref MemoryMarshal.GetReference(from);
        ref byte target = ref MemoryMarshal.GetReference(to);
        for (; i <= from.Length - 16; i += 16)
            x = Fold<TCarryless>(x, By16Bytes) ^ Take<TCopying>(ref source, ref target, i);
        uint state = FcCrcTables.Reduce(x.GetElement(0), x.GetElement(1));
        if (i == from.Length) return state;
        if (TCopying.Copies) from[i..].CopyTo(to[i..]);
        return FcCrcTables.Append(state, from[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Fold<TCarryless>(Vector128<ulong> x, Vector128<ulong> by) where TCarryless : struct, ICarryless =>
        TCarryless.MultiplyLower(x, by) ^ TCarryless.MultiplyUpper(x, by);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Fold256(Vector256<ulong> x, Vector256<ulong> by) =>
        Pclmulqdq.V256.CarrylessMultiply(x, by, 0x00) ^ Pclmulqdq.V256.CarrylessMultiply(x, by, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Take<TCopying>(ref byte source, ref byte target, int at) where TCopying : struct, ICopying
    {
        Vector128<byte> x = Vector128.LoadUnsafe(ref source, (nuint)at);
        if (TCopying.Copies) x.StoreUnsafe(ref target, (nuint)at);
        return x.AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Take256<TCopying>(ref byte source, ref byte target, int at) where TCopying : struct, ICopying
    {
        Vector256<byte> x = Vector256.LoadUnsafe(ref source, (nuint)at);
        if (TCopying.Copies) x.StoreUnsafe(ref target, (nuint)at);
        return x.AsUInt64();
    }
}
