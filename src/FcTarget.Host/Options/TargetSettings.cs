// SPDX-License-Identifier: MIT

namespace FcTarget.Host.Options;

/// <summary>
/// The settings of <c>fctarget run</c> as text, as they come from the command line, the environment and the file. The property names
/// are the keys of the file and, after <c>FCTARGET__</c>, the names of the environment variables.
/// </summary>
internal sealed record TargetSettings
{
    /// <summary>Every key, as written in documentation and messages.</summary>
    public static readonly IReadOnlyList<string> Keys =
    [
        nameof(Interface), nameof(Topology), nameof(Wwpn), nameof(Wwnn), nameof(Lu), nameof(Probes), nameof(Seed), nameof(Vlan), nameof(Verbose),
    ];

    public string? Interface { get; set; }

    public string? Topology { get; set; }

    public string? Wwpn { get; set; }

    public string? Wwnn { get; set; }

    /// <summary>Descriptions of logical units; a layer that has any replaces those of the layers below it.</summary>
    public IReadOnlyList<string> Lu { get; set; } = [];

    public string? Probes { get; set; }

    public string? Seed { get; set; }

    public string? Vlan { get; set; }

    public string? Verbose { get; set; }
}
