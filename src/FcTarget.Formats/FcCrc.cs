// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Copying = FcTarget.Formats.FcCrcFolding.Copying;
using NotCopying = FcTarget.Formats.FcCrcFolding.NotCopying;

namespace FcTarget.Formats;

/// <summary>
/// The CRC of a Fibre Channel frame (FC-FS, CRC field): CRC-32 of IEEE 802.3, polynomial 04C11DB7h, reflected, started from
/// and finished by all ones. It covers the frame header and the data field with its fill bytes, not the delimiters.
/// </summary>
/// <remarks>
/// In one call <see cref="Compute"/>; in pieces <see cref="Begin"/>, then <see cref="Append"/> or <see cref="CopyAndAppend"/>
/// any number of times, then <see cref="End"/>. Nothing is allocated. Carry-less multiplication is used where the processor
/// has it (PCLMULQDQ, VPCLMULQDQ, PMULL), tables elsewhere.
/// </remarks>
public static class FcCrc
{
    // 32-byte accumulators: from here on they gain; below, folding them together again costs what they save.
    private const int Wide = 256;

    /// <summary>The state before the first byte.</summary>
    public static uint Begin() => 0xFFFFFFFF;

    /// <summary>The CRC that a state stands for.</summary>
    public static uint End(uint state) => ~state;

    /// <summary>The CRC of <paramref name="bytes"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => End(Append(Begin(), bytes));

    /// <summary>The state after <paramref name="bytes"/>.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= FcCrcFolding.MinLength)
        {
            if (Pclmulqdq.V256.IsSupported && bytes.Length >= Wide) return FcCrcFolding.Append256<NotCopying>(state, bytes, default);
            if (X86Carryless.IsSupported) return FcCrcFolding.Append<X86Carryless, NotCopying>(state, bytes, default);
            if (ArmCarryless.IsSupported) return FcCrcFolding.Append<ArmCarryless, NotCopying>(state, bytes, default);
        }
        return FcCrcTables.Append(state, bytes);
    }

    /// <summary>Copies <paramref name="from"/> to the start of <paramref name="to"/> and gives the state after it, in one pass.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="from">The bytes; they must not overlap <paramref name="to"/>.</param>
    /// <param name="to">At least as long as <paramref name="from"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="to"/> is too short: the caller's bug.</exception>
    public static uint CopyAndAppend(uint state, ReadOnlySpan<byte> from, Span<byte> to)
    {
        Debug.Assert(!from.Overlaps(to));
        if (to.Length < from.Length) ThrowTooShort();
        if (from.Length >= FcCrcFolding.MinLength)
        {
            if (Pclmulqdq.V256.IsSupported && from.Length >= Wide) return FcCrcFolding.Append256<Copying>(state, from, to);
            if (X86Carryless.IsSupported) return FcCrcFolding.Append<X86Carryless, Copying>(state, from, to);
            if (ArmCarryless.IsSupported) return FcCrcFolding.Append<ArmCarryless, Copying>(state, from, to);
        }
        from.CopyTo(to);
        return FcCrcTables.Append(state, from);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowTooShort() => throw new ArgumentException("The destination of a copy with CRC is shorter than its source.");
}
