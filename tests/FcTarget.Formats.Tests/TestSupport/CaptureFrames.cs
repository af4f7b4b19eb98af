// SPDX-License-Identifier: MIT

using System.Buffers.Binary;

namespace FcTarget.Formats.Tests.TestSupport;

/// <summary>One frame of a reference capture: Ethernet header first, no FCS. Numbers start from 1, as in Wireshark.</summary>
public sealed record CaptureFrame(string File, int Number, byte[] Bytes)
{
    public override string ToString() => $"{File} frame {Number}";
}

/// <summary>The frames of the reference captures in the project's captures/ folder, read once.</summary>
public static class CaptureFrames
{
    private const uint MicrosecondMagic = 0xA1B2C3D4; // classic libpcap format, microseconds, in the writer's byte order
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;

    /// <summary>Every frame of every capture, in order of file name and number.</summary>
    public static IReadOnlyList<CaptureFrame> All { get; } =
        [.. Directory.GetFiles(Folder(), "*.pcap").Order(StringComparer.Ordinal).SelectMany(ReadFile)];

    /// <summary>One frame.</summary>
    public static CaptureFrame Get(string file, int number) => All.Single(f => f.File == file && f.Number == number);

    /// <summary>Every frame of one EtherType; the captures hold no VLAN tag.</summary>
    public static IEnumerable<CaptureFrame> OfEtherType(ushort etherType) =>
        All.Where(f => BinaryPrimitives.ReadUInt16BigEndian(f.Bytes.AsSpan(12)) == etherType);

    private static string Folder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "FcTarget.sln"))) return Path.Combine(at.FullName, "captures");
        throw new DirectoryNotFoundException("No FcTarget.sln above " + AppContext.BaseDirectory);
    }

    private static IEnumerable<CaptureFrame> ReadFile(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        if (BinaryPrimitives.ReadUInt32LittleEndian(file) != MicrosecondMagic)
            throw new InvalidDataException(path + " is not a little-endian capture in libpcap's microsecond format");
        int number = 0;
        for (int at = FileHeaderLength; at < file.Length;)
        {
            int captured = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 8));
            int original = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 12));
            if (captured != original) throw new InvalidDataException(path + " holds a cut frame");
            at += RecordHeaderLength;
            yield return new CaptureFrame(Path.GetFileName(path), ++number, file[at..(at + captured)]);
            at += captured;
        }
    }
}
