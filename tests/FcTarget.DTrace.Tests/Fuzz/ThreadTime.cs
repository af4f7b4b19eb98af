// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.DTrace.Tests;

/// <summary>The processor time of this thread: what the machine does besides does not count.</summary>
internal static partial class ThreadTime
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID

    public static TimeSpan Now
    {
        get
        {
            if (GetTime(ThreadCpuTime, out Timespec now) != 0) throw new InvalidOperationException($"clock_gettime: error {Marshal.GetLastPInvokeError()}");
            return TimeSpan.FromSeconds(now.Seconds) + TimeSpan.FromTicks(now.Nanoseconds / TimeSpan.NanosecondsPerTick);
        }
    }

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out Timespec now);
}
