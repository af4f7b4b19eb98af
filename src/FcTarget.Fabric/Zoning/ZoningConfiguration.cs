// SPDX-License-Identifier: MIT

namespace FcTarget.Fabric.Zoning;

/// <summary>A zone: its members may talk to each other while a zone set with it is active.</summary>
public sealed record Zone(string Name, IReadOnlyList<ZoneMember> Members);

/// <summary>A zone set: zones that become active together.</summary>
public sealed record ZoneSet(string Name, IReadOnlyList<string> Zones);

/// <summary>A change of the zoning that cannot be: the message says what is wrong, for whoever asked.</summary>
public sealed class ZoningException(string message) : Exception(message);

/// <summary>
/// Everything an administrator has set about zones: an immutable value. Each change is a function to the next value, or a
/// <see cref="ZoningException"/>. A port that is in no zone of the active set is in the default zone.
/// </summary>
public sealed record ZoningConfiguration
{
    /// <summary>Longest name of a zone or a zone set, characters (FC-GS, zone server).</summary>
    public const int MaxNameLength = 64;

    /// <summary>No zones; everybody sees everybody.</summary>
    public static readonly ZoningConfiguration Open = new() { DefaultZonePermits = true };

    /// <summary>Whether the ports of the default zone may talk to each other.</summary>
    public bool DefaultZonePermits { get; init; }

    public IReadOnlyList<Zone> Zones { get; init; } = [];

    public IReadOnlyList<ZoneSet> ZoneSets { get; init; } = [];

    /// <summary>Name of the active zone set; null: none, every port is in the default zone.</summary>
    public string? ActiveSet { get; init; }

    /// <summary>The zones of the active set.</summary>
    public IEnumerable<Zone> ActiveZones() =>
        ActiveSet is null ? [] : ZoneSet(ActiveSet).Zones.Select(Zone);

    public Zone Zone(string name) => Zones.FirstOrDefault(z => z.Name == name) ?? throw new ZoningException($"There is no zone '{name}'.");

    public ZoneSet ZoneSet(string name) =>
        ZoneSets.FirstOrDefault(s => s.Name == name) ?? throw new ZoningException($"There is no zone set '{name}'.");

    public ZoningConfiguration WithDefaultZone(bool permits) => this with { DefaultZonePermits = permits };

    // ---- zones ----------------------------------------------------------------------------------------------------

    public ZoningConfiguration WithZone(string name, params IReadOnlyList<ZoneMember> members)
    {
        CheckName(name, "zone");
        if (Zones.Any(z => z.Name == name)) throw new ZoningException($"There is a zone '{name}' already.");
        return this with { Zones = [.. Zones, new Zone(name, [.. members.Distinct()])] };
    }

    /// <summary>Deletes a zone, and takes it out of the sets it is in.</summary>
    public ZoningConfiguration WithoutZone(string name)
    {
        Zone zone = Zone(name);
        return this with
        {
            Zones = [.. Zones.Where(z => z != zone)],
            ZoneSets = [.. ZoneSets.Select(s => s with { Zones = [.. s.Zones.Where(z => z != name)] })],
        };
    }

    public ZoningConfiguration WithMember(string zone, ZoneMember member)
    {
        if (Zone(zone).Members.Contains(member)) throw new ZoningException($"{member} is in zone '{zone}' already.");
        return Replacing(zone, z => z with { Members = [.. z.Members, member] });
    }

    public ZoningConfiguration WithoutMember(string zone, ZoneMember member)
    {
        if (!Zone(zone).Members.Contains(member)) throw new ZoningException($"{member} is not in zone '{zone}'.");
        return Replacing(zone, z => z with { Members = [.. z.Members.Where(m => m != member)] });
    }

    // ---- zone sets ------------------------------------------------------------------------------------------------

    public ZoningConfiguration WithZoneSet(string name, params IReadOnlyList<string> zones)
    {
        CheckName(name, "zone set");
        if (ZoneSets.Any(s => s.Name == name)) throw new ZoningException($"There is a zone set '{name}' already.");
        foreach (string zone in zones) Zone(zone);
        return this with { ZoneSets = [.. ZoneSets, new ZoneSet(name, [.. zones.Distinct()])] };
    }

    public ZoningConfiguration WithoutZoneSet(string name)
    {
        ZoneSet set = ZoneSet(name);
        if (ActiveSet == name) throw new ZoningException($"Zone set '{name}' is active. Deactivate it, or activate another one.");
        return this with { ZoneSets = [.. ZoneSets.Where(s => s != set)] };
    }

    public ZoningConfiguration WithZoneInSet(string set, string zone)
    {
        Zone(zone);
        if (ZoneSet(set).Zones.Contains(zone)) throw new ZoningException($"Zone '{zone}' is in zone set '{set}' already.");
        return Replacing(set, s => s with { Zones = [.. s.Zones, zone] });
    }

    public ZoningConfiguration WithoutZoneInSet(string set, string zone)
    {
        if (!ZoneSet(set).Zones.Contains(zone)) throw new ZoningException($"Zone '{zone}' is not in zone set '{set}'.");
        return Replacing(set, s => s with { Zones = [.. s.Zones.Where(z => z != zone)] });
    }

    /// <summary>Activates a zone set in the place of the one that is active; null: none is.</summary>
    public ZoningConfiguration WithActiveSet(string? name) => this with { ActiveSet = name is null ? null : ZoneSet(name).Name };

    /// <summary>This value, if names are whole and unique and every reference leads somewhere; a file may say anything.</summary>
    public ZoningConfiguration Checked()
    {
        ZoningConfiguration built = new() { DefaultZonePermits = DefaultZonePermits };
        foreach (Zone zone in Whole(Zones)) built = built.WithZone(zone.Name, zone.Members);
        foreach (ZoneSet set in Whole(ZoneSets)) built = built.WithZoneSet(set.Name, set.Zones);
        return built.WithActiveSet(ActiveSet);
    }

    // A part that a file does not mention is null, and so is what it says is null.
    private static IReadOnlyList<T> Whole<T>(IReadOnlyList<T>? part) where T : class =>
        part is null ? [] : part.All(item => item is not null) ? part : throw new ZoningException("A null stands in a list of 'zoning'.");

    private ZoningConfiguration Replacing(string name, Func<Zone, Zone> change) =>
        this with { Zones = [.. Zones.Select(z => z.Name == name ? change(z) : z)] };

    private ZoningConfiguration Replacing(string name, Func<ZoneSet, ZoneSet> change) =>
        this with { ZoneSets = [.. ZoneSets.Select(s => s.Name == name ? change(s) : s)] };

    private static void CheckName(string name, string what)
    {
        if (name.Length is 0 or > MaxNameLength || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            throw new ZoningException($"The name of a {what} has 1 to {MaxNameLength} characters without blanks; '{name}' does not.");
    }
}
