// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Wire.Pcap;

namespace FcTarget.Host.Options;

/// <summary>The settings of <c>fctarget run</c>, read and checked.</summary>
internal sealed record TargetOptions
{
    /// <summary>What is served when no logical unit is asked for.</summary>
    public const string DefaultUnit = "memory:256M";

    /// <summary>Priority code point of tagged frames: 3, as DCB networks use for FCoE.</summary>
    private const byte FcoePriority = 3;

    public required string Interface { get; init; }

    public Topology Topology { get; init; } = Topology.Vn2Vn;

    /// <summary>N_Port_Name; none: made of the interface's MAC address.</summary>
    public Wwn Wwpn { get; init; }

    /// <summary>Node_Name; none: made of the interface's MAC address.</summary>
    public Wwn Wwnn { get; init; }

    public IReadOnlyList<LuSpec> Units { get; init; } = [];

    /// <summary>Where the probes go: a file, <c>-</c> for standard output, null for nowhere.</summary>
    public string? Probes { get; init; }

    /// <summary>Seed of everything random in the port.</summary>
    public int Seed { get; init; }

    public VlanTag? Vlan { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Reads the settings. When some are wrong, <paramref name="errors"/> has a sentence for each and the result is null.</summary>
    public static TargetOptions? Read(TargetSettings settings, out IReadOnlyList<string> errors)
    {
        List<string> found = [];
        errors = found;
        if (string.IsNullOrEmpty(settings.Interface)) found.Add($"No interface is given. Name one with --interface. Interfaces here: {InterfaceList.Describe()}");
        TargetOptions options = new()
        {
            Interface = Take(settings.Interface, SettingParsers.Interface, "", found),
            Topology = Take(settings.Topology, SettingParsers.Topology, Topology.Vn2Vn, found),
            Wwpn = Take(settings.Wwpn, SettingParsers.Wwpn, Wwn.None, found),
            Wwnn = Take(settings.Wwnn, SettingParsers.Wwnn, Wwn.None, found),
            Units = ReadUnits(settings.Lu, found),
            Probes = string.IsNullOrEmpty(settings.Probes) ? null : settings.Probes,
            // Two targets that were started alike must not choose alike when they are in conflict over an address.
            Seed = Take(settings.Seed, SettingParsers.Seed, 0, found) is not 0 and var seed ? seed : Random.Shared.Next(1, int.MaxValue),
            Vlan = Take(settings.Vlan, SettingParsers.Vlan, (ushort)0, found) is not 0 and var vid ? new VlanTag(vid, FcoePriority) : null,
            Verbose = Take(settings.Verbose, SettingParsers.Verbose, false, found),
        };
        return found.Count == 0 ? options : null;
    }

    private static IReadOnlyList<LuSpec> ReadUnits(IReadOnlyList<string> texts, List<string> errors)
    {
        List<LuSpec> units = [];
        foreach (string text in texts.DefaultIfEmpty(DefaultUnit))
        {
            if (!LuSpec.TryParse(text, out LuSpec? unit, out string? error)) errors.Add(error);
            else if (unit.Lun is { } lun && units.Exists(other => other.Lun == lun)) errors.Add($"LUN {lun} is given to two logical units. Give each its own.");
            else units.Add(unit);
        }
        return units;
    }

    private static T Take<T>(string? text, SettingParser<T> parser, T otherwise, List<string> errors)
    {
        if (string.IsNullOrEmpty(text)) return otherwise;
        if (parser(text, out T value) is not { } error) return value;
        errors.Add(error);
        return otherwise;
    }
}
