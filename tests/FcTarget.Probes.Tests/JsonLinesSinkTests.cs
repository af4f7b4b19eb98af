// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace FcTarget.Probes.Tests;

public sealed class JsonLinesSinkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_full_ring_drops_counts_and_says_so()
    {
        using ProbeRig rig = new();
        GatedStream stream = new();
        using JsonLinesSink sink = new(stream, new FixedTime(), capacity: 4);
        rig.Provider.Attach(sink);
        rig.Fire(FcProbe.LinkUp);
        stream.WriteBegun.Wait(Patience).Should().BeTrue(); // the writer now stands in Write with an empty ring behind it

        for (int i = 0; i < 4 + 3; i++) rig.Fire(FcProbe.LinkDown);
        stream.Gate.Set();
        sink.Dispose();

        Names(stream.Bytes).Should().Equal("link-up", "link-down", "link-down", "link-down", "link-down", "dropped");
        ProbeRig.Split(stream.Bytes)[^1].Should().Be("""{"time":"2026-01-02T03:04:05.6000007Z","probe":"dropped","count":3}""");
        sink.Dropped.Should().Be(3);
        sink.Lost.Should().Be(0);
    }

    [Fact]
    public void Firings_are_written_while_the_sink_is_open_without_another_one_behind_them()
    {
        using ProbeRig rig = new();
        GatedStream stream = new();
        stream.Gate.Set();
        using JsonLinesSink sink = new(stream, TimeProvider.System);
        rig.Provider.Attach(sink);
        for (int i = 1; i <= 200; i++)
        {
            rig.Fire(FcProbe.LinkUp);
            SpinWait.SpinUntil(() => ProbeRig.Split(stream.Bytes).Length == i, Patience).Should().BeTrue($"line {i} must not wait");
        }
    }

    [Fact]
    public void Dispose_writes_what_is_in_the_ring_in_order()
    {
        using ProbeRig rig = new();
        FcProbe[] probes = [.. Enumerable.Range(0, 1000).Select(i => (FcProbe)(i % FcProbeNames.Count))];
        string[] lines = rig.Lines(() => Array.ForEach(probes, rig.Fire));
        lines.Select(Name).Should().Equal(probes.Select(FcProbeNames.Of));
    }

    [Fact]
    public void Ports_on_several_threads_lose_nothing_but_what_is_counted()
    {
        MemoryStream stream = new();
        const int Threads = 4, Each = 5_000;
        using ProbeRig rig = new();
        using (JsonLinesSink sink = new(stream, TimeProvider.System, capacity: 64, leaveOpen: true))
        {
            rig.Provider.Attach(sink);
            Thread[] ports = [.. Enumerable.Range(0, Threads).Select(p => new Thread(() =>
            {
                for (uint i = 0; i < Each; i++) rig.Provider.RscnReceive(rig.Conn, rig.Local, ((uint)p << 16) | i);
            }))];
            foreach (Thread t in ports) t.Start();
            foreach (Thread t in ports) t.Join();
            sink.Dispose();

            string[] lines = ProbeRig.Split(stream.ToArray());
            long dropped = lines.Where(l => Name(l) == "dropped").Sum(l => JsonDocument.Parse(l).RootElement.GetProperty("count").GetInt64());
            uint[] ids = [.. lines.Where(l => Name(l) == "rscn-receive")
                .Select(l => Convert.ToUInt32(JsonDocument.Parse(l).RootElement.GetProperty("affected_id").GetString(), 16))];
            (ids.Length + dropped).Should().Be(Threads * Each);
            dropped.Should().Be(sink.Dropped);
            ids.GroupBy(id => id >> 16).Should().AllSatisfy(port => port.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems());
        }
    }

    [Fact]
    public void A_firing_allocates_nothing_on_the_port_s_thread()
    {
        using ProbeRig rig = new();
        using JsonLinesSink sink = new(Stream.Null, TimeProvider.System, capacity: 256);
        rig.Provider.Attach(sink);
        FireAll(200);

        Allocated.By(() => FireAll(1000)).Should().Be(0);

        void FireAll(int rounds)
        {
            for (int round = 0; round < rounds; round++)
                for (FcProbe probe = 0; (int)probe < FcProbeNames.Count; probe++)
                    rig.Fire(probe);
        }
    }

    [Fact]
    public void A_write_error_ends_writing_and_never_reaches_the_port()
    {
        using ProbeRig rig = new();
        using JsonLinesSink sink = new(new FullDisk(), TimeProvider.System);
        rig.Provider.Attach(sink);
        for (int i = 0; i < 10; i++) rig.Fire(FcProbe.LinkUp);
        sink.Dispose();
        rig.Fire(FcProbe.LinkUp);

        sink.Failure.Should().NotBeNull();
        sink.Failure!.Message.Should().Be("No space left on device");
        sink.Lost.Should().Be(10);
    }

    [Fact]
    public void A_reader_that_takes_nothing_does_not_hold_up_Dispose()
    {
        using ProbeRig rig = new();
        GatedStream stream = new();
        JsonLinesSink sink = new(stream, TimeProvider.System, capacity: 8) { Grace = TimeSpan.FromMilliseconds(20) };
        rig.Provider.Attach(sink);
        rig.Fire(FcProbe.LinkUp);
        stream.WriteBegun.Wait(Patience).Should().BeTrue();
        for (int i = 0; i < 8 + 5; i++) rig.Fire(FcProbe.LinkDown);

        sink.Dispose();

        sink.Dropped.Should().Be(5);
        sink.Lost.Should().Be(1 + 8, "one stands in Write, the ring is full");
        sink.Failure.Should().NotBeNull();
        sink.Failure!.Message.Should().Be("nobody reads them");
        stream.Gate.Set();
    }

    [Fact]
    public void Firings_after_Dispose_are_ignored()
    {
        using ProbeRig rig = new();
        MemoryStream stream = new();
        JsonLinesSink sink = new(stream, new FixedTime(), leaveOpen: true);
        rig.Provider.Attach(sink);
        rig.Fire(FcProbe.LinkUp);
        sink.Dispose();
        rig.Fire(FcProbe.LinkDown);
        sink.Dispose();
        Names(stream.ToArray()).Should().Equal("link-up");
    }

    [Fact]
    public void A_file_is_replaced_and_can_be_read_while_it_grows()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "from an earlier run\n");
            using ProbeRig rig = new();
            using JsonLinesSink sink = JsonLinesSink.Open(path, new FixedTime());
            rig.Provider.Attach(sink);
            rig.Fire(FcProbe.LinkUp);
            SpinWait.SpinUntil(() => File.ReadAllText(path).EndsWith("}\n", StringComparison.Ordinal), Patience).Should().BeTrue();
            Names(File.ReadAllBytes(path)).Should().Equal("link-up");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<string> Names(byte[] lines) => ProbeRig.Split(lines).Select(Name);

    private static string Name(string line) => JsonDocument.Parse(line).RootElement.GetProperty("probe").GetString()!;

    /// <summary>Holds every write until the gate is open.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly Lock _lock = new();

        public ManualResetEventSlim Gate { get; } = new();

        public ManualResetEventSlim WriteBegun { get; } = new();

        public byte[] Bytes
        {
            get { lock (_lock) return ToArray(); }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            WriteBegun.Set();
            Gate.Wait(Patience);
            lock (_lock) base.Write(buffer);
        }
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
