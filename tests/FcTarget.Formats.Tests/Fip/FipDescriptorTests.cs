// SPDX-License-Identifier: MIT

using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Formats.Tests.Fip;

public sealed class FipDescriptorTests
{
    private static readonly MacAddress Mac = new(0x0200_0000_0001ul);

    [Fact]
    public void Each_descriptor_is_laid_out_as_FC_BB_6_prints_it()
    {
        Hex(new FipPriorityDescriptor { Priority = FipPriorityDescriptor.DefaultPriority }).Should().Be("0101" + "00" + "80");
        Hex(new FipMacAddressDescriptor { MacAddress = Mac }).Should().Be("0202" + "020000000001");
        Hex(new FipFcMapDescriptor { FcMap = MacAddress.DefaultFcMap }).Should().Be("0302" + "000000" + "0EFC00");
        Hex(new FipNameIdentifierDescriptor { NameIdentifier = new Wwn(0x1000020000000001ul) })
            .Should().Be("0403" + "0000" + "1000020000000001");
        Hex(new FipFabricDescriptor { VfId = 5, FcMap = 0x0EFC01u, FabricName = new Wwn(0x2001020000000001ul) })
            .Should().Be("0504" + "0005" + "00" + "0EFC01" + "2001020000000001");
        Hex(new FipMaxFcoeSizeDescriptor { MaxFcoeSize = 2158 }).Should().Be("0601" + "086E");
        Wwn portName = new(0x2000020000000001ul);
        Hex(new FipVxPortIdentificationDescriptor { MacAddress = Mac, AddressIdentifier = new FcId(0x010203u), PortName = portName })
            .Should().Be("0B05" + "020000000001" + "00" + "010203" + "2000020000000001");
        Hex(new FipFkaAdvPeriodDescriptor { FkaAdvPeriod = FipFkaAdvPeriodDescriptor.DefaultPeriod, D = true })
            .Should().Be("0C02" + "00" + "01" + "00001F40");
        Hex(new FipVendorIdDescriptor { VendorId = 0x4142434445464748 }).Should().Be("0D03" + "0000" + "4142434445464748");
        Hex(new FipVlanDescriptor { Vid = 0xF064 }).Should().Be("0E01" + "0064");
    }

    [Fact]
    public void FC_4_attributes_are_laid_out_as_the_name_server_objects()
    {
        FipFc4AttributesDescriptor attributes = default;
        attributes.Types.Set(0x08);
        attributes.Types.Set(0xFF);
        attributes.Features.Set(0x08, Fc4Features.FcpTarget);
        attributes.Features.Set(0xFF, 0xFC);
        string hex = Hex(attributes);
        hex.Should().HaveLength(2 * 164).And.StartWith("0F29" + "0000" + "00000100");
        hex.Substring(2 * (4 + 28), 8).Should().Be("80000000");
        hex.Substring(2 * 36, 16).Should().Be("00000000" + "00000001");
        hex[^8..].Should().Be("C0000000");
    }

    [Fact]
    public void Reserved_bits_do_not_reach_the_values()
    {
        FipDescriptorReader vlan = new([0x0E, 0x01, 0xF0, 0x64]);
        vlan.MoveNext().Should().BeTrue();
        vlan.TryGet(out FipVlanDescriptor v).Should().BeTrue();
        v.Vid.Should().Be(0x64);

        FipDescriptorReader fka = new([0x0C, 0x02, 0xFF, 0xFE, 0, 0, 0, 1]);
        fka.MoveNext().Should().BeTrue();
        fka.TryGet(out FipFkaAdvPeriodDescriptor period).Should().BeTrue();
        period.D.Should().BeFalse();
    }

    [Fact]
    public void A_descriptor_of_length_zero_ends_the_walk_as_malformed() =>
        Walk([0x02, 0x02, 1, 2, 3, 4, 5, 6, 0x06, 0x00, 8, 0x6E]).Should().Be((1, true));

    [Fact]
    public void A_descriptor_that_passes_the_end_of_the_list_ends_the_walk_as_malformed()
    {
        Walk([0x06, 0x02, 8, 0x6E]).Should().Be((0, true));
        Walk([0x06, 0x01, 8, 0x6E, 0x06]).Should().Be((1, true));
        Walk([]).Should().Be((0, false));
    }

    [Fact]
    public void A_descriptor_of_a_known_type_and_another_length_is_not_read()
    {
        FipDescriptorReader reader = new([0x06, 0x02, 8, 0x6E, 0, 0, 0, 0, 0x07, 0x06, .. new byte[22]]);
        reader.MoveNext().Should().BeTrue();
        reader.TryGet(out FipMaxFcoeSizeDescriptor size).Should().BeFalse();
        ((ushort)size.MaxFcoeSize).Should().Be(0);
        reader.TryGet(out FipVlanDescriptor _).Should().BeFalse();
        reader.MoveNext().Should().BeTrue();
        reader.TryGetEncapsulatedFrame(out _).Should().BeFalse("24 bytes hold no frame header behind the descriptor's own 4");
    }

    [Fact]
    public void Types_below_80h_are_critical_and_those_of_FC_BB_6_are_known()
    {
        for (int type = 0; type <= 0xFF; type++)
        {
            FipDescriptorReader reader = new([(byte)type, 1, 0, 0]);
            reader.MoveNext().Should().BeTrue();
            reader.IsCritical.Should().Be(type < 128);
            reader.IsUnknownCritical.Should().Be(type is 0 or (> 15 and < 128));
        }
    }

    [Fact]
    public void Any_list_of_descriptors_survives_encode_and_decode() =>
        Prop.ForAll<(byte Type, byte Words, int Seed)[]>(list =>
        {
            byte[] frame = new byte[14 + 10 + (list.Length * 1020) + 60];
            FipWriter writer = FipWriter.Begin(frame, Mac, Mac, FipVlanSubcode.Notification);
            foreach ((byte type, byte words, int seed) in list) writer.AddOpaque((FipDescriptorType)type, Body(words, seed));
            int length = writer.Finish();

            EthernetFrame.TryRead(frame.AsSpan(0, length), out EthernetFrame ethernet);
            if (FipMessage.TryRead(ethernet.Payload, out FipMessage message) != FipError.None) return false;
            FipDescriptorReader reader = message.Descriptors;
            foreach ((byte type, byte words, int seed) in list)
            {
                if (!reader.MoveNext() || (byte)reader.Type != type) return false;
                if (!reader.Descriptor[2..].SequenceEqual(Body(words, seed))) return false;
            }
            return !reader.MoveNext() && !reader.IsMalformed;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_walked_to_an_end() =>
        Prop.ForAll<byte[]>(list =>
        {
            (int descriptors, bool malformed) = Walk(list);
            return descriptors <= list.Length / 4 && (malformed || list.Length % 4 == 0);
        }).QuickCheckThrowOnFailure();

    private static byte[] Body(byte words, int seed)
    {
        byte[] body = new byte[(Math.Max(words, (byte)1) * 4) - 2];
        new Random(seed).NextBytes(body);
        return body;
    }

    private static (int Descriptors, bool Malformed) Walk(byte[] list)
    {
        FipDescriptorReader reader = new(list);
        int descriptors = 0;
        while (reader.MoveNext()) descriptors++;
        reader.MoveNext().Should().BeFalse("an ended walk stays ended");
        return (descriptors, reader.IsMalformed);
    }

    // What the writer puts behind the FIP header.
    private static string Hex<T>(T descriptor) where T : unmanaged, IFipDescriptor
    {
        byte[] frame = new byte[300];
        FipWriter writer = FipWriter.Begin(frame, Mac, Mac, FipVn2VnSubcode.Beacon);
        writer.Add(descriptor);
        writer.Finish();
        FipDescriptorReader reader = new(frame.AsSpan(24, T.WireSize));
        reader.MoveNext().Should().BeTrue();
        reader.TryGet(out T _).Should().BeTrue();
        return Convert.ToHexString(frame, 24, T.WireSize);
    }
}
