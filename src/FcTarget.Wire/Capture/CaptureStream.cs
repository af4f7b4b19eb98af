// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace FcTarget.Wire.Capture;

/// <summary>A stream read in exact pieces through one bounded buffer, in either byte order.</summary>
internal sealed class CaptureStream(Stream stream) : IDisposable
{
    /// <summary>The longest record taken, as in libpcap (MAXIMUM_SNAPLEN), and its header and options with it.</summary>
    public const int MaximumRecord = 256 << 10;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(MaximumRecord + 4096);

    public bool IsBigEndian { get; set; }

    /// <summary>Bytes consumed so far.</summary>
    public long Offset { get; private set; }

    /// <summary>The file ended in the middle of a record: the capturing process was killed, or the file is still growing.</summary>
    public bool EndedEarly { get; private set; }

    /// <summary>The next <paramref name="count"/> bytes, until the next read. False at the end of the file.</summary>
    /// <param name="atBoundary">Whether the file may end here in good order.</param>
    public bool TryRead(int count, bool atBoundary, out ReadOnlySpan<byte> bytes)
    {
        int got = stream.ReadAtLeast(_buffer.AsSpan(0, count), count, throwOnEndOfStream: false);
        Offset += got;
        bytes = _buffer.AsSpan(0, count);
        if (got == count) return true;
        EndedEarly |= got > 0 || !atBoundary;
        return false;
    }

    /// <summary>Skips what is of no interest, of any length.</summary>
    public bool TrySkip(long count)
    {
        while (count > 0)
        {
            int piece = (int)Math.Min(count, _buffer.Length);
            if (!TryRead(piece, atBoundary: false, out _)) return false;
            count -= piece;
        }
        return true;
    }

    public ushort UInt16(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint UInt32(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public long Int64(ReadOnlySpan<byte> bytes) =>
        IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);

    [DoesNotReturn]
    public void Throw(string what) => throw new CaptureFormatException(what, Offset);

    public void Dispose() => stream.Dispose();
}
