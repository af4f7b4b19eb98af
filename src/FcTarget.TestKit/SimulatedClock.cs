// SPDX-License-Identifier: MIT

namespace FcTarget.TestKit;

/// <summary>Time that moves only when a test says so. One tick is 100 ns, as in <see cref="TimeSpan"/>.</summary>
public sealed class SimulatedClock : TimeProvider
{
    /// <summary>The time of day at which every clock begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Time since the clock was made.</summary>
    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    /// <param name="by">Not negative: time does not run backwards.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Elapsed += by;
    }
}
