// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Probes.Usdt;

/// <summary>What .NET does not offer: who owns a directory, and a file without a name.</summary>
internal static unsafe partial class LinuxFiles
{
    private const int AtFdCwd = -100, AtSymlinkNoFollow = 0x100;
    private const uint StatxTypeModeUid = 0x0B, CloseOnExec = 1;
    private const int TypeMask = 0xF000, Directory = 0x4000, WritableByOthers = 0x12; // S_IFMT, S_IFDIR, S_IWGRP | S_IWOTH

    /// <summary>
    /// Whether <paramref name="path"/> is a directory (no link to one) that nobody can write to but root and this user: from there code may be loaded.
    /// </summary>
    public static bool IsPrivateDirectory(string path)
    {
        Statx status;
        if (statx(AtFdCwd, path, AtSymlinkNoFollow, StatxTypeModeUid, &status) != 0) return false;
        return (status.Mode & TypeMask) == Directory && (status.Mode & WritableByOthers) == 0 && (status.Uid == 0 || status.Uid == geteuid());
    }

    /// <summary>A file in memory, for the life of the process; negative if the kernel has none.</summary>
    public static int CreateMemoryFile(string name) => memfd_create(name, CloseOnExec);

    /// <summary>This process' effective user id.</summary>
    public static uint UserId => geteuid();

    // int statx(int dirfd, const char *path, int flags, unsigned int mask, struct statx *buffer);   0, or -1
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, Statx* buffer);

    // int memfd_create(const char *name, unsigned int flags);   a file descriptor, or -1
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    // uid_t geteuid(void);
    [LibraryImport("libc")]
    private static partial uint geteuid();

    /// <summary>struct statx: the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(20)] public uint Uid;
        [FieldOffset(28)] public ushort Mode;
    }
}
