// SPDX-License-Identifier: MIT

using FcTarget.Wire.Capture;

namespace FcTarget.Decode.Tests;

/// <summary>Captures of a Fibre Channel link, and what taps leave behind frames.</summary>
public sealed class NativeFibreChannelTests
{
    private const string WriteRead = "vn2vn-write-read.pcap";

    // FCoE frames alone: FIP has no frames on a Fibre Channel link.
    private static readonly List<byte[]> Frames = [.. Captures.Frames(WriteRead).Where(frame => frame[12] == 0x89 && frame[13] == 0x06)];
    private static readonly string[] Plain = Captures.Decode(Captures.Of(Frames)).Lines;

    private static byte[] Capture(LinkType linkType, IEnumerable<byte[]> frames) => Captures.Of(frames, linkType: (uint)linkType);

    private static IEnumerable<byte[]> Native(LinkType linkType, bool withCrc = true) => Frames.Select(frame => NativeFrames.Of(frame, linkType, withCrc)!);

    [Theory]
    [InlineData((int)LinkType.Fc2WithDelimiters, true)]
    [InlineData((int)LinkType.Fc2, true)]
    [InlineData((int)LinkType.Fc2, false)]
    public void A_capture_of_the_link_reads_like_FCoE(int linkType, bool withCrc)
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Capture((LinkType)linkType, Native((LinkType)linkType, withCrc)));
        Frames.Should().HaveCountGreaterThan(130);
        lines.Should().Equal(Plain);
        decoder.Problems.Should().Be(0);
    }

    [Fact]
    public void A_wrong_CRC_an_EOFa_and_a_frame_of_class_1_are_problems()
    {
        byte[] good = NativeFrames.Of(Frames[0], LinkType.Fc2WithDelimiters)!;
        byte[] wrongCrc = [.. good], aborted = [.. good], class1 = [.. good];
        wrongCrc[^5] ^= 1;
        aborted[^1] = aborted[^2] = 0xF5;
        class1[2] = class1[3] = 0x57;
        string[] lines = Captures.Decode(Capture(LinkType.Fc2WithDelimiters, [good, wrongCrc, aborted, class1])).Lines;
        lines[0].Should().Be(Plain[0]);
        lines[1].Should().Contain("wrong FC CRC");
        lines[2].Should().Contain("EOF marks the frame invalid");
        lines[3].Should().Contain("FCoE: bad sof");
    }

    [Theory]
    [InlineData((int)LinkType.Fc2WithDelimiters)]
    [InlineData((int)LinkType.Fc2)]
    public void Every_length_is_decoded_cut_or_not(int linkType)
    {
        byte[] frame = Native((LinkType)linkType).MaxBy(frame => frame.Length)!;
        frame.Length.Should().BeGreaterThan(2000);
        for (int length = 0; length < 200; length++)
        {
            Captures.Decode(Capture((LinkType)linkType, [frame[..length]])).Lines.Should().ContainSingle();
            string cut = Captures.Decode(Captures.Of([frame], snapLength: length, linkType: (uint)linkType)).Lines.Single();
            cut.Should().Contain(length < (linkType == (int)LinkType.Fc2 ? 24 : 28) ? "link type" : "cut by the snap length");
        }
    }

    [Fact]
    public void An_FCS_that_a_tap_leaves_and_does_not_tell_of_is_not_the_end_of_the_frame()
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(Frames.Select(frame => (byte[])[.. frame, 0x12, 0x34, 0x56, 0x78])));
        lines.Should().Equal(Plain);
        decoder.Problems.Should().Be(0);
    }
}
