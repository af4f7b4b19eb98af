// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>The calls of libc that a file store needs, and the error numbers of Linux it tells apart.</summary>
internal static partial class NativeFile
{
    public const int Eintr = 4, Enospc = 28, Edquot = 122;

    private const int SeekData = 3, SeekHole = 4;
    private const int KeepSize = 0x01, PunchHole = 0x02; // FALLOC_FL_...

    /// <summary>Gives the space under a range back; it reads as zeros from now on. 0, or the error number.</summary>
    public static int PunchHoleIn(SafeFileHandle file, long offset, long length)
    {
        int error;
        do error = fallocate(file, KeepSize | PunchHole, offset, length) == 0 ? 0 : Marshal.GetLastPInvokeError();
        while (error == Eintr);
        return error;
    }

    /// <summary>The first byte of data, or of a hole, from an offset on; negative when there is none or the file system cannot say.</summary>
    public static long Seek(SafeFileHandle file, long offset, bool data) => lseek(file, offset, data ? SeekData : SeekHole);

    // off_t lseek(int fd, off_t offset, int whence);   -1 on error
    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(SafeFileHandle fd, long offset, int whence);

    // int fallocate(int fd, int mode, off_t offset, off_t len);   0, or -1
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(SafeFileHandle fd, int mode, long offset, long len);
}
