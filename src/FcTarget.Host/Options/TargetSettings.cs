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
        nameof(Interface), nameof(Topology), nameof(Wwpn), nameof(Wwnn), nameof(Port), nameof(Lu), nameof(Store), nameof(Probes), nameof(Record), nameof(ComstarExact),
        nameof(Seed), nameof(Vlan),
        nameof(FcMap), nameof(FabricName), nameof(Domain), nameof(FkaAdvPeriod), nameof(FcfPriority), nameof(DefaultZone),
        nameof(DuplicateWwpn), nameof(FabricStore),
        nameof(Control), nameof(Verbose),
    ];

    /// <summary>Those of <see cref="Keys"/> that are lists.</summary>
    public static readonly IReadOnlyList<string> Lists = [nameof(Port), nameof(Lu)];

    public string? Interface { get; set; }

    public string? Topology { get; set; }

    public string? Wwpn { get; set; }

    public string? Wwnn { get; set; }

    /// <summary>Descriptions of N_Ports beside the first one; a layer that has any replaces those of the layers below it.</summary>
    public IReadOnlyList<string> Port { get; set; } = [];

    /// <summary>Descriptions of logical units, likewise.</summary>
    public IReadOnlyList<string> Lu { get; set; } = [];

    public string? Store { get; set; }

    public string? Probes { get; set; }

    public string? ComstarExact { get; set; }

    public string? Record { get; set; }

    public string? Seed { get; set; }

    public string? Vlan { get; set; }

    public string? FcMap { get; set; }

    public string? FabricName { get; set; }

    public string? Domain { get; set; }

    public string? FkaAdvPeriod { get; set; }

    public string? FcfPriority { get; set; }

    public string? DefaultZone { get; set; }

    public string? DuplicateWwpn { get; set; }

    public string? FabricStore { get; set; }

    public string? Control { get; set; }

    public string? Verbose { get; set; }
}
