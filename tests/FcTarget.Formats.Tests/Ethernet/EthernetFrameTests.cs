// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Tests.TestSupport;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Formats.Tests.Ethernet;

public sealed class EthernetFrameTests
{
    private static readonly MacAddress A = new(0x0200_0000_0001ul);
    private static readonly MacAddress B = new(0x0180_C200_000Eul);

    [Theory, FromCapture("vn2vn-login-scan.pcap", 1)]
    public void The_header_of_a_probe_request_is_read(byte[] bytes)
    {
        EthernetFrame.TryRead(bytes, out EthernetFrame frame).Should().BeTrue();
        frame.Destination.ToString().Should().Be("01:10:18:01:00:04");
        frame.Source.Should().Be(A);
        frame.EtherType.Should().Be(EtherType.Fip);
        frame.HasVlan.Should().BeFalse();
        frame.Vlan.Should().BeNull();
        frame.Payload.SequenceEqual(bytes.AsSpan(14)).Should().BeTrue();
    }

    [Fact]
    public void A_tagged_header_is_written_and_read_byte_for_byte()
    {
        byte[] bytes = new byte[18];
        EthernetFrame.WriteHeader(bytes, B, A, EtherType.Fcoe, new VlanTag(vid: 0x123, pcp: 3)).Should().Be(18);
        Convert.ToHexString(bytes).Should().Be("0180C200000E" + "020000000001" + "8100" + "6123" + "8906");

        EthernetFrame.TryRead(bytes, out EthernetFrame frame).Should().BeTrue();
        frame.EtherType.Should().Be(EtherType.Fcoe);
        frame.Vlan.Should().Be(new VlanTag(vid: 0x123, pcp: 3));
        frame.Payload.Length.Should().Be(0);
    }

    [Fact]
    public void A_service_tag_and_a_second_tag_are_left_as_an_unknown_EtherType()
    {
        byte[] bytes = new byte[60];
        EthernetFrame.WriteHeader(bytes, B, A, EtherType.ServiceTag);
        EthernetFrame.TryRead(bytes, out EthernetFrame service).Should().BeTrue();
        (service.EtherType, service.HasVlan).Should().Be((EtherType.ServiceTag, false));

        EthernetFrame.WriteHeader(bytes, B, A, EtherType.VlanTag, new VlanTag(1));
        EthernetFrame.TryRead(bytes, out EthernetFrame twice).Should().BeTrue();
        (twice.EtherType, twice.Vlan!.Value.Vid).Should().Be((EtherType.VlanTag, (ushort)1));
    }

    [Fact]
    public void A_header_that_ends_early_is_refused_at_every_length()
    {
        byte[] bytes = new byte[18];
        EthernetFrame.WriteHeader(bytes, B, A, EtherType.Fip);
        for (int length = 0; length < 14; length++) EthernetFrame.TryRead(bytes.AsSpan(0, length), out _).Should().BeFalse();
        EthernetFrame.TryRead(bytes.AsSpan(0, 14), out _).Should().BeTrue();

        EthernetFrame.WriteHeader(bytes, B, A, EtherType.Fip, new VlanTag(1));
        for (int length = 0; length < 18; length++) EthernetFrame.TryRead(bytes.AsSpan(0, length), out _).Should().BeFalse();
        EthernetFrame.TryRead(bytes, out _).Should().BeTrue();
    }

    [Fact]
    public void Any_header_survives_encode_and_decode() =>
        Prop.ForAll<(ulong Destination, ulong Source, ushort EtherType, ushort? Tci)>(h =>
        {
            if (h.EtherType == EtherType.VlanTag) return true;
            byte[] bytes = new byte[20];
            VlanTag? tag = h.Tci is ushort tci ? new VlanTag((UInt16BE)tci) : null;
            int length = EthernetFrame.WriteHeader(bytes, new MacAddress(h.Destination), new MacAddress(h.Source), h.EtherType, tag);
            return EthernetFrame.TryRead(bytes, out EthernetFrame frame) && length == EthernetFrame.HeaderLengthFor(tag) &&
                frame.Destination == new MacAddress(h.Destination) && frame.Source == new MacAddress(h.Source) &&
                frame.EtherType == h.EtherType && frame.Vlan == tag && frame.Payload.Length == 20 - length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_TCI_survives_its_three_fields()
    {
        for (int tci = 0; tci <= 0xFFFF; tci++)
        {
            VlanTag tag = new((UInt16BE)(ushort)tci);
            if (new VlanTag(tag.Vid, tag.Pcp, tag.Dei) != tag) Assert.Fail($"TCI {tci:x4}");
        }
    }

    [Fact]
    public void A_short_frame_is_padded_with_zeros_to_60_bytes_and_a_long_one_is_left_alone()
    {
        byte[] bytes = new byte[64];
        bytes.AsSpan().Fill(0xFF);
        EthernetFrame.Pad(bytes, 58).Should().Be(60);
        bytes[57..61].Should().Equal(0xFF, 0, 0, 0xFF);
        EthernetFrame.Pad(bytes, 61).Should().Be(61);
        bytes[61..].Should().Equal(0xFF, 0xFF, 0xFF);
    }
}
