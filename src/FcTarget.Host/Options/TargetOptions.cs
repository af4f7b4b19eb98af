// SPDX-License-Identifier: MIT

using FcTarget.Fabric;
using FcTarget.Fabric.Zoning;
using FcTarget.Formats;
using FcTarget.Formats.Ethernet;
using FcTarget.Formats.Fip;
using FcTarget.Host.Control;
using FcTarget.Host.Serving;
using FcTarget.LogicalUnits;
using FcTarget.Port;
using FcTarget.Wire.Pcap;
using FcTarget.Wire.Recording;

namespace FcTarget.Host.Options;

/// <summary>The settings of <c>fctarget run</c>, read and checked.</summary>
internal sealed record TargetOptions
{
    /// <summary>What is served when no logical unit is asked for.</summary>
    public const string DefaultUnit = "memory:256M";

    /// <summary>Priority code point of tagged frames: 3, as DCB networks use for FCoE.</summary>
    private const byte FcoePriority = 3;

    public required string Interface { get; init; }

    public Topology Topology { get; init; } = Topology.Switch;

    /// <summary>N_Port_Name; none: made of the interface's MAC address.</summary>
    public Wwn Wwpn { get; init; }

    /// <summary>Node_Name; none: made of the interface's MAC address.</summary>
    public Wwn Wwnn { get; init; }

    /// <summary>N_Ports beside the first one.</summary>
    public IReadOnlyList<PortSpec> MorePorts { get; init; } = [];

    public IReadOnlyList<LuSpec> Units { get; init; } = [];

    /// <summary>The file that keeps logical units, groups and views which the administrator made; null for none.</summary>
    public string? Store { get; init; }

    /// <summary>What the probes are wanted for besides tracing; null for nothing.</summary>
    public ProbesSpec? Probes { get; init; }

    /// <summary>The probes show what COMSTAR shows instead of what their interface documents.</summary>
    public bool ComstarExact { get; init; }

    /// <summary>Where every frame is recorded; null for nowhere.</summary>
    public RecordingOptions? Record { get; init; }

    /// <summary>Seed of everything random in the port.</summary>
    public int Seed { get; init; }

    /// <summary>VLANs that carry FCoE; 0, or none: untagged frames. Topologies other than a switch use the first.</summary>
    public IReadOnlyList<int> Vlans { get; init; } = [];

    /// <summary>The first VLAN; null: untagged frames.</summary>
    public VlanTag? Vlan => Vlans is [> 0 and var vid, ..] ? new VlanTag((ushort)vid, FcoePriority) : null;

    /// <summary>The FCF of a switch.</summary>
    public FcfOptions Fcf { get; init; } = new();

    /// <summary>The fabric of a switch; the names it leaves open are made of the interface's MAC address.</summary>
    public FabricOptions Fabric { get; init; } = new() { SwitchName = Wwn.None };

    /// <summary>The control socket: a path, <see cref="ControlSocket.None"/>, or null for the default one.</summary>
    public string? Control { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Reads the settings. When some are wrong, <paramref name="errors"/> has a sentence for each and the result is null.</summary>
    public static TargetOptions? Read(TargetSettings settings, out IReadOnlyList<string> errors)
    {
        List<string> found = [];
        errors = found;
        if (string.IsNullOrEmpty(settings.Interface)) found.Add($"No interface is given. Name one with --interface. Interfaces here: {InterfaceList.Describe()}");
        IReadOnlyList<int> vlans = Take<IReadOnlyList<int>>(settings.Vlan, SettingParsers.Vlans, [], found);
        TargetOptions options = new()
        {
            Interface = Take(settings.Interface, SettingParsers.Interface, "", found),
            Topology = Take(settings.Topology, SettingParsers.Topology, Topology.Switch, found),
            Wwpn = Take(settings.Wwpn, SettingParsers.Wwpn, Wwn.None, found),
            Wwnn = Take(settings.Wwnn, SettingParsers.Wwnn, Wwn.None, found),
            MorePorts = ReadPorts(settings.Port, found),
            Units = ReadUnits(settings.Lu, hasOthers: !string.IsNullOrEmpty(settings.Store), found),
            Store = string.IsNullOrEmpty(settings.Store) ? null : settings.Store,
            Probes = Take<ProbesSpec?>(settings.Probes, ProbesSpec.Parse!, null, found),
            ComstarExact = Take(settings.ComstarExact, SettingParsers.ComstarExact, false, found),
            Record = Take<RecordingOptions?>(settings.Record, RecordSpec.Parse!, null, found),
            // Two targets that were started alike must not choose alike when they are in conflict over an address.
            Seed = Take(settings.Seed, SettingParsers.Seed, 0, found) is not 0 and var seed ? seed : Random.Shared.Next(1, int.MaxValue),
            Vlans = vlans,
            Fcf = new FcfOptions
            {
                Vlans = vlans,
                FcMap = Take(settings.FcMap, SettingParsers.FcMap, MacAddress.DefaultFcMap, found),
                Priority = Take(settings.FcfPriority, SettingParsers.FcfPriority, FipPriorityDescriptor.DefaultPriority, found),
                FkaAdvPeriod = Take(settings.FkaAdvPeriod, SettingParsers.FkaAdvPeriod, new FcfOptions().FkaAdvPeriod, found),
            },
            Fabric = new FabricOptions
            {
                SwitchName = Wwn.None,
                FabricName = Take(settings.FabricName, SettingParsers.FabricName, Wwn.None, found),
                DomainId = Take(settings.Domain, SettingParsers.Domain, (byte)1, found),
                Zoning = ZoningConfiguration.Open.WithDefaultZone(Take(settings.DefaultZone, SettingParsers.DefaultZone, true, found)),
                DuplicateName = Take(settings.DuplicateWwpn, SettingParsers.DuplicateWwpn, DuplicateName.Refuse, found),
                StateFile = string.IsNullOrEmpty(settings.FabricStore) ? null : Path.GetFullPath(settings.FabricStore),
            },
            Control = string.IsNullOrEmpty(settings.Control) ? null : Take(settings.Control, SettingParsers.Control, "", found),
            Verbose = Take(settings.Verbose, SettingParsers.Verbose, false, found),
        };
        if (options.MorePorts.Count > 0 && options.Topology is not (Topology.Switch or Topology.Fabric))
            found.Add("More than one N_Port takes a fabric. Add --topology switch or fabric.");
        return found.Count == 0 ? options : null;
    }

    private static IReadOnlyList<PortSpec> ReadPorts(IReadOnlyList<string> texts, List<string> errors)
    {
        List<PortSpec> ports = [];
        foreach (string text in texts)
        {
            if (SettingParsers.Port(text, out PortSpec? port) is { } error) errors.Add(error);
            else ports.Add(port!);
        }
        return ports;
    }

    private static IReadOnlyList<LuSpec> ReadUnits(IReadOnlyList<string> texts, bool hasOthers, List<string> errors)
    {
        List<LuSpec> units = [];
        foreach (string text in hasOthers ? texts : texts.DefaultIfEmpty(DefaultUnit))
        {
            if (!LuSpec.TryParse(text, out LuSpec? unit, out string? error)) errors.Add(error);
            else if (unit.Lun is { } lun && units.Exists(other => other.Lun == lun && other.Host == unit.Host && other.Target == unit.Target))
                errors.Add($"LUN {lun} is given to two logical units. Give each its own.");
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
