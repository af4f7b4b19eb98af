// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Compile;

/// <summary>Every integer of D is held in 64 bits, extended as its type says.</summary>
internal static class DInteger
{
    /// <summary>What is left of <paramref name="value"/> in a type of <paramref name="size"/> bytes.</summary>
    public static long Narrow(long value, int size, bool signed) => (size, signed) switch
    {
        (1, true) => (sbyte)value,
        (1, false) => (byte)value,
        (2, true) => (short)value,
        (2, false) => (ushort)value,
        (4, true) => (int)value,
        (4, false) => (uint)value,
        _ => value,
    };
}
