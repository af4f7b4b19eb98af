// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>The three calls of libc that a memory store needs, with the constants of Linux on x86-64 and arm64.</summary>
internal static unsafe partial class NativeMemoryMap
{
    private const int ProtRead = 1, ProtWrite = 2;
    private const int MapPrivate = 0x02, MapAnonymous = 0x20, MapNoReserve = 0x4000;
    private const int MadvDontNeed = 4;

    private static readonly nint Failed = -1;

    /// <summary>
    /// Address space that takes memory only where it is touched. <paramref name="errno"/> says why when the result is null.
    /// </summary>
    public static byte* Map(nuint length, out int errno)
    {
        nint address = mmap(0, length, ProtRead | ProtWrite, MapPrivate | MapAnonymous | MapNoReserve, -1, 0);
        errno = address == Failed ? Marshal.GetLastPInvokeError() : 0;
        return address == Failed ? null : (byte*)address;
    }

    /// <summary>Gives the memory of whole pages back; they read as zeros from now on.</summary>
    public static bool TryDiscard(byte* address, nuint length) => madvise((nint)address, length, MadvDontNeed) == 0;

    public static void Unmap(byte* address, nuint length)
    {
        int ignored = munmap((nint)address, length); // fails only for arguments that Map did not return
        System.Diagnostics.Debug.Assert(ignored == 0);
    }

    // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);   MAP_FAILED (-1) on error
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint addr, nuint length, int prot, int flags, int fd, long offset);

    // int munmap(void *addr, size_t length);   0, or -1
    [LibraryImport("libc")]
    private static partial int munmap(nint addr, nuint length);

    // int madvise(void *addr, size_t length, int advice);   0, or -1
    [LibraryImport("libc")]
    private static partial int madvise(nint addr, nuint length, int advice);
}
