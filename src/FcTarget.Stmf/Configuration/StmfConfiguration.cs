// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf.Configuration;

// STMF CONFIGURATION - theory of operation
//   Job      Logical units, host groups, target groups and view entries, as COMSTAR's administrators know them, and the rules
//            between them. A view entry lets the ports of one host group (or all) see a logical unit through the ports of one
//            target group (or all) as one LUN. Where no entry leads, there is no LUN.
//   Shape    An immutable value. Each change is a function to the next value, or a refusal that says why; so a change is there
//            whole or not at all, in memory and in the store.
//   Always   No logical unit has two entries that concern one pair of ports, and no pair of ports has two logical units behind
//            one LUN (stmfadm's conflict rules). A port is in one host group and in one target group at most.
//   Proof    StmfConfigurationTests

/// <summary>Everything an administrator has set. See the theory above; every function that refuses throws <see cref="StmfException"/>.</summary>
public sealed partial record StmfConfiguration
{
    /// <summary>Longest name of a logical unit or a group, characters.</summary>
    public const int MaxNameLength = 255;

    public static readonly StmfConfiguration Empty = new();

    public IReadOnlyList<LogicalUnitRecord> LogicalUnits { get; init; } = [];

    public IReadOnlyList<PortGroup> HostGroups { get; init; } = [];

    public IReadOnlyList<PortGroup> TargetGroups { get; init; } = [];

    public IReadOnlyList<ViewEntry> Views { get; init; } = [];

    /// <summary>The target ports that there are or were: in StmfConfiguration.Targets.cs.</summary>
    public IReadOnlyList<TargetRecord> Targets { get; init; } = [];

    // ---- logical units --------------------------------------------------------------------------------------------

    public LogicalUnitRecord LogicalUnit(string name) =>
        LogicalUnits.FirstOrDefault(unit => unit.Name == name) ?? throw NotFound($"There is no logical unit '{name}'.");

    public StmfConfiguration WithLogicalUnit(LogicalUnitRecord unit)
    {
        CheckName(unit.Name, "logical unit");
        if (LogicalUnits.Any(other => other.Name == unit.Name)) throw new StmfException(StmfError.Exists, $"There is a logical unit '{unit.Name}' already.");
        return this with { LogicalUnits = [.. LogicalUnits, unit] };
    }

    /// <summary>Deletes a logical unit.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="keepViews">Its view entries stay, and keep their LUNs, for one that is created under that name; otherwise they go with it.</param>
    public StmfConfiguration WithoutLogicalUnit(string name, bool keepViews = false)
    {
        LogicalUnitRecord unit = LogicalUnit(name);
        return this with
        {
            LogicalUnits = [.. LogicalUnits.Where(other => other != unit)],
            Views = keepViews ? Views : [.. Views.Where(view => view.LogicalUnit != name)],
        };
    }

    public StmfConfiguration WithLogicalUnitOnline(string name, bool online) => Replacing(LogicalUnit(name), unit => unit with { Online = online });

    /// <summary>Gives a logical unit another definition (its size, say).</summary>
    public StmfConfiguration WithDefinition(string name, string definition) => Replacing(LogicalUnit(name), unit => unit with { Definition = definition });

    // ---- groups ---------------------------------------------------------------------------------------------------

    public StmfConfiguration WithHostGroup(string name) => this with { HostGroups = Added(HostGroups, name, "host group") };

    public StmfConfiguration WithTargetGroup(string name) => Numbered(this with { TargetGroups = Added(TargetGroups, name, "target group") });

    public StmfConfiguration WithoutHostGroup(string name) =>
        this with { HostGroups = Removed(HostGroups, name, "host group", Views.FirstOrDefault(view => view.HostGroup == name)) };

    public StmfConfiguration WithoutTargetGroup(string name) =>
        this with { TargetGroups = Removed(TargetGroups, name, "target group", Views.FirstOrDefault(view => view.TargetGroup == name)) };

    public StmfConfiguration WithHost(string group, string portName) => this with { HostGroups = WithMember(HostGroups, group, portName, "host group") };

    public StmfConfiguration WithoutHost(string group, string portName) => this with { HostGroups = WithoutMember(HostGroups, group, portName, "host group") };

    /// <summary>Adds a target port to a group. REPORT TARGET PORT GROUPS counts the ports of one in a byte.</summary>
    public StmfConfiguration WithTarget(string group, string portName) => Group(TargetGroups, group, "target group").Members.Count < byte.MaxValue
        ? this with { TargetGroups = WithMember(TargetGroups, group, portName, "target group") }
        : throw new StmfException(StmfError.Conflict, $"The target group '{group}' has 255 ports; there are no more in one.");

    public StmfConfiguration WithoutTarget(string group, string portName) =>
        this with { TargetGroups = WithoutMember(TargetGroups, group, portName, "target group") };

    // ---- views ----------------------------------------------------------------------------------------------------

    /// <summary>Adds a view entry.</summary>
    /// <param name="unit">Name of the logical unit.</param>
    /// <param name="hostGroup">Null: all initiator ports.</param>
    /// <param name="targetGroup">Null: all target ports.</param>
    /// <param name="lun">Null: the lowest that is free for every pair of ports concerned.</param>
    /// <param name="added">The new entry.</param>
    public StmfConfiguration WithView(string unit, string? hostGroup, string? targetGroup, int? lun, out ViewEntry added)
    {
        LogicalUnit(unit);
        if (hostGroup is not null) Group(HostGroups, hostGroup, "host group");
        if (targetGroup is not null) Group(TargetGroups, targetGroup, "target group");
        if (lun is < 0 or > LunMap.MaxLun) throw new StmfException(StmfError.Invalid, $"LUN {lun} is not 0 to {LunMap.MaxLun}.");
        ViewEntry[] near = [.. Views.Where(view => view.Overlaps(hostGroup, targetGroup))];
        if (near.FirstOrDefault(view => view.LogicalUnit == unit) is { } same)
            throw new StmfException(StmfError.Conflict, $"'{unit}' has view entry {same.Id} ({Describe(same)}), which concerns the same ports. Remove that first.");
        HashSet<int> taken = [.. near.Select(view => view.Lun)];
        if (lun is { } wanted && taken.Contains(wanted))
            throw new StmfException(StmfError.Conflict, $"LUN {wanted} leads to '{near.First(view => view.Lun == wanted).LogicalUnit}' for some of these ports. Take another.");
        int number = lun ?? Enumerable.Range(0, LunMap.MaxLun + 1).FirstOrDefault(free => !taken.Contains(free), -1);
        if (number < 0) throw new StmfException(StmfError.Conflict, "Every LUN is taken for some of these ports.");
        int id = 0;
        while (Views.Any(view => view.LogicalUnit == unit && view.Id == id)) id++;
        added = new ViewEntry(id, unit, hostGroup, targetGroup, number);
        return this with { Views = [.. Views, added] };
    }

    /// <summary>Removes one view entry of a logical unit, or all.</summary>
    public StmfConfiguration WithoutView(string unit, int? id)
    {
        if (Views.All(view => view.LogicalUnit != unit)) LogicalUnit(unit);
        ViewEntry[] left = [.. Views.Where(view => view.LogicalUnit != unit || (id is { } one && view.Id != one))];
        if (left.Length == Views.Count) throw NotFound(id is { } missing ? $"'{unit}' has no view entry {missing}." : $"'{unit}' has no view entry.");
        return this with { Views = left };
    }

    /// <summary>The view entries that concern one initiator port and one target port, of logical units that are online, by LUN.</summary>
    public IEnumerable<ViewEntry> ViewsOf(string initiatorPort, string targetPort)
    {
        string? host = HostGroups.FirstOrDefault(group => group.Contains(initiatorPort))?.Name;
        string? target = TargetGroups.FirstOrDefault(group => group.Contains(targetPort))?.Name;
        return Views
            .Where(view => (view.HostGroup is null || view.HostGroup == host) && (view.TargetGroup is null || view.TargetGroup == target))
            .Where(view => LogicalUnits.Any(unit => unit.Name == view.LogicalUnit && unit.Online))
            .OrderBy(view => view.Lun);
    }

    /// <summary>What is to be stored: everything but what lasts only as long as the process.</summary>
    public StmfConfiguration Durable()
    {
        HashSet<string> transient = [.. LogicalUnits.Where(unit => unit.IsTransient).Select(unit => unit.Name)];
        return transient.Count == 0 ? this : this with
        {
            LogicalUnits = [.. LogicalUnits.Where(unit => !unit.IsTransient)],
            Views = [.. Views.Where(view => !transient.Contains(view.LogicalUnit))],
        };
    }

    /// <summary>The same configuration made again by its own rules, which a file need not have followed.</summary>
    public StmfConfiguration Checked()
    {
        StmfConfiguration made = Empty;
        foreach (LogicalUnitRecord unit in LogicalUnits) made = made.WithLogicalUnit(unit);
        foreach (PortGroup group in HostGroups)
            made = group.Members.Aggregate(made.WithHostGroup(group.Name), (so, member) => so.WithHost(group.Name, member));
        made = CheckedTargets(made);
        foreach (ViewEntry view in Views)
        {
            bool isKept = LogicalUnits.All(unit => unit.Name != view.LogicalUnit); // of one that is deleted
            if (isKept) made = made.WithLogicalUnit(new LogicalUnitRecord(view.LogicalUnit, ""));
            made = made.WithView(view.LogicalUnit, view.HostGroup, view.TargetGroup, view.Lun, out ViewEntry added);
            if (isKept) made = made.WithoutLogicalUnit(view.LogicalUnit, keepViews: true);
            if (view.Id < 0 || made.Views.Any(other => other != added && other.LogicalUnit == view.LogicalUnit && other.Id == view.Id))
                throw new StmfException(StmfError.Invalid, $"View entry {view.Id} of '{view.LogicalUnit}' is there twice.");
            made = made with { Views = [.. made.Views.SkipLast(1), view] };
        }
        return made;
    }

    public bool Equals(StmfConfiguration? other) =>
        other is not null && LogicalUnits.SequenceEqual(other.LogicalUnits) && HostGroups.SequenceEqual(other.HostGroups)
        && TargetGroups.SequenceEqual(other.TargetGroups) && Views.SequenceEqual(other.Views) && Targets.SequenceEqual(other.Targets);

    public override int GetHashCode() => HashCode.Combine(LogicalUnits.Count, HostGroups.Count, TargetGroups.Count, Views.Count);

    // ---- parts ----------------------------------------------------------------------------------------------------

    private static string Describe(ViewEntry view) =>
        $"host group {view.HostGroup ?? "All"}, target group {view.TargetGroup ?? "All"}, LUN {view.Lun}";

    private static StmfException NotFound(string message) => new(StmfError.NotFound, message);

    private static void CheckName(string name, string kind)
    {
        if (name.Length is 0 or > MaxNameLength || !name.All(c => c is > ' ' and <= '~'))
            throw new StmfException(StmfError.Invalid, $"'{name}' is no name of a {kind}: 1 to {MaxNameLength} printable ASCII characters without a space.");
        if (name.Equals("All", StringComparison.OrdinalIgnoreCase) && kind != "logical unit")
            throw new StmfException(StmfError.Invalid, $"A {kind} cannot be called '{name}': that means every port.");
    }

    private static PortGroup Group(IReadOnlyList<PortGroup> groups, string name, string kind) =>
        groups.FirstOrDefault(group => group.Name == name) ?? throw NotFound($"There is no {kind} '{name}'.");

    private static IReadOnlyList<PortGroup> Added(IReadOnlyList<PortGroup> groups, string name, string kind)
    {
        CheckName(name, kind);
        if (groups.Any(group => group.Name == name)) throw new StmfException(StmfError.Exists, $"There is a {kind} '{name}' already.");
        return [.. groups, new PortGroup(name, [])];
    }

    private static IReadOnlyList<PortGroup> Removed(IReadOnlyList<PortGroup> groups, string name, string kind, ViewEntry? user)
    {
        PortGroup group = Group(groups, name, kind);
        if (user is not null)
            throw new StmfException(StmfError.InUse, $"The {kind} '{name}' is used by view entry {user.Id} of '{user.LogicalUnit}'. Remove that first.");
        return [.. groups.Where(other => other != group)];
    }

    private static IReadOnlyList<PortGroup> WithMember(IReadOnlyList<PortGroup> groups, string name, string portName, string kind)
    {
        PortGroup group = Group(groups, name, kind);
        string member = PortNames.Normalize(portName);
        if (groups.FirstOrDefault(other => other.Contains(member)) is { } home)
            throw new StmfException(StmfError.Exists, $"{member} is a member of {kind} '{home.Name}' already; a port is in one at most.");
        return [.. groups.Select(other => other == group ? group with { Members = [.. group.Members, member] } : other)];
    }

    private static IReadOnlyList<PortGroup> WithoutMember(IReadOnlyList<PortGroup> groups, string name, string portName, string kind)
    {
        PortGroup group = Group(groups, name, kind);
        string member = PortNames.Normalize(portName);
        if (!group.Contains(member)) throw NotFound($"{member} is not a member of {kind} '{name}'.");
        return [.. groups.Select(other => other == group ? group with { Members = [.. group.Members.Where(m => m != member)] } : other)];
    }

    private StmfConfiguration Replacing(LogicalUnitRecord unit, Func<LogicalUnitRecord, LogicalUnitRecord> change) =>
        this with { LogicalUnits = [.. LogicalUnits.Select(other => other == unit ? change(unit) : other)] };
}
