// SPDX-License-Identifier: MIT

namespace FcTarget.TestKit.Tests;

public sealed class SimulationTests
{
    private readonly Simulation _simulation = new();
    private readonly List<string> _heard = [];

    [Fact]
    public void Everything_happens_at_its_own_instant_and_in_order()
    {
        _simulation.Every(TimeSpan.FromSeconds(2), () => Note("beacon"));
        _simulation.At(TimeSpan.FromSeconds(3), () => Note("once"));
        _simulation.At(TimeSpan.FromSeconds(2), () => Note("second at 2"));
        _simulation.Advance(TimeSpan.FromSeconds(5));
        _heard.Should().Equal("2 beacon", "2 second at 2", "3 once", "4 beacon");
        _simulation.Clock.Elapsed.Should().Be(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void What_is_due_already_happens_at_once()
    {
        _simulation.Advance(TimeSpan.FromSeconds(1));
        _simulation.At(TimeSpan.Zero, () => Note("late"));
        _simulation.Advance(TimeSpan.Zero);
        _heard.Should().BeEmpty("no time has passed");
        _simulation.Advance(TimeSpan.FromTicks(1));
        _heard.Should().Equal("1 late");
    }

    [Fact]
    public void RunUntil_stops_when_it_is_so_or_when_the_time_is_over()
    {
        _simulation.At(TimeSpan.FromSeconds(3), () => Note("it"));
        _simulation.RunUntil(() => _heard.Count > 0, TimeSpan.FromSeconds(2)).Should().BeFalse();
        _simulation.RunUntil(() => _heard.Count > 0, TimeSpan.FromSeconds(2)).Should().BeTrue();
        _simulation.Clock.Elapsed.Should().Be(TimeSpan.FromSeconds(3), "it happened then");
    }

    [Fact]
    public void An_instant_without_end_is_reported()
    {
        _simulation.Add(static () => true);
        _simulation.Invoking(s => s.Pump()).Should().Throw<ConversationException>().WithMessage("no rest at*");
    }

    private void Note(string what) => _heard.Add($"{_simulation.Clock.Elapsed.TotalSeconds:0} {what}");
}
