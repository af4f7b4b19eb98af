// SPDX-License-Identifier: MIT

using FcTarget.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace FcTarget.Port.Tests;

public sealed class TimerQueueTests
{
    private readonly SimulatedClock _clock = new();
    private readonly TimerQueue _timers;
    private readonly List<string> _ran = [];

    public TimerQueueTests() => _timers = new TimerQueue(_clock);

    private LoopTimer Timer(string name) => new(_timers, () => _ran.Add(name));

    private void Pass(double milliseconds)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _timers.ReadClock();
        _timers.RunDue();
    }

    [Fact]
    public void Timers_run_in_the_order_they_are_due_and_ties_in_the_order_they_were_set()
    {
        LoopTimer a = Timer("a"), b = Timer("b"), c = Timer("c");
        c.Set(TimeSpan.FromMilliseconds(5));
        b.Set(TimeSpan.FromMilliseconds(5));
        a.Set(TimeSpan.FromMilliseconds(3));
        _timers.UntilNext.Should().Be(TimeSpan.FromMilliseconds(3));
        Pass(10);
        _ran.Should().Equal("a", "c", "b");
        _timers.UntilNext.Should().BeNull();
    }

    [Fact]
    public void A_timer_does_not_run_before_its_time_nor_twice()
    {
        Timer("a").Set(TimeSpan.FromMilliseconds(2));
        Pass(1.9);
        _ran.Should().BeEmpty();
        Pass(0.1);
        Pass(10);
        _ran.Should().Equal("a");
    }

    [Fact]
    public void Setting_anew_moves_and_cancelling_removes()
    {
        LoopTimer a = Timer("a"), b = Timer("b");
        a.Set(TimeSpan.FromMilliseconds(1));
        a.Set(TimeSpan.FromMilliseconds(20));
        a.SetIfIdle(TimeSpan.FromMilliseconds(1));
        b.Set(TimeSpan.FromMilliseconds(1));
        b.Cancel();
        b.Cancel();
        b.IsSet.Should().BeFalse();
        Pass(10);
        _ran.Should().BeEmpty();
        Pass(10);
        _ran.Should().Equal("a");
    }

    [Fact]
    public void A_timer_that_sets_itself_to_zero_waits_for_the_next_pass()
    {
        int runs = 0;
        LoopTimer? self = null;
        self = new LoopTimer(_timers, () =>
        {
            runs++;
            self!.Set(TimeSpan.Zero);
        });
        self.Set(TimeSpan.FromMilliseconds(-5));
        Pass(0);
        runs.Should().Be(1);
        _timers.UntilNext.Should().Be(TimeSpan.Zero);
        Pass(0);
        runs.Should().Be(2);
    }

    [Fact]
    public void A_timer_may_cancel_another_that_is_due_at_the_same_time()
    {
        LoopTimer second = Timer("second");
        LoopTimer first = new(_timers, second.Cancel);
        first.Set(TimeSpan.FromMilliseconds(1));
        second.Set(TimeSpan.FromMilliseconds(1));
        Pass(1);
        _ran.Should().BeEmpty();
    }

    [Fact]
    public void Any_mix_of_setting_and_cancelling_runs_as_a_sorted_list_would() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Timer, byte Due, bool Cancel)[]>(), steps =>
    {
        SimulatedClock clock = new();
        TimerQueue timers = new(clock);
        List<int> ran = [];
        LoopTimer[] all = [.. Enumerable.Range(0, 256).Select(i => new LoopTimer(timers, () => ran.Add(i)))];
        Dictionary<int, (int Due, int Order)> model = [];
        int order = 0;
        foreach ((byte timer, byte due, bool cancel) in steps)
        {
            if (cancel)
            {
                all[timer].Cancel();
                model.Remove(timer);
            }
            else
            {
                all[timer].Set(TimeSpan.FromMilliseconds(due));
                model[timer] = (due, order++);
            }
        }
        bool counts = timers.Count == model.Count;
        clock.Advance(TimeSpan.FromSeconds(1));
        timers.ReadClock();
        timers.RunDue();
        return counts && ran.SequenceEqual(model.OrderBy(m => m.Value).Select(m => m.Key));
    }).QuickCheckThrowOnFailure();
}
