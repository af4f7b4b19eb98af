// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Tests;

public sealed class DOptionsTests
{
    private readonly DOptions _options = new();

    [Theory]
    [InlineData("64k", 65536)]
    [InlineData("4M", 4 << 20)]
    [InlineData("0x1000", 4096)]
    [InlineData("010000", 4096)]
    [InlineData("100", 100)]
    public void Sizes_take_k_m_g_t(string text, long bytes)
    {
        _options.Set("bufsize", text).Should().BeNull();
        _options.BufSize.Should().Be(bytes);
    }

    [Fact]
    public void Sizes_beyond_reason_are_lowered()
    {
        _options.Set("aggsize", "1t").Should().BeNull();
        _options.AggSize.Should().Be(64 << 20);
        _options.Lowered.Should().Equal("aggregation size lowered to 64m");
    }

    [Theory]
    [InlineData("10hz", 0.1)]
    [InlineData("500ms", 0.5)]
    [InlineData("2sec", 2)]
    [InlineData("1min", 60)]
    [InlineData("1day", 86400)]
    [InlineData("1000000000", 1)] // nanoseconds
    public void Rates_take_units_of_time(string text, double seconds)
    {
        _options.Set("switchrate", text).Should().BeNull();
        _options.SwitchRate.TotalSeconds.Should().Be(seconds);
    }

    [Theory]
    [InlineData("bufsize", "4q")]
    [InlineData("bufsize", "")]
    [InlineData("bufsize", null)]
    [InlineData("bufsize", "99999999999999999999")]
    [InlineData("strsize", "1")]
    [InlineData("strsize", "1g")]
    [InlineData("switchrate", "10 parsecs")]
    [InlineData("aggsortkeypos", "-1")]
    [InlineData("zdefs", "1")]
    [InlineData("bufpolicy", "tape")]
    public void Wrong_values_are_refused(string name, string? value) =>
        _options.Set(name, value).Should().Be("Invalid value for specified option");

    [Theory]
    [InlineData("quiet", null, true)]
    [InlineData("quiet", "1", true)]
    [InlineData("quiet", "0", true)] // as dtrace(1) has it: set is set
    [InlineData("quiet", "Yes", true)]
    [InlineData("quiet", "on", true)]
    [InlineData("quiet", "no", false)]
    [InlineData("quiet", "disabled", false)]
    [InlineData("quiet", "", false)]
    public void Flags_are_on_unless_a_word_says_no(string name, string? value, bool on)
    {
        _options.Set(name, value).Should().BeNull();
        _options.Quiet.Should().Be(on);
    }

    [Fact]
    public void Names_that_do_not_exist_or_mean_nothing_here_are_refused()
    {
        _options.Set("nosuch", null).Should().Be("Invalid option name");
        _options.Set("ustackframes", "5").Should().Be("Option is not supported here");
    }
}
