// SPDX-License-Identifier: MIT

using FcTarget.Host.Demo;

namespace FcTarget.Host.Tests;

public sealed class MeterTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(12_345)]
    [InlineData(30_000_000)]
    public void A_latency_comes_back_within_an_eighth_or_two_microseconds(int microseconds)
    {
        Meter meter = new();

        meter.Record(4096, TimeSpan.FromMicroseconds(microseconds));

        meter.Percentile(0.5).Should().BeInRange(microseconds, (microseconds * 1.13) + 2);
        meter.Percentile(1).Should().Be(meter.Percentile(0.5));
        meter.Commands.Should().Be(1);
        meter.Bytes.Should().Be(4096);
    }

    [Fact]
    public void Half_of_the_commands_lie_under_the_median()
    {
        Meter meter = new();
        for (int i = 0; i < 60; i++) meter.Record(1, TimeSpan.FromSeconds(1));
        for (int i = 0; i < 40; i++) meter.Record(1, TimeSpan.FromSeconds(100));

        meter.Percentile(0.5).Should().BeInRange(1e6, 1.2e6);
        meter.Percentile(0.99).Should().BeInRange(100e6, 115e6);
    }
}
