// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcoe;

namespace FcTarget.Formats.Tests.Fcoe;

public sealed class FcoeSizeTests
{
    [Theory]
    [InlineData(9000, 2112)]
    [InlineData(2500, 2112)]
    [InlineData(2158, 2112)]
    [InlineData(2157, 2108)]
    [InlineData(1500, 1452)]
    [InlineData(302, 256)]
    [InlineData(301, 0)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(int.MinValue, 0)]
    [InlineData(int.MaxValue, 2112)]
    public void The_data_field_follows_the_MTU(int mtu, int dataField) => FcoeSize.DataFieldForMtu(mtu).Should().Be(dataField);

    [Fact]
    public void Every_data_field_fits_its_MTU_and_the_next_larger_would_not()
    {
        for (int mtu = 302; mtu < 2158; mtu++)
        {
            int dataField = FcoeSize.DataFieldForMtu(mtu);
            (dataField % 4).Should().Be(0);
            FcoeSize.PduForDataField(dataField).Should().BeLessThanOrEqualTo(mtu);
            FcoeSize.PduForDataField(dataField + 4).Should().BeGreaterThan(mtu);
        }
    }
}
