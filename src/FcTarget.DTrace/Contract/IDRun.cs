// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Contract;

/// <summary>
/// An enabled program. One thread, the consumer's, calls everything here: <see cref="Begin"/>, then <see cref="Fire"/> and
/// <see cref="TryRead"/> as often as it likes, <see cref="End"/>, <see cref="TryRead"/> until nothing is left, Dispose.
/// </summary>
internal interface IDRun : IDisposable
{
    /// <summary>The profile-* and tick-* probes of the program; when they fire is the consumer's affair.</summary>
    IReadOnlyList<TimerProbe> Timers { get; }

    /// <summary>exit() was executed, or a buffer of policy fill is full: nothing but END fires from then on.</summary>
    bool HasExited { get; }

    /// <summary>Fires BEGIN on this thread, then attaches to the provider.</summary>
    void Begin();

    /// <summary>Fires a timer's clauses on this thread.</summary>
    void Fire(TimerProbe timer);

    /// <summary>Detaches and waits for firings under way: from then on only this thread fires.</summary>
    void Detach();

    /// <summary>Detaches, waits for firings under way, then fires END on this thread.</summary>
    void End();

    /// <summary>The oldest record, good until the next call. False: there is none.</summary>
    bool TryRead(out DRecord record);

    /// <summary>Records that found the buffer full since the last call.</summary>
    long TakeDrops();

    /// <summary>Records that found their speculation full, and calls of speculation() that found none free, since the last call.</summary>
    (long Full, long Unavailable) TakeSpeculationDrops();

    /// <summary>Assignments to dynamic variables that found no room since the last call.</summary>
    long TakeDynamicDrops();
}

/// <param name="Probe">The probe, such as <c>profile:::tick-1sec</c>.</param>
/// <param name="Interval">From one firing to the next.</param>
internal sealed record TimerProbe(ProbeDescription Probe, TimeSpan Interval);

/// <summary>What a clause left behind, or a fault that ended it.</summary>
internal readonly ref struct DRecord
{
    /// <summary>The enabling that fired: see <see cref="EnablingDescription.Epid"/>.</summary>
    public uint Epid { get; init; }

    /// <summary>Processor, as variable <c>cpu</c> shows it.</summary>
    public int Cpu { get; init; }

    /// <summary>Holds the fields of the enabling's actions. Empty for a fault.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>What went wrong instead; <see cref="DFaultKind.None"/> for a record.</summary>
    public DFault Fault { get; init; }
}
