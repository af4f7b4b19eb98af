// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Configuration;

// Target ports and their asymmetric access. A target group is a target port group (SPC-4 5.15); a target port that is in none is one of its
// own, of the number of the port. So the numbers of ports and of groups are taken from one row, and stay with their names.
public sealed partial record StmfConfiguration
{
    public TargetRecord Target(string portName)
    {
        string name = PortNames.Normalize(portName);
        return Targets.FirstOrDefault(target => target.Name == name) ?? throw NotFound($"There is no target {portName}.");
    }

    /// <summary>The same with a target port that a port provider has; it keeps the identifier that it has had before.</summary>
    public StmfConfiguration WithTargetPort(string portName)
    {
        string name = PortNames.Normalize(portName);
        return Targets.Any(target => target.Name == name) ? this : this with { Targets = [.. Targets, new TargetRecord(name, FreeNumber())] };
    }

    /// <summary>The same with a target port that is made again after a restart.</summary>
    /// <param name="portName">Its name.</param>
    /// <param name="definition">See <see cref="TargetRecord.Definition"/>.</param>
    public StmfConfiguration WithTargetPort(string portName, string definition)
    {
        StmfConfiguration made = WithTargetPort(portName);
        TargetRecord target = made.Target(portName);
        return made with { Targets = [.. made.Targets.Select(other => other == target ? target with { Definition = definition } : other)] };
    }

    /// <summary>The same without a target port that its port provider has given up for good; its place in a target group stays.</summary>
    public StmfConfiguration WithoutTargetPort(string portName)
    {
        TargetRecord target = Target(portName);
        return this with { Targets = [.. Targets.Where(other => other != target)] };
    }

    public StmfConfiguration WithTargetOnline(string portName, bool online)
    {
        TargetRecord target = Target(portName);
        return this with { Targets = [.. Targets.Select(other => other == target ? target with { Online = online } : other)] };
    }

    /// <summary>Sets the access state of all logical units through the ports of a target group, or its preference, or both.</summary>
    /// <param name="group">The target group.</param>
    /// <param name="state">Null: as it is.</param>
    /// <param name="preferred">Null: as it is.</param>
    /// <param name="segments">In LBA dependent state, and only in it: what depends on the LBA. Null: as it is.</param>
    public StmfConfiguration WithAccess(string group, AccessState? state, bool? preferred, UserDataSegments? segments = null)
    {
        PortGroup target = Group(TargetGroups, group, "target group");
        AccessState next = state ?? target.AccessState;
        PortGroup changed = target with
        {
            AccessState = next,
            Preferred = preferred ?? target.Preferred,
            Segments = segments ?? (next == AccessState.LbaDependent ? target.Segments : null),
        };
        CheckSegments(changed, TargetGroups.Where(other => other != target));
        return this with { TargetGroups = [.. TargetGroups.Select(other => other == target ? changed : other)] };
    }

    private static void CheckSegments(PortGroup group, IEnumerable<PortGroup> others)
    {
        bool depends = group.AccessState == AccessState.LbaDependent;
        if (depends != group.Segments is not null)
        {
            throw new StmfException(StmfError.Invalid, depends
                ? $"Target group '{group.Name}' needs the size and the states of its segments to be lba-dependent."
                : $"Segments are of a target group that is lba-dependent; '{group.Name}' is not.");
        }
        if (group.Segments is not { } segments) return;
        if (segments.Size is <= 0 or > UserDataSegments.MaxSize || segments.Size % UserDataSegments.SizeUnit != 0)
            throw new StmfException(StmfError.Invalid, "The size of a segment is a multiple of 4K, up to 1T.");
        if (segments.States.Count is < 2 or > UserDataSegments.MaxStates)
            throw new StmfException(StmfError.Invalid, $"There are 2 to {UserDataSegments.MaxStates} states of segments.");
        if (segments.States.Any(one => one is not (<= AccessState.Unavailable or AccessState.Transitioning)))
            throw new StmfException(StmfError.Invalid, "A segment is neither offline nor lba-dependent.");
        if (others.FirstOrDefault(other => other.Segments is { } cut && !cut.IsCutAs(segments)) is { } misfit)
        {
            throw new StmfException(StmfError.Conflict,
                $"Logical units are cut into segments in one way: those of '{misfit.Name}' have another size, or another number of states.");
        }
    }

    /// <summary>The target port groups that have ports, by number.</summary>
    public IReadOnlyList<TargetPortGroup> TargetPortGroups()
    {
        return
        [
            .. Targets.GroupBy(target => TargetGroups.FirstOrDefault(group => group.Contains(target.Name)))
                .SelectMany(members => members.Key is { } group
                    ? [Made(group.Number, group.AccessState, group.Preferred, group.Segments, [.. members])]
                    : members.Select(alone => Made(alone.RelativeId, AccessState.ActiveOptimized, preferred: false, segments: null, [alone])))
                .OrderBy(group => group.Number),
        ];

        static TargetPortGroup Made(ushort number, AccessState state, bool preferred, UserDataSegments? segments, TargetRecord[] ports)
        {
            bool online = Array.Exists(ports, port => port.Online);
            TargetPort[] named = [.. ports.OrderBy(port => port.RelativeId).Select(port => new TargetPort(port.RelativeId, port.Name))];
            return new(number, named, online ? state : AccessState.Offline, preferred) { Segments = online ? segments : null };
        }
    }

    /// <summary>Gives the last target group its number.</summary>
    private static StmfConfiguration Numbered(StmfConfiguration so) =>
        so with { TargetGroups = [.. so.TargetGroups.SkipLast(1), so.TargetGroups[^1] with { Number = so.FreeNumber() }] };

    private ushort FreeNumber()
    {
        HashSet<int> taken = [.. Targets.Select(target => (int)target.RelativeId), .. TargetGroups.Select(group => (int)group.Number)];
        int free = Enumerable.Range(1, ushort.MaxValue).FirstOrDefault(number => !taken.Contains(number));
        return free != 0 ? (ushort)free : throw new StmfException(StmfError.Conflict, "There are 65535 targets and target groups already.");
    }

    /// <summary>Adds our targets and target groups by the rules.</summary>
    private StmfConfiguration CheckedTargets(StmfConfiguration made)
    {
        foreach (TargetRecord target in Targets)
        {
            made = made.WithTargetPort(target.Name);
            made = made with { Targets = [.. made.Targets.SkipLast(1), target with { Name = made.Targets[^1].Name }] };
        }
        foreach (PortGroup group in TargetGroups)
        {
            made = group.Members.Aggregate(made.WithTargetGroup(group.Name), (so, member) => so.WithTarget(group.Name, member));
            if (group.Number == 0) continue; // of schema 1: the number it just got
            PortGroup same = made.TargetGroups[^1] with { Number = group.Number, AccessState = group.AccessState, Preferred = group.Preferred, Segments = group.Segments };
            made = made with { TargetGroups = [.. made.TargetGroups.SkipLast(1), same] };
        }
        ushort[] numbers = [.. made.Targets.Select(target => target.RelativeId), .. made.TargetGroups.Select(group => group.Number)];
        if (numbers.Contains((ushort)0) || numbers.Distinct().Count() != numbers.Length || made.Targets.Count != Targets.Count)
            throw new StmfException(StmfError.Invalid, "Two of the targets and target groups have one name or one number, or one has none.");
        if (made.TargetGroups.Any(group => !Enum.IsDefined(group.AccessState)))
            throw new StmfException(StmfError.Invalid, "The access state of a target group is none.");
        foreach (PortGroup group in made.TargetGroups) CheckSegments(group, made.TargetGroups);
        return made;
    }
}
