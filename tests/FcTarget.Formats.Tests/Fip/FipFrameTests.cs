// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;

namespace FcTarget.Formats.Tests.Fip;

public sealed class FipFrameTests
{
    private static readonly MacAddress Mac = new(0x0200_0000_0001ul);

    [Fact]
    public void A_VLAN_request_is_laid_out_as_FC_BB_6_prints_it_and_padded_to_60_bytes()
    {
        byte[] frame = Dirty(100);
        FipWriter writer = FipWriter.Begin(frame, FipAddresses.AllFcf, Mac, FipVlanSubcode.Request, FipFlags.Fpma | FipFlags.Spma);
        writer.Add(new FipMacAddressDescriptor { MacAddress = Mac });
        writer.Finish().Should().Be(60);
        Convert.ToHexString(frame, 0, 60).Should().Be(
            "011018010002" + "020000000001" + "8914" + "1000" + "0004" + "00" + "01" + "0002" + "C000" +
            "0202020000000001" + new string('0', 2 * (60 - 32)));
        frame[60].Should().Be(0xA5);
    }

    [Fact]
    public void A_tag_moves_the_payload_by_four_bytes_and_changes_nothing_in_it()
    {
        byte[] plain = Dirty(200), tagged = Dirty(200);
        int plainLength = Write(plain, null);
        int taggedLength = Write(tagged, new VlanTag(100, pcp: 3));
        taggedLength.Should().Be(plainLength + 4);
        tagged.AsSpan(18, plainLength - 14).SequenceEqual(plain.AsSpan(14, plainLength - 14)).Should().BeTrue();
        EthernetFrame.TryRead(tagged, out EthernetFrame ethernet).Should().BeTrue();
        (ethernet.EtherType, ethernet.Vlan).Should().Be((EtherType.Fip, new VlanTag(100, pcp: 3)));

        static int Write(byte[] frame, VlanTag? tag)
        {
            FipWriter writer = FipWriter.Begin(frame, FipAddresses.AllFcf, Mac, FipLinkServiceSubcode.Request, FipFlags.Fpma, tag);
            writer.AddEncapsulatedFrame(FipDescriptorType.Flogi, Enumerable.Range(0, 140).Select(i => (byte)i).ToArray());
            return writer.Finish();
        }
    }

    [Fact]
    public void Each_subcode_begins_a_frame_of_its_operation()
    {
        byte[] frame = new byte[60];
        FipWriter.Begin(frame, Mac, Mac, FipDiscoverySubcode.Advertisement).Finish();
        Kind(frame).Should().Be((FipOperation.Discovery, 2));
        FipWriter.Begin(frame, Mac, Mac, FipLinkServiceSubcode.Reply).Finish();
        Kind(frame).Should().Be((FipOperation.LinkService, 2));
        FipWriter.Begin(frame, Mac, Mac, FipControlSubcode.ClearVirtualLinks).Finish();
        Kind(frame).Should().Be((FipOperation.Control, 2));
        FipWriter.Begin(frame, Mac, Mac, FipVlanSubcode.Notification).Finish();
        Kind(frame).Should().Be((FipOperation.Vlan, 2));
        FipWriter.Begin(frame, Mac, Mac, FipVn2VnSubcode.Beacon).Finish();
        Kind(frame).Should().Be((FipOperation.Vn2Vn, 5));
        FipWriter.Begin(frame, Mac, Mac, FipOperation.VendorSpecificFirst, 0xFE).Finish();
        Kind(frame).Should().Be((FipOperation.VendorSpecificFirst, 0xFE));
    }

    [Fact]
    public void Padding_to_the_maximum_size_is_not_in_the_descriptor_list()
    {
        byte[] frame = Dirty(2200);
        FipWriter writer = FipWriter.Begin(frame, Mac, Mac, FipVn2VnSubcode.ClaimResponse);
        writer.Add(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = 2158 });
        writer.PadPayloadTo(2158);
        writer.PadPayloadTo(100);
        writer.Finish().Should().Be(14 + 2158);
        frame.AsSpan(28, 2158 - 14).ContainsAnyExcept((byte)0).Should().BeFalse();
        frame[14 + 2158].Should().Be(0xA5);

        FipMessage.TryRead(frame.AsSpan(14, 2158), out FipMessage message).Should().Be(FipError.None);
        message.DescriptorList.Length.Should().Be(4);
    }

    [Fact]
    public void Each_fault_has_its_error()
    {
        byte[] frame = new byte[60];
        FipWriter writer = FipWriter.Begin(frame, Mac, Mac, FipControlSubcode.KeepAlive);
        writer.Add(new FipMacAddressDescriptor { MacAddress = Mac });
        writer.Finish();
        byte[] pdu = frame[14..32];

        FipMessage.TryRead(pdu, out _).Should().Be(FipError.None);
        FipMessage.TryRead(pdu.AsSpan(0, 9), out _).Should().Be(FipError.TooShort);
        FipMessage.TryRead(pdu.AsSpan(0, 17), out FipMessage cut).Should().Be(FipError.BadLength);
        cut.DescriptorList.IsEmpty.Should().BeTrue();
        pdu[6] = 0xFF;
        FipMessage.TryRead(pdu, out _).Should().Be(FipError.BadLength);
        pdu[6] = 0;
        pdu[0] = 0x20;
        FipMessage.TryRead(pdu, out _).Should().Be(FipError.BadVersion);
        pdu[0] = 0x1F; // reserved bits
        FipMessage.TryRead(pdu, out _).Should().Be(FipError.None);
    }

    [Fact]
    public void A_frame_that_does_not_fit_the_buffer_is_the_callers_bug_and_throws()
    {
        FluentActions.Invoking(() => FipWriter.Begin(new byte[23], Mac, Mac, FipVn2VnSubcode.Beacon))
            .Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() =>
        {
            FipWriter writer = FipWriter.Begin(new byte[60], Mac, Mac, FipVn2VnSubcode.Beacon);
            writer.Add(default(FipFc4AttributesDescriptor));
        }).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() =>
        {
            FipWriter writer = FipWriter.Begin(new byte[2000], Mac, Mac, FipLinkServiceSubcode.Request);
            writer.AddEncapsulatedFrame(FipDescriptorType.Flogi, FipWriter.MaxEncapsulatedFrame + 4);
        }).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void The_longest_encapsulated_frame_fits()
    {
        byte[] frame = new byte[2000];
        FipWriter writer = FipWriter.Begin(frame, Mac, Mac, FipLinkServiceSubcode.Request);
        writer.AddEncapsulatedFrame(FipDescriptorType.Elp, FipWriter.MaxEncapsulatedFrame).Fill(0x11);
        int length = writer.Finish();
        FipMessage.TryRead(frame.AsSpan(14, length - 14), out FipMessage message).Should().Be(FipError.None);
        FipDescriptorReader reader = message.Descriptors;
        reader.MoveNext().Should().BeTrue();
        reader.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> fc).Should().BeTrue();
        fc.Length.Should().Be(1016);
    }

    private static (FipOperation, byte) Kind(byte[] frame)
    {
        FipMessage.TryRead(frame.AsSpan(14), out FipMessage message).Should().Be(FipError.None);
        return (message.Operation, message.Subcode);
    }

    private static byte[] Dirty(int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(0xA5);
        return bytes;
    }
}
