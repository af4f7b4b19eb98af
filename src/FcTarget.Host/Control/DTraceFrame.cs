// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace FcTarget.Host.Control;

/// <summary>What a frame of the answer to POST /v1/dtrace carries.</summary>
internal enum DTraceFrameKind : byte
{
    /// <summary>Bytes for standard output.</summary>
    Output = 1,

    /// <summary>A line for standard error.</summary>
    Error = 2,

    /// <summary>The exit status, 4 bytes; the last frame.</summary>
    Exit = 3,
}

/// <summary>Frames: a byte of kind, four of length (big-endian), then as many bytes.</summary>
internal static class DTraceFrame
{
    public const int HeaderSize = 5;

    /// <summary>The longest a reader accepts.</summary>
    public const int MaxLength = 16 << 20;

    public static void WriteHeader(Span<byte> into, DTraceFrameKind kind, int length)
    {
        into[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(into[1..], length);
    }

    /// <summary>The next frame; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The target is of another version.</exception>
    /// <exception cref="IOException">The target went away.</exception>
    public static async ValueTask<(DTraceFrameKind Kind, byte[] Data)?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] header = new byte[HeaderSize];
        int read = await stream.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellation);
        if (read == 0) return null;
        int length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
        if (read < HeaderSize || length is < 0 or > MaxLength) throw new InvalidDataException("The target's answer is not understood.");
        byte[] data = new byte[length];
        await stream.ReadExactlyAsync(data, cancellation);
        return ((DTraceFrameKind)header[0], data);
    }
}
