// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FcTarget.Wire.Recording;

// PAGE FILE - theory of operation
//   Job      A file that is written from its beginning to its end, all at offsets: pages in bulk past the page cache, by a DirectLane, and
//            everything else through it.
//   Why      New pages of the page cache cost four times the processor time that the disk does: benchmarks/recording.sh.
//   How      Two descriptions of one open file, because O_DIRECT is a flag of the description and two threads write.
//   Failed   What cannot be written leaves a hole, since what comes after it may be there already: the file is cut off before the hole.
//   Without  Where there is no O_DIRECT (an old tmpfs, a pipe, another alignment than ours) everything goes through the page cache.
//   Owner    The writer's thread, but for WriteDirect, which is the lane's. Closed when both are through with it.

/// <summary>A file of a recording; see the theory of operation in the file.</summary>
internal sealed partial class PageFile : IDirectFile, IDisposable
{
    private const int GetFlags = 3, SetFlags = 4;

    /// <summary>O_DIRECT of &lt;fcntl.h&gt;, which is not the same everywhere.</summary>
    private static readonly int Direct = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    private readonly FileStream _stream;
    private readonly SafeFileHandle? _direct;
    private volatile bool _hasDirect;
    private int _holds = 1;
    private long _hole = long.MaxValue; // the lane's, until it has let go

    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public PageFile(string path)
    {
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (_stream.CanSeek) _direct = TryOpenDirect(_stream.SafeFileHandle); // O_DIRECT is something else for a pipe
        _hasDirect = _direct is not null;
    }

    /// <summary>Whether pages can go past the page cache, as far as is known. Any thread.</summary>
    public bool HasDirect => _hasDirect;

    /// <summary>Bytes written, or handed to the lane.</summary>
    public long Length { get; private set; }

    /// <summary>Writes through the page cache.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_stream.CanSeek) Put(_stream.SafeFileHandle, bytes, Length);
        else _stream.Write(bytes);
        Length += bytes.Length;
    }

    /// <summary>Hands whole pages, that lie at a page boundary of memory and go to one of the file, to the lane. False: it has no room.</summary>
    /// <exception cref="IOException">An earlier piece could not be written.</exception>
    public bool TryWritePages(DirectLane lane, RecordingChunk chunk, int from, int to)
    {
        if (!_hasDirect) return false;
        bool isTaken = false;
        Interlocked.Increment(ref _holds);
        try
        {
            isTaken = lane.TryPost(this, chunk, from, to, Length);
        }
        finally
        {
            if (!isTaken) Interlocked.Decrement(ref _holds);
        }
        if (isTaken) Length += to - from;
        return isTaken;
    }

    /// <summary>Lane: writes pages that it was handed, and lets go of the file.</summary>
    public void WriteDirect(ReadOnlySpan<byte> pages, long offset)
    {
        try
        {
            if (_hole == long.MaxValue && !TryWriteDirect(pages, offset)) Put(_stream.SafeFileHandle, pages, offset);
        }
        catch (IOException)
        {
            _hole = offset;
            throw;
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Lets go of the file: it is closed when what was handed to the lane is written.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holds) > 0) return;
        if (_hole < Length) CutOff();
        _direct?.Dispose();
        _stream.Dispose();
    }

    private static void Put(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (ArgumentOutOfRangeException fault) // what .NET makes of EFBIG
        {
            throw new IOException("The file is as large as its file system, or a limit of the process, allows.", fault);
        }
    }

    private bool TryWriteDirect(ReadOnlySpan<byte> pages, long offset)
    {
        if (!_hasDirect) return false;
        try
        {
            Put(_direct!, pages, offset);
            return true;
        }
        catch (IOException)
        {
            return _hasDirect = false; // EINVAL: not for this file system or disk. Anything else the page cache says again.
        }
    }

    private void CutOff()
    {
        try
        {
            RandomAccess.SetLength(_stream.SafeFileHandle, _hole);
        }
        catch (IOException)
        {
            // a disk that does not do this either
        }
    }

    private static SafeFileHandle? TryOpenDirect(SafeFileHandle file)
    {
        SafeFileHandle? handle = null;
        try
        {
            string itself = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}");
            handle = File.OpenHandle(itself, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            int flags = fcntl(handle, GetFlags, 0);
            if (flags >= 0 && fcntl(handle, SetFlags, flags | Direct) >= 0) return handle;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // no /proc here
        }
        handle?.Dispose();
        return null;
    }

    // int fcntl(int fd, int op, ... /* arg */);   -1 on error
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle fd, int op, int argument);
}
