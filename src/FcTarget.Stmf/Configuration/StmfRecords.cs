// SPDX-License-Identifier: MIT

using System.Text.Json.Serialization;
using FcTarget.Scsi;

namespace FcTarget.Stmf.Configuration;

/// <summary>A logical unit as it is configured.</summary>
/// <param name="Name">The operator's name for it, unique.</param>
/// <param name="Definition">What it is made of, in the words of its LU provider.</param>
/// <param name="Online">Offline: no nexus sees it, whatever the view entries say; its data stays.</param>
public sealed record LogicalUnitRecord(string Name, string Definition, bool Online = true)
{
    /// <summary>It was given at the start of this process and lasts as long: neither it nor its view entries are stored.</summary>
    [JsonIgnore]
    public bool IsTransient { get; init; }
}

/// <summary>A host group or a target group: names of initiator ports or of target ports.</summary>
/// <param name="Name">Unique among the groups of its kind.</param>
/// <param name="Members">Normalised port names (<see cref="PortNames"/>). A port is in one group of a kind at most.</param>
public sealed record PortGroup(string Name, IReadOnlyList<string> Members)
{
    /// <summary>TARGET PORT GROUP (SPC-4 5.15) of a target group, 1 to 65535; 0 of a host group.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ushort Number { get; init; }

    /// <summary>Of a target group: the access state that the administrator has set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AccessState AccessState { get; init; }

    /// <summary>Of a target group: PREF, the initiators should take these ports.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Preferred { get; init; }

    /// <summary>Of a target group in LBA dependent state: its user data segments.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UserDataSegments? Segments { get; init; }

    public bool Contains(string portName) => Members.Contains(portName, StringComparer.Ordinal);

    public bool Equals(PortGroup? other) =>
        other is not null && Name == other.Name && Number == other.Number && AccessState == other.AccessState && Preferred == other.Preferred
        && Equals(Segments, other.Segments) && Members.SequenceEqual(other.Members);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A target port of ours that there is, or was.</summary>
/// <param name="Name">Normalised (<see cref="PortNames"/>).</param>
/// <param name="RelativeId">Its relative target port identifier, which stays with the name: persistent reservations go by it.</param>
/// <param name="Online">Offline: no initiator gets in.</param>
public sealed record TargetRecord(string Name, ushort RelativeId, bool Online = true)
{
    /// <summary>
    /// Of a target port that was made at run time: how its port provider makes it again, in the provider's words. Null: whoever starts the
    /// process says so each time.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Definition { get; init; }
}

/// <summary>A view entry: the ports of a host group see a logical unit through the ports of a target group, as a LUN.</summary>
/// <param name="Id">Number of the entry, unique among those of its logical unit.</param>
/// <param name="LogicalUnit">Name of the logical unit.</param>
/// <param name="HostGroup">Null: all initiator ports.</param>
/// <param name="TargetGroup">Null: all target ports.</param>
/// <param name="Lun">0 to 16383.</param>
public sealed record ViewEntry(int Id, string LogicalUnit, string? HostGroup, string? TargetGroup, int Lun)
{
    /// <summary>Whether some pair of ports could be concerned by both entries: groups of a kind do not share ports.</summary>
    public bool Overlaps(string? hostGroup, string? targetGroup) =>
        (HostGroup is null || hostGroup is null || HostGroup == hostGroup)
        && (TargetGroup is null || targetGroup is null || TargetGroup == targetGroup);
}
