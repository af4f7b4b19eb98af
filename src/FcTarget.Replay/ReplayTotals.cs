// SPDX-License-Identifier: MIT

using FcTarget.Replay.Capture;

namespace FcTarget.Replay;

/// <summary>What a replay came to.</summary>
public sealed record ReplayTotals
{
    public long Same { get; internal set; }

    public long Equivalent { get; internal set; }

    public long Different { get; internal set; }

    public long Exchanges => Same + Equivalent + Different;

    /// <summary>Frames in the capture, of any kind.</summary>
    public long Frames { get; internal set; }

    /// <summary>FIP and FCoE frames that are neither to nor from the target.</summary>
    public long NotOfTarget { get; internal set; }

    /// <summary>Frames of other protocols.</summary>
    public long Others { get; internal set; }

    /// <summary>Frames that are damaged: nobody would have taken them.</summary>
    public long Damaged { get; internal set; }

    /// <summary>Frames that are in the capture a second time.</summary>
    public long Copies { get; internal set; }

    /// <summary>Frames that the recorder dropped, as it says in the capture: what they wrote is not known.</summary>
    public ulong Dropped { get; internal set; }

    /// <summary>Answers and data of exchanges whose beginning is not in the capture.</summary>
    public long Strays { get; internal set; }

    /// <summary>Frames our target sent.</summary>
    public long Sent { get; internal set; }

    /// <summary>Probes that fired.</summary>
    public long Probes { get; internal set; }

    /// <summary>Parts of the capture that were replayed each by itself; 1 when it is one conversation.</summary>
    public int Sections { get; internal set; } = 1;

    /// <summary>Time from the first frame to the last, of all sections together.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>Who was played, and where: one line a target.</summary>
    public IReadOnlyList<string> Targets { get; internal set; } = [];

    /// <summary>Logins that had to be made up since the capture begins after them.</summary>
    public IReadOnlyList<string> MadeUp { get; internal set; } = [];

    /// <summary>Why the capture was not read to its end; null when it was.</summary>
    public string? CaptureFailure { get; internal set; }

    /// <summary>An exception in a handler of our target, which is a bug of ours; null when there was none.</summary>
    public Exception? Fault { get; internal set; }

    public bool IsGood => Different == 0 && Fault is null;

    /// <summary>Adds what another target came to in the same frames.</summary>
    /// <param name="other">The other target's.</param>
    /// <param name="whole">How many FIP and FCoE frames there were for both.</param>
    internal void AddTarget(ReplayTotals other, long whole)
    {
        long ofNeither = Math.Max(0, NotOfTarget + other.NotOfTarget - whole); // a frame of either is a frame of a target
        Add(other);
        NotOfTarget = ofNeither;
        Duration -= other.Duration;
    }

    /// <summary>Adds what another section of the capture came to.</summary>
    internal void AddSection(ReplayTotals other)
    {
        Sections++;
        Add(other);
    }

    /// <summary>Takes over what the reader of the capture has counted.</summary>
    internal void Take(CaptureFrames capture)
    {
        Frames = capture.Read;
        Others = capture.Others;
        Damaged = capture.Damaged;
        Copies = capture.Copies;
        Dropped = capture.Dropped;
        CaptureFailure = capture.Failure;
    }

    private void Add(ReplayTotals other)
    {
        Same += other.Same;
        Equivalent += other.Equivalent;
        Different += other.Different;
        NotOfTarget += other.NotOfTarget;
        Strays += other.Strays;
        Sent += other.Sent;
        Probes += other.Probes;
        Duration += other.Duration;
        Targets = [.. Targets, .. other.Targets];
        MadeUp = [.. MadeUp, .. other.MadeUp];
        Fault ??= other.Fault;
    }
}
