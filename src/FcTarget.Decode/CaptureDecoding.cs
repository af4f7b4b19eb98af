// SPDX-License-Identifier: MIT

using System.IO.Compression;
using FcTarget.Wire.Capture;

namespace FcTarget.Decode;

/// <summary>How frames are written.</summary>
public enum DecodeFormat
{
    Text,

    /// <summary>Text, and the bytes of each frame.</summary>
    Verbose,
    Json,
}

/// <summary>Decodes a capture from end to end, by stream.</summary>
public static class CaptureDecoding
{
    /// <summary>Bytes read from the file at once: fewer system calls, and small enough to stay in the cache.</summary>
    private const int ReadAtOnce = 256 * 1024;

    /// <summary>What there is to say of an <see cref="InvalidDataException"/>: .NET's own words for it are about archives.</summary>
    public const string DamagedGzip = "its gzip data are damaged";

    /// <summary>Opens a capture: a file or, for <c>-</c>, standard input; compressed with gzip or not.</summary>
    /// <exception cref="CaptureFormatException">Neither pcap nor pcapng.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PcapReader Open(string path)
    {
        if (Directory.Exists(path)) throw new IOException("It is a directory.");
        Stream stream = path == "-" ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        try
        {
            BufferedStream buffered = new(stream, ReadAtOnce);
            return new PcapReader(IsGzip(path, stream) ? new GZipStream(buffered, CompressionMode.Decompress) : buffered);
        }
        catch (InvalidDataException damaged)
        {
            stream.Dispose();
            throw new IOException($"It is compressed, and {DamagedGzip}.", damaged);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes the frames that pass the filter. Returns what was found.</summary>
    /// <exception cref="CaptureFormatException">The file is damaged; what comes before the damage has been written.</exception>
    /// <exception cref="IOException">The file cannot be read on, or the output cannot be written.</exception>
    public static FrameDecoder Run(PcapReader capture, Func<DecodedFrame, bool>? filter, DecodeFormat format, Stream output)
    {
        FrameDecoder decoder = new();
        FrameText text = new();
        FrameBytes bytes = new();
        using FrameJson json = new();
        using BufferedStream buffered = new(output, ReadAtOnce);
        try
        {
            while (capture.TryRead(out CapturedFrame captured))
            {
                DecodedFrame frame = decoder.Decode(captured);
                if (filter is not null && !filter(frame)) continue;
                buffered.Write(format == DecodeFormat.Json ? json.LineOf(frame) : text.LineOf(frame));
                if (format == DecodeFormat.Verbose) buffered.Write(bytes.LinesOf(captured.Data));
            }
        }
        catch (InvalidDataException damaged) // gzip
        {
            throw new IOException($"It is compressed, and {DamagedGzip}.", damaged);
        }
        finally
        {
            buffered.Flush();
        }
        return decoder;
    }

    private static bool IsGzip(string path, Stream stream)
    {
        if (!stream.CanSeek) return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        Span<byte> magic = stackalloc byte[2];
        int read = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        stream.Position = 0;
        return read == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
    }
}
