// SPDX-License-Identifier: MIT

using FcTarget.Port;

namespace FcTarget.Benchmarks.Live;

/// <summary>A load on LUN 0 of a target: random places, all of one size.</summary>
internal sealed record LoadOptions
{
    public Topology Topology { get; init; } = Topology.Vn2Vn;

    /// <summary>Writes; else reads.</summary>
    public bool Writes { get; init; }

    /// <summary>Bytes a command moves: a multiple of the logical block length.</summary>
    public int Length { get; init; } = 4096;

    /// <summary>Commands under way.</summary>
    public int Depth { get; init; } = 32;

    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);
}
