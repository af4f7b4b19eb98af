// SPDX-License-Identifier: MIT

using FcTarget.Wire.Recording;

namespace FcTarget.Wire.Capture;

/// <summary>The link-layer type of a capture (the LINKTYPE_ registry of tcpdump.org); those that can carry Fibre Channel have names.</summary>
public enum LinkType
{
    Ethernet = 1,

    /// <summary>Linux cooked capture: no destination address.</summary>
    LinuxSll = 113,

    /// <summary>Fibre Channel frames from the frame header on.</summary>
    Fc2 = 224,

    /// <summary>The same between start-of-frame and end-of-frame delimiter.</summary>
    Fc2WithDelimiters = 225,

    /// <summary>Linux cooked capture, with the interface.</summary>
    LinuxSll2 = 276,
}

/// <summary>One frame of a capture file. It lives in the reader's buffer until the next read.</summary>
public readonly ref struct CapturedFrame
{
    /// <param name="data">The bytes that there are.</param>
    /// <param name="originalLength">Bytes on the wire.</param>
    /// <param name="unixNanoseconds">Nanoseconds since 1970-01-01 00:00 UTC.</param>
    /// <param name="linkType">What kind of frame it is.</param>
    public CapturedFrame(ReadOnlySpan<byte> data, long originalLength, long unixNanoseconds, LinkType linkType)
    {
        Data = data;
        OriginalLength = originalLength;
        UnixNanoseconds = unixNanoseconds;
        LinkType = linkType;
    }

    /// <summary>The bytes captured.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Which way it went, where pcapng says so.</summary>
    public FrameDirection Direction { get; init; }

    /// <summary>Bytes the frame had on the wire.</summary>
    public long OriginalLength { get; }

    /// <summary>
    /// When it was captured: nanoseconds since 1970-01-01 00:00 UTC; 0 where the file does not say (Simple Packet Block).
    /// </summary>
    public long UnixNanoseconds { get; }

    public LinkType LinkType { get; }

    /// <summary>The first comment on it, as pcapng has them: UTF-8 if the file keeps to the rules; empty when there is none.</summary>
    public ReadOnlySpan<byte> Comment { get; init; }

    /// <summary>Frames that the recorder lost between the one before and this one, as far as it says so (epb_dropcount).</summary>
    public ulong DroppedBefore { get; init; }

    /// <summary>The capture length cut it.</summary>
    public bool IsCut => OriginalLength > Data.Length;

    /// <summary>The frame without the frame check sequence of so many bytes that the file says is behind it, whole, cut or not.</summary>
    internal CapturedFrame WithoutFcs(int length)
    {
        if (length == 0 || LinkType != LinkType.Ethernet) return this;
        long original = Math.Max(0, OriginalLength - length);
        return new CapturedFrame(Data[..(int)Math.Min(Data.Length, original)], original, UnixNanoseconds, LinkType)
        {
            Comment = Comment,
            Direction = Direction,
            DroppedBefore = DroppedBefore,
        };
    }
}
