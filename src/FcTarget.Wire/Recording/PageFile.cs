// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FcTarget.Wire.Recording;

// PAGE FILE - theory of operation
//   Job      A file that is written from its beginning to its end: pages in bulk past the page cache (O_DIRECT), all else through it.
//   Why      New pages of the page cache cost the writer four times as much processor time as the disk does, and push what the target
//            works with out of the processor's caches: benchmarks/recording.sh.
//   Without  Where there is no O_DIRECT (an old tmpfs, a pipe, another alignment than ours) everything goes through the page cache.

/// <summary>A file of a recording; see the theory of operation in the file. Belongs to one thread.</summary>
internal sealed partial class PageFile : IDisposable
{
    private const int GetFlags = 3, SetFlags = 4;

    /// <summary>O_DIRECT of &lt;fcntl.h&gt;, which is not the same everywhere.</summary>
    private static readonly int Direct = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    private readonly FileStream _stream;
    private bool _isDirect;

    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public PageFile(string path)
    {
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        HasDirect = _stream.CanSeek; // O_DIRECT is something else for a pipe
    }

    /// <summary>Whether <see cref="WritePages"/> goes past the page cache, as far as is known.</summary>
    public bool HasDirect { get; private set; }

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>Pages that went past the page cache, bytes.</summary>
    public long DirectBytes { get; private set; }

    /// <summary>Writes through the page cache.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        SetDirect(false);
        Put(bytes);
    }

    /// <summary>Writes whole pages, that lie at a page boundary of memory and go to one of the file.</summary>
    public void WritePages(ReadOnlySpan<byte> pages)
    {
        if (HasDirect && SetDirect(true))
        {
            try
            {
                Put(pages);
                DirectBytes += pages.Length;
                return;
            }
            catch (IOException)
            {
                // EINVAL: not for this file system or disk. Anything else the page cache says again.
            }
        }
        HasDirect = false;
        Write(pages);
    }

    public void Dispose() => _stream.Dispose();

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes); // does not count what it could not write whole
        Length += bytes.Length;
    }

    private bool SetDirect(bool on)
    {
        if (_isDirect == on) return true;
        int flags = fcntl(_stream.SafeFileHandle, GetFlags, 0);
        if (flags < 0 || fcntl(_stream.SafeFileHandle, SetFlags, on ? flags | Direct : flags & ~Direct) < 0) return false;
        _isDirect = on;
        return true;
    }

    // int fcntl(int fd, int op, ... /* arg */);   -1 on error
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle fd, int op, int argument);
}
