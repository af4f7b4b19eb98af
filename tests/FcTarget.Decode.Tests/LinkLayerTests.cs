// SPDX-License-Identifier: MIT

using FcTarget.Wire.Capture;

namespace FcTarget.Decode.Tests;

/// <summary>FCoE in what is not plain Ethernet: cooked captures, two tags, interfaces of several kinds in one file.</summary>
public sealed class LinkLayerTests
{
    private const string LoginScan = "vn2vn-login-scan.pcap";
    private const int TypeAt = 12;

    private static readonly List<byte[]> Frames = Captures.Frames(LoginScan);
    private static readonly string[] Plain = Captures.Decode(Captures.Of(Frames)).Lines;

    public static TheoryData<int> Cooked() => [(int)LinkType.LinuxSll, (int)LinkType.LinuxSll2];

    [Theory, MemberData(nameof(Cooked))]
    public void A_cooked_capture_reads_like_the_Ethernet_it_was(int linkType)
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(Frames.Select(frame => Cook(frame, linkType)), linkType: (uint)linkType));
        lines.Should().HaveCount(Plain.Length);
        decoder.Problems.Should().Be(0);
        int same = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            if (Plain[i].Contains(" FIP ")) lines[i].Should().Contain(" FIP ");
            else lines[i].Should().Be(Plain[same = i]);
        }
        same.Should().Be(65);
    }

    [Theory]
    [InlineData(0x88A8)]
    [InlineData(0x8100)]
    public void Of_two_tags_both_VLANs_are_told(int outerType)
    {
        (string[] lines, FrameDecoder decoder) = Captures.Decode(Captures.Of(Frames.Select(frame => Tagged(frame, (ushort)outerType))));
        decoder.Problems.Should().Be(0);
        lines.Select(line => line.Replace("vlan 200.100 ", "")).Should().Equal(Plain);
        lines.Should().OnlyContain(line => line.Contains(" vlan 200.100 "));
        Captures.Decode(Captures.Of([Tagged(Frames[9], (ushort)outerType)]), format: DecodeFormat.Json).Lines[0].Should().Contain("\"outerVlan\":200,\"vlan\":100");
    }

    [Fact]
    public void Every_length_of_them_is_decoded_without_an_exception()
    {
        byte[] frame = Frames[21];
        for (int length = 0; length <= frame.Length; length++)
        {
            foreach (int linkType in (int[])[(int)LinkType.LinuxSll, (int)LinkType.LinuxSll2, 1])
            {
                byte[] whole = linkType == 1 ? Tagged(frame, 0x88A8) : Cook(frame, linkType);
                Captures.Decode(Captures.Of([whole[..Math.Min(length, whole.Length)]], linkType: (uint)linkType)).Lines.Should().ContainSingle();
            }
        }
    }

    [Fact]
    public void Interfaces_of_several_link_types_are_told_apart()
    {
        byte[] capture = Captures.OfInterfaces([(1, Frames[9]), ((ushort)LinkType.LinuxSll2, Cook(Frames[9], (int)LinkType.LinuxSll2)), (101, new byte[40])]);
        string[] lines = Captures.Decode(capture).Lines;
        lines.Should().HaveCount(3);
        lines[0][7..].Split(' ', 2)[1].Should().StartWith("000001>000002").And.Contain("PRLI");
        lines[1].Should().Contain("PRLI");
        lines[2].Should().Contain("link type 101, not Ethernet");
    }

    private static byte[] Tagged(byte[] frame, ushort outer) =>
        [.. frame[..TypeAt], (byte)(outer >> 8), (byte)outer, 0, 200, 0x81, 0x00, 0, 100, .. frame[TypeAt..]];

    private static byte[] Cook(byte[] frame, int linkType) => linkType == (int)LinkType.LinuxSll
        ? [0, 0, 0, 1, 0, 6, .. frame[6..12], 0, 0, .. frame[12..]]
        : [.. frame[12..14], 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, .. frame[6..12], 0, 0, .. frame[14..]];
}
