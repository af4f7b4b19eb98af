// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Tests.Output;

/// <summary>Drawings of distributions, made by hand after dtrace(1)'s rules.</summary>
public sealed class DistributionTests
{
    private const string Heading = "\n           value  ------------- Distribution ------------- count    \n";

    [Fact]
    public void Quantize_draws_the_buckets_in_use_and_one_on_either_side() =>
        Drawn(AggregatingFunction.Quantize, default, 512, 700, 4096, 4096, 4096, 4096, 4096, 4096).Should().Be(Heading
            + "             256 |                                         0        \n"
            + "             512 |@@@@@@@@@@                               2        \n"
            + "            1024 |                                         0        \n"
            + "            2048 |                                         0        \n"
            + "            4096 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@           6        \n"
            + "            8192 |                                         0        \n"
            + "\n");

    [Fact]
    public void Quantize_has_buckets_for_zero_and_below() =>
        Drawn(AggregatingFunction.Quantize, default, 0, 1, -1, -5).Should().Be(Heading
            + "              -8 |                                         0        \n"
            + "              -4 |@@@@@@@@@@                               1        \n"
            + "              -2 |                                         0        \n"
            + "              -1 |@@@@@@@@@@                               1        \n"
            + "               0 |@@@@@@@@@@                               1        \n"
            + "               1 |@@@@@@@@@@                               1        \n"
            + "               2 |                                         0        \n"
            + "\n");

    [Fact]
    public void Bars_are_rounded_to_the_nearest_column() =>
        Drawn(AggregatingFunction.Quantize, default, [1, .. Enumerable.Repeat(2L, 79)]).Should().Be(Heading
            + "               0 |                                         0        \n"
            + "               1 |@                                        1        \n" // 0.5 of a column
            + "               2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 79       \n" // 39.5
            + "               4 |                                         0        \n"
            + "\n");

    [Fact]
    public void The_outermost_buckets_have_no_neighbours() =>
        Drawn(AggregatingFunction.Quantize, default, long.MinValue).Should().Be(Heading
            + "-4611686018427387904 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        \n"
            + "-2305843009213693952 |                                         0        \n"
            + "\n");

    [Fact]
    public void A_cleared_quantize_shows_the_buckets_around_zero()
    {
        AggregationDescription quantize = OutputRig.Aggregation(AggregatingFunction.Quantize);
        OutputRig rig = new(quantize);
        rig.Add(quantize, [], 5);
        rig.Store.Clear(quantize);
        rig.PrintRest().Should().Be(Heading
            + "              -1 |                                         0        \n"
            + "               0 |                                         0        \n"
            + "               1 |                                         0        \n"
            + "\n");
    }

    [Fact]
    public void Negative_counts_grow_to_the_left()
    {
        AggregationDescription quantize = OutputRig.Aggregation(AggregatingFunction.Quantize);
        OutputRig rig = new(quantize);
        rig.AddWeighted(quantize, 1, -1);
        rig.PrintRest().Should().Be(Heading
            + "               0                                         | 0        \n"
            + "               1 @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@| -1       \n"
            + "               2                                         | 0        \n"
            + "\n");
    }

    [Fact]
    public void Counts_of_both_signs_share_the_columns()
    {
        AggregationDescription quantize = OutputRig.Aggregation(AggregatingFunction.Quantize);
        OutputRig rig = new(quantize);
        rig.AddWeighted(quantize, 1, -1);
        rig.AddWeighted(quantize, 2, 3);
        rig.PrintRest().Should().Be(Heading
            + "               0                     |                     0        \n"
            + "               1                @@@@@|                     -1       \n"
            + "               2                     |@@@@@@@@@@@@@@@      3        \n"
            + "               4                     |                     0        \n"
            + "\n");
    }

    [Fact]
    public void A_key_stands_before_its_drawing()
    {
        AggregationDescription quantize = OutputRig.Aggregation(AggregatingFunction.Quantize, OutputRig.String);
        OutputRig rig = new(quantize);
        rig.Add(quantize, ["2000020000000001"], 1);
        rig.PrintRest().Should().StartWith("  2000020000000001                                  " + Heading);
    }

    [Fact]
    public void Printa_draws_where_the_conversion_stands()
    {
        AggregationDescription quantize = OutputRig.Aggregation(AggregatingFunction.Quantize, OutputRig.String);
        OutputRig rig = new(quantize);
        rig.Add(quantize, ["x"], 1);
        rig.Printa("size of %s:%@d.\n", quantize).Should().StartWith("size of x:" + Heading).And.EndWith("0        \n.\n");
    }

    [Fact]
    public void Normalized_counts_are_divided_but_bars_are_not()
    {
        AggregationDescription quantize = OutputRig.Aggregation(AggregatingFunction.Quantize);
        OutputRig rig = new(quantize);
        rig.Options.Quiet = true;
        rig.Add(quantize, [], [.. Enumerable.Repeat(1L, 10)]);
        (DField[] fields, byte[] payload) = OutputRig.Lay([OutputRig.Int], [5]);
        rig.Record([new NormalizeAction(quantize, fields[0])], payload);
        rig.PrintRest().Should().Contain("               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 2        \n");
    }

    [Fact]
    public void Lquantize_has_steps_and_what_is_below_and_above() =>
        Drawn(AggregatingFunction.LQuantize, new Quantization(0, 100, 10), -5, 5, 10, 19, 99, 100, 250, 15).Should().Be(Heading
            + "             < 0 |@@@@@                                    1        \n"
            + "               0 |@@@@@                                    1        \n"
            + "              10 |@@@@@@@@@@@@@@@                          3        \n"
            + "              20 |                                         0        \n"
            + "              30 |                                         0        \n"
            + "              40 |                                         0        \n"
            + "              50 |                                         0        \n"
            + "              60 |                                         0        \n"
            + "              70 |                                         0        \n"
            + "              80 |                                         0        \n"
            + "              90 |@@@@@                                    1        \n"
            + "          >= 100 |@@@@@@@@@@                               2        \n"
            + "\n");

    [Fact]
    public void Lquantize_takes_the_lower_32_bits_of_a_value() =>
        Drawn(AggregatingFunction.LQuantize, new Quantization(0, 4, 1), 0x1_0000_0002).Should().Be(Heading
            + "               1 |                                         0        \n"
            + "               2 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 1        \n"
            + "               3 |                                         0        \n"
            + "\n");

    [Fact]
    public void Llquantize_has_linear_steps_in_each_magnitude() =>
        Drawn(AggregatingFunction.LLQuantize, new Quantization(0, 2, 10, Factor: 10), 0, 1, 9, 10, 19, 20, 150, 999, 1000).Should().Be(Heading
            + "             < 1 |@@@@                                     1        \n"
            + "               1 |@@@@                                     1        \n"
            + "               2 |                                         0        \n"
            + "               3 |                                         0        \n"
            + "               4 |                                         0        \n"
            + "               5 |                                         0        \n"
            + "               6 |                                         0        \n"
            + "               7 |                                         0        \n"
            + "               8 |                                         0        \n"
            + "               9 |@@@@                                     1        \n"
            + "              10 |@@@@@@@@@                                2        \n"
            + "              20 |@@@@                                     1        \n"
            + "              30 |                                         0        \n"
            + "              40 |                                         0        \n"
            + "              50 |                                         0        \n"
            + "              60 |                                         0        \n"
            + "              70 |                                         0        \n"
            + "              80 |                                         0        \n"
            + "              90 |                                         0        \n"
            + "             100 |@@@@                                     1        \n"
            + "             200 |                                         0        \n"
            + "             300 |                                         0        \n"
            + "             400 |                                         0        \n"
            + "             500 |                                         0        \n"
            + "             600 |                                         0        \n"
            + "             700 |                                         0        \n"
            + "             800 |                                         0        \n"
            + "             900 |@@@@                                     1        \n"
            + "         >= 1000 |@@@@                                     1        \n"
            + "\n");

    [Fact]
    public void Aggzoom_lets_the_tallest_bar_fill_95_percent()
    {
        AggregationDescription quantize = OutputRig.Aggregation(AggregatingFunction.Quantize);
        OutputRig rig = new(quantize);
        rig.Options.AggZoom = true;
        rig.Add(quantize, [], 1, 1, 2);
        rig.PrintRest().Should()
            .Contain("               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@   2        \n").And
            .Contain("               2 |@@@@@@@@@@@@@@@@@@@                      1        \n");
    }

    [Fact]
    public void Distributions_are_sorted_by_the_sum_of_their_buckets()
    {
        AggregationDescription quantize = OutputRig.Aggregation(AggregatingFunction.Quantize, OutputRig.String);
        OutputRig rig = new(quantize);
        rig.Add(quantize, ["large"], 4096);
        rig.Add(quantize, ["many"], 512, 512, 512);
        rig.Add(quantize, ["none"], 0, 0);
        rig.Add(quantize, ["no"], 0);
        rig.Printa("%s%@d", quantize).Split('\n').Where(l => l.Length is > 0 and < 10)
            .Should().Equal("no", "none", "many", "large");
    }

    private static string Drawn(AggregatingFunction function, Quantization quantization, params long[] values)
    {
        AggregationDescription aggregation = new(0, "", function, [], quantization);
        OutputRig rig = new(aggregation);
        rig.Add(aggregation, [], values);
        return rig.PrintRest();
    }
}
