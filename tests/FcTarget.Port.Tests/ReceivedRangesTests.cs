// SPDX-License-Identifier: MIT

using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Port.Tests;

public sealed class ReceivedRangesTests
{
    [Fact]
    public void In_order_every_piece_is_in_order()
    {
        ReceivedRanges ranges = new();
        for (uint at = 0; at < 10; at++) ranges.Add(at * 100, (at + 1) * 100).Should().Be(ReceivedRanges.Outcome.InOrder);
        ranges.Total.Should().Be(1000);
    }

    [Fact]
    public void Too_many_holes_are_refused_and_a_piece_that_closes_one_is_not()
    {
        ReceivedRanges ranges = new();
        for (uint i = 0; i < ReceivedRanges.Capacity; i++)
            ranges.Add((i * 20) + 10, (i * 20) + 20).Should().Be(ReceivedRanges.Outcome.OutOfOrder);
        ranges.Add(100_000, 100_010).Should().Be(ReceivedRanges.Outcome.Refused);
        ranges.Total.Should().Be(ReceivedRanges.Capacity * 10);
        ranges.Add(20, 30).Should().Be(ReceivedRanges.Outcome.OutOfOrder);
        ranges.Add(100_000, 100_010).Should().Be(ReceivedRanges.Outcome.OutOfOrder);
    }

    [Fact]
    public void Clear_forgets_everything()
    {
        ReceivedRanges ranges = new();
        ranges.Add(5, 10);
        ranges.Clear();
        ranges.Total.Should().Be(0);
        ranges.Add(0, 10).Should().Be(ReceivedRanges.Outcome.InOrder);
    }

    /// <summary>64 bytes make at most 32 ranges, so nothing is ever refused.</summary>
    [Fact]
    public void Any_pieces_count_as_a_bitmap_would() => Prop.ForAll(ArbMap.Default.ArbFor<(byte Low, byte Length)[]>(), pieces =>
    {
        ReceivedRanges ranges = new();
        bool[] bitmap = new bool[64 + 16];
        foreach ((byte low, byte length) in pieces)
        {
            int from = low % 64, to = from + 1 + (length % 16);
            int missing = bitmap[from..to].Count(b => !b);
            ReceivedRanges.Outcome outcome = ranges.Add((uint)from, (uint)to);
            if ((outcome == ReceivedRanges.Outcome.Duplicate) != (missing == 0)) return false;
            Array.Fill(bitmap, true, from, to - from);
            if (ranges.Total != bitmap.Count(b => b)) return false;
        }
        return true;
    }).QuickCheckThrowOnFailure();
}
