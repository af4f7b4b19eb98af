// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.TestKit;
using FcTarget.Wire;

namespace FcTarget.Port.Tests;

public sealed class PortLoopTests : IDisposable
{
    private readonly SimulatedClock _clock = new();
    private readonly MemorySegment _segment = new();
    private readonly MemoryWire _wire, _other;
    private readonly Client _client = new();
    private readonly PortLoop _loop;

    public PortLoopTests()
    {
        _wire = _segment.Attach("loop", new MacAddress(1ul));
        _other = _segment.Attach("other", new MacAddress(2ul));
        _loop = new PortLoop(_wire, _clock, _ => _client);
    }

    public void Dispose()
    {
        _wire.Dispose();
        _other.Dispose();
    }

    private void Receive(byte first)
    {
        _other.TryGetTransmitSlot(out Span<byte> slot).Should().BeTrue();
        slot[0] = first;
        _other.Commit(60);
        _other.Flush();
    }

    [Fact]
    public void One_pass_goes_from_link_to_frames_to_timers_to_work_to_transmission()
    {
        new LoopTimer(_loop.Timers, () => _client.Log.Add("timer")).Set(TimeSpan.Zero);
        _loop.Post(new Work(_ => _client.Log.Add("work")));
        Receive(7);
        _loop.Poll().Should().BeTrue();
        _client.Log.Should().Equal("link True", "frame 7", "timer", "work", "transmit");
    }

    [Fact]
    public void A_link_change_is_told_once()
    {
        _loop.Poll();
        _loop.Poll().Should().BeFalse();
        _wire.SetLink(false);
        _loop.Poll();
        _loop.Poll();
        _client.Log.Where(l => l.StartsWith("link", StringComparison.Ordinal)).Should().Equal("link True", "link False");
    }

    [Fact]
    public void Work_that_posts_itself_runs_in_the_next_pass()
    {
        int runs = 0;
        Work? again = null;
        again = new Work(kind =>
        {
            runs++;
            _loop.Post(again!, kind);
        });
        _loop.Post(again, 5);
        _loop.Poll();
        runs.Should().Be(1);
        _loop.Poll().Should().BeTrue();
        runs.Should().Be(2);
    }

    [Fact]
    public void A_throw_in_a_handler_is_counted_and_the_loop_goes_on()
    {
        _loop.Post(new Work(_ => throw new InvalidOperationException("a bug")));
        _loop.Poll().Should().BeTrue();
        _loop.Faults.Should().Be(1);
        _client.Log.Should().Contain("fault a bug");
        Receive(9);
        _loop.Poll();
        _client.Log.Should().Contain("frame 9");
        _loop.Faults.Should().Be(1);
    }

    [Fact]
    public void At_most_256_frames_are_taken_in_one_pass()
    {
        for (int i = 0; i < 300; i++) Receive((byte)i);
        _loop.Poll().Should().BeTrue();
        _client.Log.Count(l => l.StartsWith("frame", StringComparison.Ordinal)).Should().Be(256);
        _loop.Poll();
        _client.Log.Count(l => l.StartsWith("frame", StringComparison.Ordinal)).Should().Be(300);
    }

    [Fact]
    public void Work_posted_by_another_thread_ends_the_loops_sleep()
    {
        using CancellationTokenSource stop = new();
        PortLoop live = new(_wire, TimeProvider.System, _ => _client);
        Thread thread = new(() => live.Run(stop.Token));
        thread.Start();
        using ManualResetEventSlim ran = new();
        live.Post(new Work(_ => ran.Set()));
        ran.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        stop.Cancel();
        thread.Join(TimeSpan.FromSeconds(10)).Should().BeTrue();
    }

    private sealed class Work(Action<int> run) : ILoopWork
    {
        public void RunOnLoop(int kind) => run(kind);
    }

    private sealed class Client : ILoopClient
    {
        public List<string> Log { get; } = [];

        public void OnLink(bool up) => Log.Add($"link {up}");

        public void OnFrame(ReadOnlySpan<byte> frame) => Log.Add($"frame {frame[0]}");

        public bool OnTransmit()
        {
            Log.Add("transmit");
            return false;
        }

        public void OnFault(Exception fault) => Log.Add($"fault {fault.Message}");
    }
}
