// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Probes;

namespace FcTarget.Replay;

/// <summary>Hears of a replay as it goes: each exchange when both answers are known, each probe as it fires. Called in the order of time.</summary>
public interface IReplayReport
{
    /// <summary>It begins.</summary>
    /// <param name="unixNanoseconds">The time of the first frame.</param>
    void OnBegin(long unixNanoseconds)
    {
        // Who does not count from there need not know.
    }

    /// <summary>An exchange is over. The lists in it are good until the call returns.</summary>
    void OnExchange(in ExchangeReport exchange);

    /// <summary>A probe fired. Its pointers are good until the call returns.</summary>
    /// <param name="e">The firing.</param>
    /// <param name="unixNanoseconds">When, in the time of the capture.</param>
    void OnProbe(in FcProbeEvent e, long unixNanoseconds);
}

/// <summary>An exchange of the capture, or of our target, and how it came out.</summary>
public readonly ref struct ExchangeReport
{
    /// <summary>The frame of the capture that began it; 0 for an exchange that only our target began.</summary>
    public long Frame { get; init; }

    /// <summary>When it began, in nanoseconds since 1970.</summary>
    public long UnixNanoseconds { get; init; }

    /// <summary>What it is: <c>READ(10)</c>, <c>PLOGI</c>, <c>CT GID_FT</c>, <c>FIP Claim Notification</c>, <c>PRLI of the target</c>.</summary>
    public string Name { get; init; }

    /// <summary>N_Port_ID of the originator in the capture.</summary>
    public FcId Originator { get; init; }

    public OxId OxId { get; init; }

    /// <summary>LUN of a command; -1 for others.</summary>
    public int Lun { get; init; }

    public ExchangeOutcome Outcome { get; init; }

    /// <summary>Why it is equivalent; of a different exchange, what besides the differences was allowed.</summary>
    public IReadOnlyList<string> Reasons { get; init; }

    public IReadOnlyList<Difference> Differences { get; init; }
}
