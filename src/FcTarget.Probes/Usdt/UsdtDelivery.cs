// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace FcTarget.Probes.Usdt;

// PROBE LIBRARY DELIVERY - theory of operation
//   Job      Get the probe library mapped from a file, which is what tracers attach to.
//   Order    1. beside the assembly (fctarget probes emit put it there)
//            2. a private directory: $FCTARGET_PROBE_DIR, $XDG_RUNTIME_DIR/fctarget, /run/fctarget, a directory of this user in the temporary one
//            3. a file in memory: traceable by /proc/PID/fd/N, but not by perf       4. none: no USDT probes
//   Always   It is code: it is loaded from directories only root and this user can write to, and only if its content is ours, byte by byte.
//            The name has the build id in it. A file is written under another name and renamed, never changed, never removed: somebody may
//            have it mapped.
//   Failure  No right, no space, noexec, read only: the next one.
//   Proof    UsdtDeliveryTests

/// <summary>Brings the probe library into the process.</summary>
[SupportedOSPlatform("linux")]
internal static class UsdtDelivery
{
    /// <summary>The environment variable that names the directory of the library.</summary>
    public const string DirectoryVariable = "FCTARGET_PROBE_DIR";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Loads the library made by this process. False if no way leads to it.</summary>
    /// <param name="image">Its content.</param>
    /// <param name="beside">Where one may lie ready; null to pass that over.</param>
    /// <param name="directories">Where to put it, in this order; see <see cref="Directories"/>.</param>
    /// <param name="handle">The loaded library.</param>
    /// <param name="path">The file it was loaded from.</param>
    public static bool TryLoad(byte[] image, string? beside, IEnumerable<string> directories, out nint handle, out string path)
    {
        if (beside is not null && UsdtImage.IsIn(beside, image) && NativeLibrary.TryLoad(beside, out handle))
        {
            path = beside;
            return true;
        }
        foreach (string directory in directories)
        {
            path = Path.Combine(directory, FileName(image));
            if (TryPut(path, image) && NativeLibrary.TryLoad(path, out handle)) return true;
        }
        return TryLoadFromMemory(image, out handle, out path);
    }

    /// <summary>The directories to try, the best first.</summary>
    public static IEnumerable<string> Directories()
    {
        if (Environment.GetEnvironmentVariable(DirectoryVariable) is { Length: > 0 } chosen) yield return Path.GetFullPath(chosen);
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime) yield return Path.Combine(runtime, "fctarget");
        if (LinuxFiles.UserId == 0) yield return "/run/fctarget";
        yield return Path.Combine(Path.GetTempPath(), $"fctarget-{LinuxFiles.UserId}");
    }

    /// <summary><c>libfcprobes-</c>, the first 16 digits of the hash of the content, <c>.so</c>.</summary>
    public static string FileName(byte[] image) =>
        $"{Path.GetFileNameWithoutExtension(UsdtImage.FileName)}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(image), 0, 8)}.so";

    private static bool TryPut(string path, byte[] image)
    {
        try
        {
            string directory = Path.GetDirectoryName(path)!;
            if (!Directory.Exists(directory)) Directory.CreateDirectory(directory, OwnerOnly);
            if (!LinuxFiles.IsPrivateDirectory(directory)) return false;
            UsdtImage.Write(path, image);
            return UsdtImage.IsIn(path, image);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // the next directory
        }
    }

    private static bool TryLoadFromMemory(byte[] image, out nint handle, out string path)
    {
        handle = 0;
        int descriptor = LinuxFiles.CreateMemoryFile(UsdtImage.FileName);
        path = $"/proc/self/fd/{descriptor}";
        if (descriptor < 0) return false;
        // Never closed: tracers find the library by its descriptor.
        SafeFileHandle file = new(descriptor, ownsHandle: false);
        RandomAccess.Write(file, image, 0);
        if (!NativeLibrary.TryLoad(path, out handle)) return false;
        path = $"/proc/{Environment.ProcessId}/fd/{descriptor}";
        return true;
    }
}
