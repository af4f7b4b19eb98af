// SPDX-License-Identifier: MIT

using Microsoft.Win32.SafeHandles;

namespace FcTarget.LogicalUnits.Stores;

/// <summary>
/// A store in a regular file. Writes go to the page cache; <see cref="Flush"/> is fsync. Discarded ranges become holes where the
/// file system can, and zeros where it cannot. All of it blocks, so it is work for an <see cref="IoEngine"/>.
/// </summary>
public sealed class FileStore : IBackingStore
{
    private static readonly byte[] Zeros = new byte[64 * 1024];

    private readonly SafeFileHandle _file;
    private volatile bool _cannotPunch;
    private long _length;

    /// <param name="file">The open file; the store owns it.</param>
    /// <param name="length">Bytes that are served, no more than the file has.</param>
    public FileStore(SafeFileHandle file, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _file = file;
        _length = length;
    }

    public long Length => Volatile.Read(ref _length);

    public bool IsInline => false;

    public bool TryGetWindow(long offset, long length, bool toWrite, out Memory<byte> window)
    {
        window = default;
        return false;
    }

    /// <summary>Counted from extent to extent each time it is asked: not for the data path.</summary>
    public long UsedBytes
    {
        get
        {
            long used = 0;
            for (long at = 0; at < Length;)
            {
                bool mapped = IsMapped(at, Length - at, out long extent);
                if (mapped) used += extent;
                at += extent;
            }
            return used;
        }
    }

    public bool IsMapped(long offset, long length, out long extent)
    {
        extent = length;
        long data = NativeFile.Seek(_file, offset, data: true);
        if (data < 0) return NativeFile.Seek(_file, offset, data: false) < 0; // nothing but a hole is left, or the file system cannot say
        if (data > offset)
        {
            extent = Math.Min(length, data - offset);
            return false;
        }
        long hole = NativeFile.Seek(_file, offset, data: false);
        if (hole > offset) extent = Math.Min(length, hole - offset);
        return true;
    }

    public StoreResult Read(long offset, Span<byte> to)
    {
        try
        {
            while (!to.IsEmpty)
            {
                int read = RandomAccess.Read(_file, to, offset);
                if (read == 0) return StoreResult.ReadFailed; // somebody has cut the file
                offset += read;
                to = to[read..];
            }
            return StoreResult.Ok;
        }
        catch (Exception fault) when (IsFromTheMedium(fault))
        {
            return StoreResult.ReadFailed;
        }
    }

    public StoreResult Write(long offset, ReadOnlySpan<byte> from)
    {
        try
        {
            RandomAccess.Write(_file, from, offset);
            return StoreResult.Ok;
        }
        catch (Exception fault) when (IsFromTheMedium(fault))
        {
            return ResultOf(fault.HResult); // the runtime puts the error number of a failed write there
        }
    }

    public StoreResult Discard(long offset, long length)
    {
        if (!_cannotPunch)
        {
            int error = NativeFile.PunchHoleIn(_file, offset, length);
            if (error == 0) return StoreResult.Ok;
            _cannotPunch = true; // EOPNOTSUPP and its like; if it is worse than that, writing zeros will say so
        }
        StoreResult result = StoreResult.Ok;
        while (length > 0 && result == StoreResult.Ok)
        {
            int now = (int)Math.Min(length, Zeros.Length);
            result = Write(offset, Zeros.AsSpan(0, now));
            offset += now;
            length -= now;
        }
        return result;
    }

    public StoreResult Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_file);
            return StoreResult.Ok;
        }
        catch (Exception fault) when (IsFromTheMedium(fault))
        {
            return ResultOf(fault.HResult);
        }
    }

    /// <summary>The file grows when it has to, durably. It is never cut: what is behind the length is only not served.</summary>
    public bool TryResize(long length)
    {
        try
        {
            if (RandomAccess.GetLength(_file) < length)
            {
                RandomAccess.SetLength(_file, length);
                RandomAccess.FlushToDisk(_file);
            }
            Volatile.Write(ref _length, length);
            return true;
        }
        catch (Exception fault) when (IsFromTheMedium(fault))
        {
            return false;
        }
    }

    public void Dispose() => _file.Dispose();

    private static StoreResult ResultOf(int error) =>
        error is NativeFile.Enospc or NativeFile.Edquot ? StoreResult.NoSpace : StoreResult.WriteFailed;

    /// <summary>What the runtime makes of error numbers: EIO, ENOSPC, EFBIG, EACCES, ... Anything else is our mistake.</summary>
    private static bool IsFromTheMedium(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;
}
