// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi.Tests;

public sealed class SenseTests
{
    private static string Fixed(in Sense sense)
    {
        byte[] bytes = Enumerable.Repeat((byte)0xEE, 64).ToArray();
        return Convert.ToHexStringLower(bytes.AsSpan(0, FixedSense.Write(bytes, sense)));
    }

    private static string Descriptors(in Sense sense)
    {
        byte[] bytes = Enumerable.Repeat((byte)0xEE, 64).ToArray();
        return Convert.ToHexStringLower(bytes.AsSpan(0, DescriptorSense.Write(bytes, sense)));
    }

    [Fact]
    public void A_key_with_its_codes()
    {
        Fixed(Sense.LogicalUnitNotSupported).Should().Be("700005000000000a00000000250000000000");
        Descriptors(Sense.LogicalUnitNotSupported).Should().Be("7205250000000000");
    }

    [Fact]
    public void Information_is_valid_when_it_is_there()
    {
        Sense sense = Sense.LbaOutOfRange with { Information = 0x1234_5678 };
        Fixed(sense).Should().Be("f00005123456780a00000000210000000000");
        Descriptors(sense).Should().Be("720521000000000c" + "000a80000000000012345678");
    }

    [Fact]
    public void Information_that_does_not_fit_is_left_out_of_fixed_format()
    {
        Sense sense = Sense.LbaOutOfRange with { Information = 0x1_0000_0000 };
        Fixed(sense).Should().Be("700005000000000a00000000210000000000");
        Descriptors(sense).Should().Be("720521000000000c" + "000a80000000000100000000");
    }

    [Theory]
    [InlineData(2, null, "c00002")]
    [InlineData(1, 5, "cd0001")]
    public void A_field_of_the_CDB_is_pointed_at(int at, int? bit, string expected)
    {
        Fixed(Sense.InvalidCdbField(at, bit)).Should().EndWith("240000" + expected);
        Descriptors(Sense.InvalidCdbField(at, bit)).Should().Be("7205240000000008" + "02060000" + expected + "00");
    }

    [Fact]
    public void A_field_of_the_parameter_list_is_pointed_at() => Fixed(Sense.InvalidParameter(300, 7)).Should().EndWith("260000" + "8f012c");

    [Fact]
    public void A_referral_stands_in_descriptor_format_only()
    {
        ReferralGroup[] groups = [new(1, AccessState.Standby), new(0x1234, AccessState.ActiveOptimized)];
        Sense sense = Sense.InspectReferralsSenseDescriptors with { Referral = new UserDataSegmentReferral(0x10, 0x1F, groups) };
        byte[] to = new byte[DescriptorSense.MaxLength];
        int length = DescriptorSense.Write(to, sense);
        Convert.ToHexStringLower(to.AsSpan(0, length)).Should().Be(
            "720b3f1500000020" + "0b1e0100" + "00000002" + "0000000000000010" + "000000000000001f" + "02000001" + "00001234");
        FixedSense.Write(to, sense).Should().Be(FixedSense.Length);
        Convert.ToHexStringLower(to.AsSpan(0, FixedSense.Length)).Should().Be("70000b000000000a000000003f1500000000");
        (8 + 4 + UserDataSegmentReferral.LengthOf(DescriptorSense.MaxReferralGroups)).Should().Be(DescriptorSense.MaxLength);
    }
}
