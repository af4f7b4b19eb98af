// SPDX-License-Identifier: MIT

namespace FcTarget.Decode.Tests;

public sealed class FrameFilterTests
{
    private static int Count(string filter) => Captures.Decode(Captures.Bytes("vn2vn-login-scan.pcap"), filter).Lines.Length;

    [Theory]
    [InlineData("fip", 7)]
    [InlineData("els", 10)]
    [InlineData("fcp", 49)]
    [InlineData("not (fip or els)", 49)]
    [InlineData("not fip or els", 59)]
    [InlineData("els end", 5)]
    [InlineData("PLOGI", 2)]
    [InlineData("plogi and not LS_ACC", 1)]
    [InlineData("READ CAPACITY(16)", 0)]
    [InlineData("op=9e", 6)]
    [InlineData("op=0x9E and FCP_RSP", 2)]
    [InlineData("sid=1 els", 5)]
    [InlineData("mac=02:00:00:00:00:02 fip", 3)]
    [InlineData("frame=3-5", 3)]
    [InlineData("frame=66", 1)]
    [InlineData("lun=0 FCP_CMND", 17)]
    [InlineData("lun=1", 0)]
    [InlineData("problem", 0)]
    [InlineData("vlan=100", 0)]
    public void A_filter_chooses(string filter, int frames) => Count(filter).Should().Be(frames);

    [Theory]
    [InlineData("", "*ends too early*")]
    [InlineData("fip or", "*ends too early*")]
    [InlineData("(fip", "*')' is missing*")]
    [InlineData("fip )", "*')' is not expected*")]
    [InlineData("and fip", "*'and' is not expected*")]
    [InlineData("sid=xyz", "*not a hexadecimal number up to ffffff*")]
    [InlineData("ox=10000", "*up to ffff*")]
    [InlineData("lun=-1", "*not a number*")]
    [InlineData("color=red", "*none of id, sid*")]
    [InlineData("mac=1", "*not a MAC address*")]
    [InlineData("frame=1-2-3", "*N or N-M*")]
    public void A_wrong_filter_is_refused_with_the_reason(string filter, string message) =>
        FluentActions.Invoking(() => FrameFilter.Parse(filter)).Should().Throw<FormatException>().WithMessage(message);

    [Fact]
    public void A_filter_nested_too_deep_is_refused() =>
        FluentActions.Invoking(() => FrameFilter.Parse(new string('(', 1000))).Should().Throw<FormatException>().WithMessage("*too deep*");
}
