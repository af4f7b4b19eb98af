// SPDX-License-Identifier: MIT

namespace FcTarget.Replay.Engine;

/// <summary>The time of a capture. It moves when the replay says so, and never back.</summary>
public sealed class ReplayClock : TimeProvider
{
    /// <summary>A silence in the capture that is longer is cut to this, so that nobody waits for the timers of years: 5 minutes.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    private DateTimeOffset _start;

    /// <param name="start">The time to begin at.</param>
    public ReplayClock(DateTimeOffset start) => _start = start;

    /// <summary>Time since the clock was made.</summary>
    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Nanoseconds since 1970, in steps of 100.</summary>
    public long UnixNanoseconds => (GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * TimeSpan.NanosecondsPerTick;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    internal void Advance(TimeSpan by) => Elapsed += by;

    /// <summary>The time of day is now another one: a section of the capture begins. What has elapsed stays.</summary>
    internal void Restart(long unixNanoseconds, TimeSpan lead) => _start = Before(unixNanoseconds, lead)._start - Elapsed;

    /// <summary>A clock that begins a while before a time in nanoseconds since 1970, within what a date can say.</summary>
    internal static ReplayClock Before(long unixNanoseconds, TimeSpan lead)
    {
        long ticks = Math.Clamp(unixNanoseconds / TimeSpan.NanosecondsPerTick, 0, TimeSpan.TicksPerDay * 366L * 400);
        return new ReplayClock(DateTimeOffset.UnixEpoch.AddTicks(ticks) - lead);
    }
}
