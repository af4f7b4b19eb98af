// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes;

/// <summary>The native memory of probe arguments, counted: who takes a block gives it back, on the same thread.</summary>
internal static unsafe class NativeBlocks
{
    [ThreadStatic]
    private static int _taken;

    /// <summary>Blocks that this thread has taken and not given back.</summary>
    public static int Taken => _taken;

    /// <summary>Takes a block of zeros.</summary>
    public static void* Take(int length)
    {
        _taken++;
        return NativeMemory.AllocZeroed((nuint)length);
    }

    /// <summary>Gives a block back; null is none.</summary>
    public static void Return(void* block)
    {
        if (block == null) return;
        _taken--;
        NativeMemory.Free(block);
    }
}
