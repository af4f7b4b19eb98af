// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FcTarget.Stmf;

/// <summary>
/// A small file that is replaced as a whole: after a crash at any moment it holds the old content or the new one. The new content is
/// written beside it, made durable, and renamed over it; then the directory, which holds the name, is made durable.
/// </summary>
public static partial class DurableFile
{
    /// <summary>What a replacement goes through, in this order: where a crash can come in between.</summary>
    internal enum Step
    {
        Begun,
        Written,
        Synced,
        Renamed,
        Done,
    }

    /// <summary>Replaces the file, or makes it. Its directory has to exist.</summary>
    /// <exception cref="IOException">It could not be replaced, or not be made durable.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content) => Replace(path, content, onStep: null);

    internal static void Replace(string path, ReadOnlySpan<byte> content, Action<Step>? onStep)
    {
        string full = Path.GetFullPath(path);
        string beside = full + ".new";
        onStep?.Invoke(Step.Begun);
        using (SafeFileHandle file = File.OpenHandle(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            RandomAccess.Write(file, content, 0);
            onStep?.Invoke(Step.Written);
            RandomAccess.FlushToDisk(file);
        }
        onStep?.Invoke(Step.Synced);
        File.Move(beside, full, overwrite: true);
        onStep?.Invoke(Step.Renamed);
        SyncDirectory(Path.GetDirectoryName(full)!);
        onStep?.Invoke(Step.Done);
    }

    private static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux()) return; // elsewhere a rename is durable with the journal, and there is nothing to ask for it
        int directory = open(path, ReadOnlyDirectory);
        if (directory < 0) throw new IOException($"'{path}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        bool failed = fsync(directory) != 0;
        string message = failed ? Marshal.GetLastPInvokeErrorMessage() : "";
        _ = close(directory);
        if (failed) throw new IOException($"'{path}' cannot be made durable: {message}");
    }

    /// <summary>O_RDONLY | O_CLOEXEC; a directory needs no O_DIRECTORY to be opened, and that differs between architectures.</summary>
    private const int ReadOnlyDirectory = 0x80000;

    // int open(const char *pathname, int flags);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    // int fsync(int fd);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    // int close(int fd);
    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
