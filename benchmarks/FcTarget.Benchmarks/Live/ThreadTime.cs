// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Runtime.InteropServices;

namespace FcTarget.Benchmarks.Live;

/// <summary>Processor time of threads, user and kernel.</summary>
internal static partial class ThreadTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Nanoseconds that the calling thread has run.</summary>
    public static long Own => Get(ThreadClock, out TimeSpec time) == 0 ? time.Seconds * 1_000_000_000 + time.Nanoseconds : 0;

    /// <summary>Nanoseconds that the thread of this name has run; 0 if there is none. The kernel cuts names at 15 characters.</summary>
    public static long Of(string name)
    {
        string cut = name[..Math.Min(name.Length, 15)];
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
        {
            if (File.ReadAllText($"{task}/comm").TrimEnd('\n') == cut)
                return long.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
        }
        return 0;
    }

    // int clock_gettime(clockid_t clockid, struct timespec *tp);
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Get(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
