// SPDX-License-Identifier: MIT

using FcTarget.DTrace.Aggregations;
using FcTarget.DTrace.Contract;

namespace FcTarget.DTrace.Tests.Aggregations;

public sealed class AggregationBufferTests
{
    private static readonly AggregationDescription Counts =
        new(0, "counts", AggregatingFunction.Count, [DValueType.String(256), DValueType.Integer(4, false)]);

    private static readonly AggregationDescription Sums = new(1, "sums", AggregatingFunction.Sum, []);

    private readonly AggregationDescription[] _both = [Counts, Sums];

    [Fact]
    public void What_threads_add_while_the_consumer_takes_snapshots_is_all_there()
    {
        const int Threads = 3, Each = 50_000;
        AggregationBuffer buffer = new(_both, 1 << 20);
        AggregationStore store = new(_both, 1 << 20);
        using Barrier start = new(Threads + 1);
        Thread[] producers = [.. Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < Each; i++)
            {
                buffer.Add(Counts, Key("port", (uint)(i % 7)), 0);
                buffer.Add(Sums, [], t);
            }
        }))];
        foreach (Thread p in producers) p.Start();
        start.SignalAndWait();
        while (producers.Any(p => p.IsAlive)) buffer.MoveTo(store).Should().Be(0);
        buffer.MoveTo(store);

        store.Of(Counts).Should().HaveCount(7);
        store.Of(Counts).Sum(e => e.Values[0]).Should().Be(Threads * Each);
        store.Of(Sums).Single().Values[0].Should().Be((0 + 1 + 2) * (long)Each);
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        byte[] key = Key("2000020000000001", 0);
        AggregationBuffer[] buffers = [.. Enumerable.Range(0, 5).Select(_ => new AggregationBuffer(_both, 1 << 20))];
        foreach (AggregationBuffer one in buffers) one.Add(Counts, key, 0);
        int next = 0;
        Allocated.By(() =>
        {
            AggregationBuffer buffer = buffers[next++];
            for (int i = 0; i < 10_000; i++)
            {
                key[^1] = (byte)i; // 256 keys, most of them new
                buffer.Add(Counts, key, 0);
            }
        }).Should().Be(0);
    }

    [Fact]
    public void What_finds_no_room_is_a_drop_and_what_is_known_goes_on()
    {
        const int Offered = 1000;
        AggregationBuffer buffer = new(_both, 4096);
        AggregationStore store = new(_both, 1 << 20);
        for (uint i = 0; i < Offered; i++) buffer.Add(Counts, Key("k", i), 0);
        buffer.Add(Counts, Key("k", 0), 0);
        long drops = buffer.MoveTo(store);
        drops.Should().BeInRange(800, Offered - 1);
        store.Of(Counts).Sum(e => e.Values[0]).Should().Be(Offered + 1 - drops);
        store.Of(Counts).Max(e => e.Values[0]).Should().Be(2);

        buffer.Add(Counts, Key("later", 0), 0);
        buffer.MoveTo(store).Should().Be(0, "a snapshot makes room");
    }

    [Fact]
    public void A_full_store_drops_new_keys_and_trunc_makes_room()
    {
        AggregationBuffer buffer = new(_both, 1 << 20);
        AggregationStore store = new(_both, 4096);
        for (uint i = 0; i < 100; i++) buffer.Add(Counts, Key("k", i), 0);
        buffer.MoveTo(store).Should().BeGreaterThan(50);
        store.Truncate(Counts, 1);
        buffer.Add(Counts, Key("new", 0), 0);
        buffer.MoveTo(store).Should().Be(0);
        store.Of(Counts).Should().HaveCount(2);
    }

    [Fact]
    public void Aggregations_of_equal_keys_are_kept_apart()
    {
        AggregationDescription a = new(0, "a", AggregatingFunction.Min, []), b = new(1, "b", AggregatingFunction.Max, []);
        AggregationBuffer buffer = new([a, b], 4096);
        AggregationStore store = new([a, b], 4096);
        foreach (long value in new[] { 3, 1, 2 })
        {
            buffer.Add(a, [], value);
            buffer.Add(b, [], value);
            buffer.MoveTo(store);
        }
        store.Of(a).Single().Values[0].Should().Be(1);
        store.Of(b).Single().Values[0].Should().Be(3);
    }

    private static byte[] Key(string name, uint number) => [.. System.Text.Encoding.ASCII.GetBytes(name), 0, .. BitConverter.GetBytes(number)];
}
