// SPDX-License-Identifier: MIT

using FcTarget.Probes;
using FcTarget.Replay.Compare;
using FcTarget.Replay.Engine;

namespace FcTarget.Replay;

/// <summary>How a capture is to be replayed.</summary>
public sealed record ReplayOptions
{
    /// <summary>WWPN, N_Port_ID or MAC address of the target whose part is played; null: all there are, one after another.</summary>
    public string? Target { get; init; }

    /// <summary>Seed of everything random in our port; the same capture and seed give the same frames.</summary>
    public int Seed { get; init; } = 1;

    public Tolerance Tolerance { get; init; } = Tolerance.BuiltIn;

    /// <summary>Where the frames of the replay go, as pcapng; null: nowhere. The caller disposes it.</summary>
    public Stream? Output { get; init; }

    /// <summary>
    /// Called instead of the replay, with its provider, its clock and the replay itself: for whoever wants to listen to the probes from the
    /// first one on, and do something afterwards. There is one target then. Null: the replay is just run.
    /// </summary>
    public Action<FcProvider, ReplayClock, Action>? Around { get; init; }

    /// <summary>Called when the time of the capture has moved, and for each frame.</summary>
    public Action? OnTime { get; init; }

    /// <summary>How long time may move at once before <see cref="OnTime"/> is called; null: as long as nothing happens.</summary>
    public Func<TimeSpan>? UntilNext { get; init; }

    /// <summary>Asked before each frame: true ends the replay early.</summary>
    public Func<bool>? IsCancelled { get; init; }
}
