// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Wire.Capture;
using FcTarget.Wire.Recording;

namespace FcTarget.Decode.Tests;

/// <summary>The reference captures, and captures made of frames.</summary>
internal static class Captures
{
    private static readonly string Folder = Find();

    public static TheoryData<string> Names() => [.. Directory.GetFiles(Folder, "*.pcap*").Select(path => Path.GetFileName(path)!).Order()];

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>The Ethernet frames of a reference capture.</summary>
    public static List<byte[]> Frames(string name)
    {
        List<byte[]> frames = [];
        using PcapReader reader = PcapReader.Open(Path.Combine(Folder, name));
        while (reader.TryRead(out CapturedFrame frame)) frames.Add(frame.Data.ToArray());
        return frames;
    }

    /// <summary>A classic capture of frames that are 10 us apart.</summary>
    public static byte[] Of(IEnumerable<byte[]> frames, int snapLength = 65535, uint linkType = 1)
    {
        using MemoryStream file = new();
        using BinaryWriter to = new(file);
        to.Write(0xA1B23C4Du);
        to.Write((ushort)2);
        to.Write((ushort)4);
        to.Write(0L);
        to.Write((uint)snapLength);
        to.Write(linkType);
        uint time = 0;
        foreach (byte[] frame in frames)
        {
            int kept = Math.Min(frame.Length, snapLength);
            to.Write(1u);
            to.Write(time += 10_000);
            to.Write((uint)kept);
            to.Write((uint)frame.Length);
            to.Write(frame.AsSpan(0, kept));
        }
        return file.ToArray();
    }

    /// <summary>A pcapng recording of frames with comments.</summary>
    public static byte[] WithComments(IEnumerable<(byte[] Frame, byte[] Comment)> frames)
    {
        using MemoryStream file = new();
        using PcapNgWriter to = new(file, "test", "test");
        long time = 1_000_000_000;
        foreach ((byte[] frame, byte[] comment) in frames) to.Write(frame, time += 10_000, FrameDirection.Inbound, 0, comment);
        return file.ToArray();
    }

    /// <summary>A pcapng file with an interface for each frame.</summary>
    public static byte[] OfInterfaces(IReadOnlyList<(ushort LinkType, byte[] Frame)> frames)
    {
        using MemoryStream file = new();
        using BinaryWriter to = new(file);
        Block(0x0A0D0D0A, body =>
        {
            body.Write(0x1A2B3C4Du);
            body.Write(1u);
            body.Write(-1L);
        });
        foreach ((ushort linkType, _) in frames)
            Block(1, body => body.Write((ulong)linkType));
        for (int i = 0; i < frames.Count; i++)
        {
            byte[] frame = frames[i].Frame;
            int number = i;
            Block(6, body =>
            {
                body.Write(number);
                body.Write(0L);
                body.Write(frame.Length);
                body.Write(frame.Length);
                body.Write(frame);
                body.Write(new byte[-frame.Length & 3]);
            });
        }
        return file.ToArray();

        void Block(uint type, Action<BinaryWriter> write)
        {
            using MemoryStream body = new();
            using BinaryWriter writer = new(body);
            write(writer);
            to.Write(type);
            to.Write((int)body.Length + 12);
            to.Write(body.ToArray());
            to.Write((int)body.Length + 12);
        }
    }

    /// <summary>The lines of a capture, and what the decoder counted.</summary>
    public static (string[] Lines, FrameDecoder Decoder) Decode(byte[] capture, string? filter = null, DecodeFormat format = DecodeFormat.Text)
    {
        using PcapReader reader = new(new MemoryStream(capture));
        using MemoryStream output = new();
        FrameDecoder decoder = CaptureDecoding.Run(reader, filter is null ? null : FrameFilter.Parse(filter), format, output);
        return (Encoding.UTF8.GetString(output.ToArray()).Split('\n')[..^1], decoder);
    }

    private static string Find()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "FcTarget.sln"))) at = at.Parent;
        return Path.Combine(at!.FullName, "captures");
    }
}
