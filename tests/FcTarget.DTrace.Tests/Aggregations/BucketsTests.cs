// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Tests.Aggregations;

public sealed class BucketsTests
{
    public static TheoryData<long> Values =>
    [
        0, 1, -1, 2, 3, 4, -2, -3, -4, 511, 512, 513, -511, -512, -513, long.MaxValue, long.MinValue, 1L << 62, (1L << 62) - 1, -(1L << 62), -(1L << 62) + 1,
    ];

    /// <summary>By the definition: from zero out, the last bucket whose value is not beyond.</summary>
    [Theory, MemberData(nameof(Values))]
    public void A_value_is_in_the_bucket_of_the_nearest_power_of_two_towards_zero(long value)
    {
        int bucket = Buckets.QuantizeZero;
        if (value > 0) while (bucket + 1 < Buckets.QuantizeCount && Buckets.QuantizeValue(bucket + 1) <= value) bucket++;
        if (value < 0) while (bucket > 0 && Buckets.QuantizeValue(bucket - 1) >= value) bucket--;
        Buckets.Quantize(value).Should().Be(bucket);
    }

    [Fact]
    public void Values_name_the_buckets_they_begin()
    {
        for (int i = 0; i < Buckets.QuantizeCount; i++) Buckets.Quantize(Buckets.QuantizeValue(i)).Should().Be(i);
    }

    [Theory]
    [InlineData(int.MinValue, 0)]
    [InlineData(-101, 0)]
    [InlineData(-100, 1)]
    [InlineData(-51, 1)]
    [InlineData(-50, 2)]
    [InlineData(99, 4)]
    [InlineData(100, 5)]
    [InlineData(int.MaxValue, 5)]
    public void Linear_steps_begin_at_the_lower_bound(long value, int bucket) =>
        Buckets.Linear(new Quantization(-100, 100, 50), value).Should().Be(bucket);

    [Theory]
    [InlineData(2, 0, 62, 2)]
    [InlineData(10, 0, 18, 100)]
    [InlineData(10, 3, 6, 20)]
    [InlineData(2, 3, 5, 4)]
    public void Log_linear_buckets_begin_where_their_labels_say(int factor, int low, int high, int steps)
    {
        Quantization q = new(low, high, steps, factor);
        long[] starts = Buckets.LogLinearValues(q);
        starts.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        for (int i = 0; i < starts.Length - 1; i++)
        {
            Buckets.LogLinear(q, starts[i]).Should().Be(i + 1);
            Buckets.LogLinear(q, starts[i + 1] - 1).Should().Be(i + 1);
        }
        Buckets.LogLinear(q, starts[0] - 1).Should().Be(0);
    }
}
