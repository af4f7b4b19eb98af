// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.DTrace;

/// <summary>What D may ask about the process that fires the probes: the target itself.</summary>
internal static partial class DProcess
{
    public static readonly int ParentId = OperatingSystem.IsWindows() ? 0 : getppid();
    public static readonly int GroupId = OperatingSystem.IsWindows() ? 0 : getpgrp();
    public static readonly int SessionId = OperatingSystem.IsWindows() ? 0 : getsid(0);
    public static readonly int UserId = OperatingSystem.IsWindows() ? 0 : (int)getuid();
    public static readonly int UserGroupId = OperatingSystem.IsWindows() ? 0 : (int)getgid();

    /// <summary>File name of the executable, as <c>execname</c> gives it.</summary>
    public static readonly string ExecutableName = Path.GetFileName(Environment.ProcessPath ?? "fctarget");

    /// <summary>The kernel's id of the calling thread.</summary>
    public static int ThreadId => OperatingSystem.IsLinux() ? gettid() : Environment.CurrentManagedThreadId;

    // pid_t getppid(void); pid_t getpgrp(void); pid_t getsid(pid_t pid); uid_t getuid(void); gid_t getgid(void); pid_t gettid(void);
    [LibraryImport("libc")] private static partial int getppid();
    [LibraryImport("libc")] private static partial int getpgrp();
    [LibraryImport("libc")] private static partial int getsid(int pid);
    [LibraryImport("libc")] private static partial uint getuid();
    [LibraryImport("libc")] private static partial uint getgid();
    [LibraryImport("libc")] private static partial int gettid();
}
