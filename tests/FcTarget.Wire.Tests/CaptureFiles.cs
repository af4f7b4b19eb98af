// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.Wire.Capture;

namespace FcTarget.Wire.Tests;

internal readonly record struct Record(string Hex, long Original, long Time, int LinkType);

/// <summary>Capture files made in memory, and the reference captures of the project.</summary>
internal static class CaptureFiles
{
    public static string Reference(string name)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "FcTarget.sln"))) return Path.Combine(at.FullName, "captures", name);
        throw new DirectoryNotFoundException("No FcTarget.sln above " + AppContext.BaseDirectory);
    }

    public static List<Record> ReadAll(byte[] file, out bool endedEarly)
    {
        using PcapReader reader = new(new MemoryStream(file));
        List<Record> records = [];
        while (reader.TryRead(out CapturedFrame frame))
            records.Add(new Record(Convert.ToHexString(frame.Data), frame.OriginalLength, frame.UnixNanoseconds, (int)frame.LinkType));
        endedEarly = reader.EndedEarly;
        return records;
    }

    public static List<Record> ReadAll(byte[] file) => ReadAll(file, out _);

    public static byte[] Written(bool nanoseconds, params (byte[] Frame, long Time)[] frames)
    {
        MemoryStream stream = new();
        using PcapWriter writer = new(stream, nanoseconds);
        foreach ((byte[] frame, long time) in frames) writer.Write(frame, time);
        return stream.ToArray();
    }

    /// <summary>A pcapng file built block by block, in either byte order.</summary>
    public sealed class Blocks(bool bigEndian)
    {
        private readonly MemoryStream _file = new();

        public byte[] File => _file.ToArray();

        public byte[] U16(int value)
        {
            byte[] bytes = new byte[2];
            if (bigEndian) BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
            else BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
            return bytes;
        }

        public byte[] U32(long value)
        {
            byte[] bytes = new byte[4];
            if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
            else BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)value);
            return bytes;
        }

        public byte[] U64(long value) => bigEndian ? [.. U32(value >> 32), .. U32(value)] : [.. U32(value), .. U32(value >> 32)];

        public Blocks Block(uint type, params byte[][] body)
        {
            byte[] bytes = [.. body.SelectMany(b => b)];
            int padded = (bytes.Length + 3) & ~3;
            _file.Write([.. U32(type), .. U32(padded + 12), .. bytes, .. new byte[padded - bytes.Length], .. U32(padded + 12)]);
            return this;
        }

        public Blocks Section() => Block(0x0A0D0D0A, U32(0x1A2B3C4D), U16(1), U16(0), U64(-1));

        public Blocks Interface(int linkType, long snapLength, params byte[][] options) =>
            Block(1, [U16(linkType), U16(0), U32(snapLength), .. options]);

        public byte[] Option(int code, params byte[] value) =>
            [.. U16(code), .. U16(value.Length), .. value, .. new byte[-value.Length & 3]];

        public Blocks Enhanced(int from, long ticks, byte[] frame, int? original = null) =>
            Block(6, U32(from), U32(ticks >> 32), U32(ticks), U32(frame.Length), U32(original ?? frame.Length), frame);
    }
}
