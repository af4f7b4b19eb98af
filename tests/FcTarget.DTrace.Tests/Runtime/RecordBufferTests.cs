// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using FcTarget.DTrace.Contract;
using FcTarget.DTrace.Runtime;

namespace FcTarget.DTrace.Tests;

public sealed class RecordBufferTests
{
    [Fact]
    public void Records_come_out_as_they_went_in_round_and_round_the_ring()
    {
        using RecordBuffer buffer = new(4096);
        Random random = new(1);
        Queue<(uint Epid, byte[] Payload, DFault Fault)> expected = new();
        for (uint i = 1; i <= 5000; i++)
        {
            byte[] payload = new byte[random.Next(300)];
            random.NextBytes(payload);
            DFault fault = i % 7 == 0 ? new DFault(DFaultKind.BadAddress, (int)i, 0, i * 3) : default;
            buffer.Write(i, cpu: (int)i % 4, payload, in fault);
            expected.Enqueue((i, payload, fault));
            for (int n = random.Next(3); n > 0 || expected.Count > 8; n--)
            {
                if (!buffer.TryRead(out DRecord record)) break;
                (uint epid, byte[] bytes, DFault cause) = expected.Dequeue();
                record.Epid.Should().Be(epid);
                record.Cpu.Should().Be((int)epid % 4);
                record.Payload.ToArray().Should().Equal(bytes);
                record.Fault.Should().Be(cause);
            }
        }
        buffer.TakeDrops().Should().Be(0);
    }

    [Fact]
    public void A_ring_holds_the_newest_records_of_producers_that_take_turns()
    {
        const int Producers = 3, Each = 20_000;
        using RecordBuffer buffer = new(4096, BufferPolicy.Ring);
        Thread[] threads = [.. Enumerable.Range(0, Producers).Select(p => new Thread(() =>
        {
            Span<byte> payload = stackalloc byte[40];
            for (int i = 1; i <= Each; i++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(payload, i);
                buffer.Write((uint)p, 0, payload[..(4 + (i % 37))], default);
            }
        }))];
        foreach (Thread t in threads) t.Start();
        foreach (Thread t in threads) t.Join();
        int[] last = new int[Producers];
        int read = 0;
        while (buffer.TryRead(out DRecord record))
        {
            int i = BinaryPrimitives.ReadInt32LittleEndian(record.Payload);
            if (last[record.Epid] != 0) i.Should().Be(last[record.Epid] + 1, "between the oldest kept and the newest nothing is missing");
            last[record.Epid] = i;
            read++;
        }
        read.Should().BeInRange(4096 / 96 - 2, 4096 / 32);
        last.Should().Contain(Each, "the newest of all is kept").And.OnlyContain(i => i == 0 || i == Each);
        buffer.Write(9, 0, new byte[8000], default);
        buffer.TakeDrops().Should().Be(1, "a record larger than the ring has no place in it");
    }

    [Fact]
    public void A_buffer_to_be_filled_is_full_when_a_record_finds_no_room()
    {
        using RecordBuffer buffer = new(4096, BufferPolicy.Fill);
        int written = 0;
        for (; !buffer.IsFull; written++) buffer.Write((uint)written, 0, new byte[100], default);
        buffer.Write(1000, 0, [], default);
        for (int i = 0; i < written - 1; i++)
        {
            buffer.TryRead(out DRecord record).Should().BeTrue();
            record.Epid.Should().Be((uint)i);
        }
        buffer.TryRead(out _).Should().BeFalse("what came when it was full is not kept");
        buffer.TakeDrops().Should().Be(0);
    }

    [Fact]
    public void Producers_on_several_threads_lose_nothing_but_what_is_counted()
    {
        const int Producers = 3, Each = 30_000;
        using RecordBuffer buffer = new(64 * 1024);
        Thread[] threads = [.. Enumerable.Range(0, Producers).Select(p => new Thread(() =>
        {
            Span<byte> payload = stackalloc byte[40];
            for (int i = 1; i <= Each; i++)
            {
                payload.Fill((byte)i);
                BinaryPrimitives.WriteInt32LittleEndian(payload, i);
                buffer.Write((uint)p, 0, payload[..(4 + (i % 37))], default);
            }
        }))];
        foreach (Thread t in threads) t.Start();

        int[] last = new int[Producers];
        long read = 0;
        SpinWait spin = default;
        while (true)
        {
            bool done = threads.All(t => !t.IsAlive);
            if (!buffer.TryRead(out DRecord record))
            {
                if (done) break;
                spin.SpinOnce();
                continue;
            }
            read++;
            int number = BinaryPrimitives.ReadInt32LittleEndian(record.Payload);
            (number > last[record.Epid]).Should().BeTrue("a producer's records stay in order");
            last[record.Epid] = number;
            record.Payload.Length.Should().Be(4 + (number % 37));
            record.Payload[4..].IndexOfAnyExcept((byte)number).Should().Be(-1);
        }
        (read + buffer.TakeDrops()).Should().Be(Producers * Each);
    }

    [Fact]
    public void A_record_larger_than_the_ring_is_a_drop()
    {
        using RecordBuffer buffer = new(4096);
        buffer.Write(1, 0, new byte[5000], default);
        buffer.TryRead(out _).Should().BeFalse();
        buffer.TakeDrops().Should().Be(1);
    }
}
