// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Tests.Output;

/// <summary>Tables of aggregations, compared with dtrace(1)'s by hand: keys of text in 2 + 50 columns, numbers in 1 + 16.</summary>
public sealed class AggregationTableTests
{
    private static readonly AggregationDescription ByName = OutputRig.Aggregation(AggregatingFunction.Count, OutputRig.String);

    private readonly OutputRig _rig = new(ByName);

    [Fact]
    public void Rows_are_sorted_by_value_then_by_key()
    {
        _rig.Add(ByName, ["read"], [0, 0, 0]);
        _rig.Add(ByName, ["write"], [0]);
        _rig.Add(ByName, ["inquiry"], [0]);
        _rig.PrintRest().Should().Be(
            "  inquiry                                                           1\n"
            + "  write                                                             1\n"
            + "  read                                                              3\n");
    }

    [Fact]
    public void Aggsortrev_turns_the_order_round()
    {
        _rig.Options.AggSortRev = true;
        _rig.Add(ByName, ["a"], [0]);
        _rig.Add(ByName, ["b"], [0, 0]);
        _rig.Add(ByName, ["c"], [0]);
        Firsts(_rig.PrintRest()).Should().Equal("b", "c", "a");
    }

    [Fact]
    public void Aggsortkey_sorts_by_key()
    {
        _rig.Options.AggSortKey = true;
        _rig.Add(ByName, ["b"], [0]);
        _rig.Add(ByName, ["a"], [0, 0]);
        Firsts(_rig.PrintRest()).Should().Equal("a", "b");
    }

    [Fact]
    public void Aggsortkeypos_begins_with_another_field()
    {
        AggregationDescription twoKeys = OutputRig.Aggregation(AggregatingFunction.Count, OutputRig.String, OutputRig.Int);
        OutputRig rig = new(twoKeys);
        rig.Options.AggSortKey = true;
        rig.Options.AggSortKeyPos = 1;
        rig.Add(twoKeys, ["a", 2], [0]);
        rig.Add(twoKeys, ["b", 1], [0]);
        Firsts(rig.PrintRest()).Should().Equal("b", "a");
        rig.Options.AggSortKeyPos = 2; // beyond the last: as 0
        Firsts(rig.PrintRest()).Should().Equal("a", "b");
    }

    [Fact]
    public void Integer_keys_sort_as_unsigned_numbers()
    {
        AggregationDescription byInt = OutputRig.Aggregation(AggregatingFunction.Count, OutputRig.Int);
        OutputRig rig = new(byInt);
        rig.Add(byInt, [-1], [0]);
        rig.Add(byInt, [1], [0]);
        rig.PrintRest().Should().Be("        1                1\n       -1                1\n");
    }

    [Fact]
    public void Keys_have_the_width_of_their_types()
    {
        AggregationDescription all = OutputRig.Aggregation(
            AggregatingFunction.Sum, DValueType.Integer(1, false), DValueType.Integer(2, false), OutputRig.Int, OutputRig.Long, OutputRig.String);
        OutputRig rig = new(all);
        rig.Add(all, [(byte)200, (ushort)2, -3, 4L, "five"], [6]);
        rig.PrintRest().Should().Be(" 200     2       -3                4  " + "five".PadRight(50) + "                6\n");
    }

    [Fact]
    public void An_empty_string_as_key_is_dumped_as_dtrace_does()
    {
        AggregationDescription small = OutputRig.Aggregation(AggregatingFunction.Count, DValueType.String(16));
        OutputRig rig = new(small);
        rig.Add(small, [""], [0]);
        rig.PrintRest().Should().Be("\n"
            + "             0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f  0123456789abcdef\n"
            + "         0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................\n"
            + "                1\n");
    }

    [Theory]
    [InlineData(nameof(AggregatingFunction.Count), 4)]
    [InlineData(nameof(AggregatingFunction.Sum), 20)]
    [InlineData(nameof(AggregatingFunction.Avg), 5)]
    [InlineData(nameof(AggregatingFunction.Min), 2)]
    [InlineData(nameof(AggregatingFunction.Max), 9)]
    [InlineData(nameof(AggregatingFunction.StdDev), 2)] // squares 4 16 25 81 = 126 / 4 = 31, less 25, root of 6
    public void A_function_gives_one_number(string function, long expected)
    {
        AggregationDescription plain = OutputRig.Aggregation(Enum.Parse<AggregatingFunction>(function));
        OutputRig rig = new(plain);
        rig.Add(plain, [], [2, 4]);
        rig.Add(plain, [], [5, 9]); // in another snapshot
        rig.PrintRest().Should().Be($" {expected,16}\n");
    }

    [Theory]
    [InlineData(nameof(AggregatingFunction.Sum), -21)]
    [InlineData(nameof(AggregatingFunction.Avg), -10)] // towards zero
    [InlineData(nameof(AggregatingFunction.Min), -20)]
    [InlineData(nameof(AggregatingFunction.Max), -1)]
    [InlineData(nameof(AggregatingFunction.StdDev), 10)] // (400 + 1) / 2 = 200, less 100
    public void Negative_values_count(string function, long expected)
    {
        AggregationDescription plain = OutputRig.Aggregation(Enum.Parse<AggregatingFunction>(function));
        OutputRig rig = new(plain);
        rig.Add(plain, [], [-20, -1]);
        rig.PrintRest().Should().Be($" {expected,16}\n");
    }

    [Fact]
    public void Standard_deviation_does_not_overflow()
    {
        AggregationDescription plain = OutputRig.Aggregation(AggregatingFunction.StdDev);
        OutputRig rig = new(plain);
        rig.Add(plain, [], [4_000_000_000_000_000_000, -4_000_000_000_000_000_000]);
        rig.PrintRest().Should().Be($" {4_000_000_000_000_000_000,16}\n");
    }

    [Fact]
    public void Normalize_divides_the_rows_there_are_and_denormalize_undoes_it()
    {
        AggregationDescription sum = OutputRig.Aggregation(AggregatingFunction.Sum, OutputRig.String);
        OutputRig rig = new(sum);
        rig.Options.Quiet = true;
        rig.Add(sum, ["early"], [1999]);
        (DField[] fields, byte[] payload) = OutputRig.Lay([OutputRig.Int], [1000]);
        rig.Record([new NormalizeAction(sum, fields[0])], payload);
        rig.Add(sum, ["late"], [3000]);
        rig.Printa("%s %@d\n", sum).Should().Be("early 1\nlate 3000\n");
        rig.Record([new DenormalizeAction(sum)]);
        rig.Printa("%s %@d\n", sum).Should().Be("early 1999\nlate 3000\n");
    }

    [Fact]
    public void Clear_keeps_the_keys_and_min_stays_at_0()
    {
        AggregationDescription min = OutputRig.Aggregation(AggregatingFunction.Min, OutputRig.String);
        OutputRig rig = new(min);
        rig.Options.Quiet = true;
        rig.Add(min, ["a"], [5]);
        rig.Record([new ClearAction(min)]);
        rig.Printa("%s %@d\n", min).Should().Be("a 0\n");
        rig.Add(min, ["a"], [7]);
        rig.Printa("%s %@d\n", min).Should().Be("a 0\n");
        rig.Add(min, ["a"], [-7]);
        rig.Printa("%s %@d\n", min).Should().Be("a -7\n");
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(2, "b 2\nc 3\n")]
    [InlineData(-1, "a 1\n")]
    [InlineData(9, "a 1\nb 2\nc 3\n")]
    public void Trunc_keeps_the_highest_or_the_lowest(int count, string expected)
    {
        _rig.Options.Quiet = true;
        _rig.Add(ByName, ["a"], [0]);
        _rig.Add(ByName, ["b"], [0, 0]);
        _rig.Add(ByName, ["c"], [0, 0, 0]);
        (DField[] fields, byte[] payload) = OutputRig.Lay([OutputRig.Int], [count]);
        _rig.Record([new TruncAction(ByName, fields[0])], payload);
        _rig.Printa("%s %@d\n", ByName).Should().Be(expected);
    }

    [Fact]
    public void Printa_by_default_begins_a_line_and_prints_the_table()
    {
        _rig.Add(ByName, ["a"], [0]);
        _rig.Printa(null, ByName).Should().Be("\n  " + "a".PadRight(50) + "                1\n");
    }

    [Fact]
    public void What_printa_printed_is_not_printed_again_at_the_end()
    {
        AggregationDescription other = new(1, "other", AggregatingFunction.Count, []);
        OutputRig rig = new(ByName, other);
        rig.Add(ByName, ["a"], [0]);
        rig.Add(other, [], [0]);
        rig.Printa("%s %@d\n", ByName).Should().Be("a 1\n");
        rig.PrintRest().Should().Be("                1\n");
    }

    [Fact]
    public void What_was_empty_when_printa_came_is_printed_at_the_end()
    {
        _rig.Printa("%s %@d\n", ByName).Should().BeEmpty();
        _rig.Add(ByName, ["a"], [0]);
        _rig.PrintRest().Should().StartWith("  a ");
    }

    [Fact]
    public void Aggregations_are_printed_one_after_the_other()
    {
        AggregationDescription second = new(1, "b", AggregatingFunction.Count, [OutputRig.String]);
        OutputRig rig = new(ByName, second);
        rig.Add(second, ["second"], [0]);
        rig.Add(ByName, ["first"], [0, 0]);
        Firsts(rig.PrintRest()).Should().Equal("first", "second");
    }

    [Fact]
    public void Printa_with_several_aggregations_joins_their_keys()
    {
        (OutputRig rig, AggregationDescription count, AggregationDescription sum) = Joined();
        rig.Printa("%-6s %@5d %@8d\n", count, sum).Should().Be(
            "sync       0        7\n"
            + "write      1     4096\n"
            + "read       2        0\n");
    }

    [Fact]
    public void Printa_with_several_aggregations_by_default_has_a_column_each()
    {
        (OutputRig rig, AggregationDescription count, AggregationDescription sum) = Joined();
        rig.Printa(null, count, sum).Should().Be("\n"
            + "  " + "sync".PadRight(50) + "                0                7\n"
            + "  " + "write".PadRight(50) + "                1             4096\n"
            + "  " + "read".PadRight(50) + "                2                0\n");
        rig.PrintRest().Should().BeEmpty();
    }

    [Fact]
    public void Aggsortpos_chooses_the_column_rows_are_sorted_by()
    {
        (OutputRig rig, AggregationDescription count, AggregationDescription sum) = Joined();
        rig.Options.AggSortPos = 1;
        rig.Printa("%s\n", count, sum).Should().Be("read\nsync\nwrite\n");
        rig.Options.AggSortKey = true;
        rig.Options.AggSortRev = true;
        rig.Printa("%s\n", count, sum).Should().Be("write\nsync\nread\n");
    }

    [Fact]
    public void More_aggregation_conversions_than_aggregations_repeat_the_last()
    {
        _rig.Add(ByName, ["a"], [0, 0]);
        _rig.Printa("%s %@d %@x\n", ByName).Should().Be("a 2 2\n");
    }

    private static (OutputRig Rig, AggregationDescription Count, AggregationDescription Sum) Joined()
    {
        AggregationDescription sum = new(1, "bytes", AggregatingFunction.Sum, [OutputRig.String]);
        OutputRig rig = new(ByName, sum);
        rig.Add(ByName, ["read"], [0, 0]);
        rig.Add(ByName, ["write"], [0]);
        rig.Add(sum, ["write"], [4096]);
        rig.Add(sum, ["sync"], [7]);
        return (rig, ByName, sum);
    }

    private static IEnumerable<string> Firsts(string table) =>
        table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
}
