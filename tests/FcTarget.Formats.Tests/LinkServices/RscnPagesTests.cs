// SPDX-License-Identifier: MIT

using FcTarget.Formats.LinkServices;

namespace FcTarget.Formats.Tests.LinkServices;

public sealed class RscnPagesTests
{
    [Fact]
    public void Rscn_with_two_pages_survives_write_and_read()
    {
        RscnPage port = new() { AffectedId = new FcId(0x010203u), EventQualifier = RscnEventQualifier.ChangedPortAttribute };
        RscnPage area = new() { AffectedId = new FcId(0x010200u), AddressFormat = RscnAddressFormat.Area };
        byte[] wire = new byte[16];
        int length = RscnPages.Write(wire, [port, area]);
        Convert.ToHexString(wire[..length]).Should().Be("6104000C" + "08010203" + "01010200");
        RscnPages.TryRead(wire, out RscnPages pages).Should().BeTrue();
        pages.TryNext(out RscnPage first).Should().BeTrue();
        pages.TryNext(out RscnPage second).Should().BeTrue();
        pages.TryNext(out _).Should().BeFalse();
        first.EventQualifier.Should().Be(RscnEventQualifier.ChangedPortAttribute);
        first.AddressFormat.Should().Be(RscnAddressFormat.Port);
        first.AffectedId.Should().Be(new FcId(0x010203u));
        second.AddressFormat.Should().Be(RscnAddressFormat.Area);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(8, 12)]
    [InlineData(4, 4)]
    [InlineData(4, 0)]
    [InlineData(4, 7)]
    [InlineData(4, 20)]
    public void Lengths_that_contradict_each_other_are_refused(byte pageLength, byte payloadLength)
    {
        byte[] wire = new byte[16];
        (wire[0], wire[1], wire[3]) = (0x61, pageLength, payloadLength);
        RscnPages.TryRead(wire, out RscnPages pages).Should().BeFalse();
        pages.TryNext(out _).Should().BeFalse();
    }

    [Fact]
    public void Room_too_small_is_not_written() => RscnPages.Write(new byte[7], [default]).Should().Be(0);
}
