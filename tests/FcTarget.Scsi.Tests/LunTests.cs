// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi.Tests;

public sealed class LunTests
{
    [Theory]
    [InlineData(0, 0x0000_0000_0000_0000ul)]
    [InlineData(255, 0x00FF_0000_0000_0000ul)]
    [InlineData(256, 0x4100_0000_0000_0000ul)]
    [InlineData(16383, 0x7FFF_0000_0000_0000ul)]
    public void A_number_has_the_shortest_addressing_method(int number, ulong value)
    {
        Lun.FromNumber(number).Value.Should().Be(value);
        new Lun(value).TryGetNumber(out int back).Should().BeTrue();
        back.Should().Be(number);
    }

    [Theory]
    [InlineData(0x0100_0000_0000_0000ul)] // another bus
    [InlineData(0x8000_0000_0000_0000ul)] // logical unit addressing
    [InlineData(0xC101_0000_0000_0000ul)] // well known
    [InlineData(0x0001_0000_0000_0001ul)] // a second level
    public void Other_LUNs_have_no_number(ulong value) => new Lun(value).TryGetNumber(out _).Should().BeFalse();

    [Theory]
    [InlineData(-1)]
    [InlineData(16384)]
    public void A_number_past_flat_space_addressing_is_no_LUN(int number) =>
        FluentActions.Invoking(() => Lun.FromNumber(number)).Should().Throw<ArgumentOutOfRangeException>();
}
