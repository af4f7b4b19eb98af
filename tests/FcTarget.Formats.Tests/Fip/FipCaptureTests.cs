// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Tests.TestSupport;

namespace FcTarget.Formats.Tests.Fip;

public sealed class FipCaptureTests
{
    private const byte FcpType = 0x08;
    private const byte CtType = 0x20;

    [Theory, FromCapture("vn2vn-login-scan.pcap", 3)]
    public void A_claim_notification_gives_its_values(byte[] bytes)
    {
        EthernetFrame.TryRead(bytes, out EthernetFrame ethernet).Should().BeTrue();
        ethernet.Destination.Should().Be(FipAddresses.AllVn2VnENode);
        FipMessage.TryRead(ethernet.Payload, out FipMessage message).Should().Be(FipError.None);
        message.Operation.Should().Be(FipOperation.Vn2Vn);
        ((FipVn2VnSubcode)message.Subcode).Should().Be(FipVn2VnSubcode.ClaimNotification);
        message.Flags.Should().Be(FipFlags.None);

        FipDescriptorReader reader = message.Descriptors;
        reader.MoveNext().Should().BeTrue();
        reader.TryGet(out FipMacAddressDescriptor mac).Should().BeTrue();
        mac.MacAddress.Should().Be(new MacAddress(0x0200_0000_0001ul));
        reader.MoveNext().Should().BeTrue();
        reader.TryGet(out FipNameIdentifierDescriptor name).Should().BeTrue();
        name.NameIdentifier.Should().Be(new Wwn(0x1000_0200_0000_0001ul));
        reader.MoveNext().Should().BeTrue();
        reader.TryGet(out FipVxPortIdentificationDescriptor port).Should().BeTrue();
        port.MacAddress.Should().Be(MacAddress.Fpma(MacAddress.Vn2VnFcMap, new FcId(1u)));
        port.AddressIdentifier.Should().Be(new FcId(1u));
        port.PortName.Should().Be(new Wwn(0x2000_0200_0000_0001ul));
        reader.MoveNext().Should().BeTrue();
        reader.TryGet(out FipFc4AttributesDescriptor attributes).Should().BeTrue();
        Enumerable.Range(0, 256).Where(t => attributes.Types.Has((byte)t)).Should().Equal(FcpType, CtType);
        attributes.Features.Of(FcpType).Should().Be(Fc4Features.FcpTarget | Fc4Features.FcpInitiator);
        reader.MoveNext().Should().BeTrue();
        reader.TryGet(out FipMaxFcoeSizeDescriptor size).Should().BeTrue();
        ((ushort)size.MaxFcoeSize).Should().Be(2158);
        reader.MoveNext().Should().BeFalse();
        reader.IsMalformed.Should().BeFalse();
    }

    [Theory, FromCapture("vn2vn-logout.pcap", 1)]
    public void A_LOGO_descriptor_gives_the_FC_frame_without_delimiters(byte[] bytes)
    {
        EthernetFrame.TryRead(bytes, out EthernetFrame ethernet).Should().BeTrue();
        FipMessage.TryRead(ethernet.Payload, out FipMessage message).Should().Be(FipError.None);
        FipDescriptorReader reader = message.Descriptors;
        reader.MoveNext().Should().BeTrue();
        reader.Type.Should().Be(FipDescriptorType.Logo);
        reader.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> fc).Should().BeTrue();
        fc.Length.Should().Be(24 + 16);
        fc[0].Should().Be(0x22); // R_CTL: ELS request
        fc[24].Should().Be(0x05); // LOGO
        reader.MoveNext().Should().BeTrue();
        reader.TryGetEncapsulatedFrame(out _).Should().BeFalse();
    }

    [Fact]
    public void Every_captured_frame_survives_decode_and_encode_byte_for_byte()
    {
        CaptureFrame[] all = [.. CaptureFrames.OfEtherType(EtherType.Fip)];
        all.Should().HaveCountGreaterThan(20);
        foreach (CaptureFrame captured in all)
        {
            byte[] again = new byte[captured.Bytes.Length];
            int length = Reencode(captured.Bytes, again);
            Convert.ToHexString(again, 0, length).Should().Be(Convert.ToHexString(captured.Bytes), captured.ToString());
        }
    }

    [Fact]
    public void The_captures_hold_nothing_but_FCoE_and_FIP() =>
        CaptureFrames.All.Should().HaveCount(
            CaptureFrames.OfEtherType(EtherType.Fip).Count() + CaptureFrames.OfEtherType(EtherType.Fcoe).Count());

    [Fact]
    public void A_captured_frame_cut_within_its_list_is_refused_and_cut_within_its_padding_is_not()
    {
        foreach (CaptureFrame captured in CaptureFrames.OfEtherType(EtherType.Fip))
        {
            EthernetFrame.TryRead(captured.Bytes, out EthernetFrame ethernet).Should().BeTrue();
            FipMessage.TryRead(ethernet.Payload, out FipMessage message).Should().Be(FipError.None);
            int end = 14 + 10 + message.DescriptorList.Length;
            for (int length = 0; length <= captured.Bytes.Length; length++)
                if (LinkWalk.Accepts(captured.Bytes.AsSpan(0, length)) != length >= end) Assert.Fail($"{captured} cut to {length}");
        }
    }

    [Fact]
    public void A_hundred_thousand_damaged_and_random_frames_raise_no_exception()
    {
        Random random = new(8914);
        IReadOnlyList<CaptureFrame> all = CaptureFrames.All;
        CaptureFrame[] fip = [.. CaptureFrames.OfEtherType(EtherType.Fip)];
        byte[] bytes = new byte[2400];
        int accepted = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] from = (i & 1) == 0 ? fip[random.Next(fip.Length)].Bytes : all[random.Next(all.Count)].Bytes;
            from.CopyTo(bytes.AsSpan());
            int length = random.Next(3) == 0 ? random.Next(bytes.Length + 1) : from.Length;
            // From the header on: a damaged EtherType would only end the walk at once. Every eighth frame is all noise behind it.
            if ((i & 7) == 0) random.NextBytes(bytes.AsSpan(14));
            else
                for (int damage = random.Next(1, 6); damage > 0; damage--)
                    bytes[random.Next(14, Math.Max(15, Math.Min(length, 80)))] = (byte)random.Next(256);
            if (LinkWalk.Accepts(bytes.AsSpan(0, length))) accepted++;
        }
        accepted.Should().BeInRange(1, 99_999, "some damage hits only values, most hits structure");
    }

    // Decodes to values, then writes those values as a sender would.
    private static int Reencode(byte[] captured, byte[] to)
    {
        EthernetFrame.TryRead(captured, out EthernetFrame ethernet).Should().BeTrue();
        FipMessage.TryRead(ethernet.Payload, out FipMessage message).Should().Be(FipError.None);
        FipWriter writer = FipWriter.Begin(
            to, ethernet.Destination, ethernet.Source, message.Operation, message.Subcode, message.Flags, ethernet.Vlan);
        FipDescriptorReader at = message.Descriptors;
        while (at.MoveNext())
        {
            if (at.TryGet(out FipMacAddressDescriptor mac)) writer.Add(new FipMacAddressDescriptor { MacAddress = mac.MacAddress });
            else if (at.TryGet(out FipNameIdentifierDescriptor name))
                writer.Add(new FipNameIdentifierDescriptor { NameIdentifier = name.NameIdentifier });
            else if (at.TryGet(out FipVxPortIdentificationDescriptor port))
                writer.Add(new FipVxPortIdentificationDescriptor
                {
                    MacAddress = port.MacAddress,
                    AddressIdentifier = port.AddressIdentifier,
                    PortName = port.PortName,
                });
            else if (at.TryGet(out FipMaxFcoeSizeDescriptor size))
                writer.Add(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = size.MaxFcoeSize });
            else if (at.TryGet(out FipFc4AttributesDescriptor attributes)) writer.Add(Rebuild(attributes));
            else if (at.TryGetEncapsulatedFrame(out ReadOnlySpan<byte> fc)) writer.AddEncapsulatedFrame(at.Type, fc);
            else Assert.Fail($"descriptor {at.Type}");
        }
        at.IsMalformed.Should().BeFalse();
        writer.PadPayloadTo(ethernet.Payload.Length);
        return writer.Finish();
    }

    private static FipFc4AttributesDescriptor Rebuild(in FipFc4AttributesDescriptor from)
    {
        FipFc4AttributesDescriptor again = default;
        for (int type = 0; type < 256; type++)
        {
            if (from.Types.Has((byte)type)) again.Types.Set((byte)type);
            again.Features.Set((byte)type, from.Features.Of((byte)type));
        }
        return again;
    }
}
