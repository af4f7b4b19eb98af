// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Tracing.Tests;

/// <summary>The clock of bpftrace's <c>nsecs</c>: CLOCK_BOOTTIME, the one that counts while the system sleeps (CLOCK_MONOTONIC on kernels before 5.7).</summary>
internal static partial class KernelClock
{
    private const int Boottime = 7;

    public static ulong Nanoseconds()
    {
        if (GetTime(Boottime, out Timespec now) != 0) throw new InvalidOperationException($"clock_gettime: error {Marshal.GetLastPInvokeError()}");
        return ((ulong)now.Seconds * 1_000_000_000) + (ulong)now.Nanoseconds;
    }

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out Timespec now);
}
