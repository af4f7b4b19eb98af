// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.State;

/// <summary>From which access states on a command is served (SPC-4 5.15.2.4).</summary>
internal enum Reach : byte
{
    /// <summary>Only while the port is active.</summary>
    Active,

    /// <summary>Also in standby.</summary>
    Standby,

    /// <summary>In every state.</summary>
    Always,
}

/// <summary>A target port group as a logical unit reports it.</summary>
/// <param name="StatusCode">What changed its state last (SPC-4 6.37).</param>
/// <param name="Segments">In LBA dependent state: what depends on the LBA.</param>
internal readonly record struct AccessGroup(
    ushort Number, AccessState State, byte StatusCode, bool IsPreferred, ushort[] Ports, UserDataSegments? Segments)
{
    /// <summary>The access state of a user data segment.</summary>
    public AccessState Of(long segment) => Segments?.Of(segment) ?? State;
}

// ASYMMETRIC ACCESS - theory of operation
//   Job      The access state of a logical unit through each target port group. The groups are the target's (TargetPorts); a port that it
//            does not know of, and through which somebody comes, is a group of its own, of the same number.
//   Owner    Commands ask without a lock: one array read, by relative target port. Changes, explicit (SET TARGET PORT GROUPS) and implicit
//            (an administrator), take the lock and swap the array.
//   Always   A group that nothing was said about is active/optimized. Offline is the administrator's alone (SPC-4 5.15.2.8). What the
//            administrator says last of a group goes over what an initiator has set.
//   Proof    AccessStateTests, TargetPortGroupTests, ReferralTests
internal sealed partial class AccessStates : IDisposable
{
    /// <summary>STATUS CODE of a group (SPC-4 6.37): what changed it last.</summary>
    public const byte SetExplicitly = 1, SetImplicitly = 2;

    private readonly Lock _gate = new();
    private readonly NexusRoster _nexuses;
    private readonly TargetPorts _ports;
    private readonly Dictionary<ushort, (AccessState State, byte StatusCode)> _set = []; // by group, where something was said
    private volatile AccessState[] _byPort = [];

    /// <param name="nexuses">Who hears of changes.</param>
    /// <param name="ports">The target's ports and groups.</param>
    public AccessStates(NexusRoster nexuses, TargetPorts ports)
    {
        _nexuses = nexuses;
        _ports = ports;
        lock (_gate)
        {
            foreach (TargetPortGroup group in ports.Groups)
                if (group.State != AccessState.ActiveOptimized) _set[group.Number] = (group.State, SetImplicitly);
            Apply();
        }
        ports.Changed += OnPorts;
    }

    /// <summary>The target ports that are known.</summary>
    public IEnumerable<TargetPort> Ports => _ports.Groups.SelectMany(group => group.Ports).OrderBy(port => port.RelativeId);

    /// <summary>The state of a port.</summary>
    public AccessState Of(ushort port)
    {
        AccessState[] states = _byPort;
        return port < states.Length ? states[port] : AccessState.ActiveOptimized;
    }

    /// <summary>The group of a port.</summary>
    public ushort GroupOf(ushort port)
    {
        foreach (TargetPortGroup group in _ports.Groups)
            if (group.Ports.Any(one => one.RelativeId == port)) return group.Number;
        return port;
    }

    /// <summary>Whether a command is served through a port; in LBA dependent state it may still be refused for its LBAs.</summary>
    public bool Serves(ushort port, Reach reach) => Of(port) switch
    {
        AccessState.ActiveOptimized or AccessState.ActiveNonOptimized or AccessState.LbaDependent => true,
        AccessState.Standby => reach >= Reach.Standby,
        _ => reach == Reach.Always,
    };

    /// <summary>Why a command is not served.</summary>
    public Sense Refusal(ushort port) => RefusalOf(Of(port));

    private static Sense RefusalOf(AccessState state) => state switch
    {
        AccessState.Standby => Sense.TargetPortInStandbyState,
        AccessState.Unavailable => Sense.TargetPortInUnavailableState,
        AccessState.Transitioning => Sense.AsymmetricAccessStateTransition,
        _ => Sense.TargetPortOffline,
    };

    /// <summary>All groups, by number.</summary>
    public AccessGroup[] Groups()
    {
        ushort[] seen = _nexuses.Ports();
        lock (_gate) return [.. All(seen).OrderBy(group => group.Number)];
    }

    /// <summary>Changes states, all at once. Every nexus hears of it but the one that asked.</summary>
    public void Set(ReadOnlySpan<(ushort Group, AccessState State)> changes, byte statusCode, ItNexus? by)
    {
        lock (_gate)
        {
            foreach ((ushort group, AccessState state) in changes) _set[group] = (state, statusCode);
            Apply();
        }
        _nexuses.Establish(UnitAttentions.AsymmetricAccessStateChanged, except: by);
    }

    public void Dispose() => _ports.Changed -= OnPorts;

    private void OnPorts(IReadOnlyList<TargetPortGroup> before, IReadOnlyList<TargetPortGroup> after)
    {
        bool stateChanged = false, cut = CutOf(before) is { } old ? CutOf(after) is not { } now || !old.IsCutAs(now) : CutOf(after) is not null;
        lock (_gate)
        {
            foreach (TargetPortGroup gone in before)
                if (!after.Any(group => group.Number == gone.Number)) _set.Remove(gone.Number);
            foreach (TargetPortGroup group in after)
            {
                TargetPortGroup? was = before.FirstOrDefault(other => other.Number == group.Number);
                if ((was?.State ?? AccessState.ActiveOptimized) != group.State || !Equals(was?.Segments, group.Segments)) _set[group.Number] = (group.State, SetImplicitly);
                stateChanged |= was is not null && (was.State != group.State || was.IsPreferred != group.IsPreferred || !Equals(was.Segments, group.Segments));
            }
            Apply();
        }
        if (stateChanged) _nexuses.Establish(UnitAttentions.AsymmetricAccessStateChanged);
        if (cut || Moved(before, after)) _nexuses.Establish(UnitAttentions.InquiryDataHasChanged); // VPD page 83h names the group, B3h the cut
    }

    private static bool Moved(IReadOnlyList<TargetPortGroup> before, IReadOnlyList<TargetPortGroup> after) => before.Any(
        was => was.Ports.Any(port => after.Any(group => group.Number != was.Number && group.Ports.Contains(port))));

    private IEnumerable<AccessGroup> All(ushort[] seen)
    {
        IReadOnlyList<TargetPortGroup> known = _ports.Groups;
        foreach (TargetPortGroup group in known)
            yield return Made(group.Number, group.IsPreferred, [.. group.Ports.Select(port => port.RelativeId)], group.Segments);
        HashSet<ushort> named = [.. known.SelectMany(group => group.Ports).Select(port => port.RelativeId)];
        IEnumerable<ushort> others = known.Count == 0 ? seen.Concat(_set.Keys).Append((ushort)1) : seen; // nobody has named any: there is one at least
        foreach (ushort port in others.Distinct())
            if (!named.Contains(port)) yield return Made(port, preferred: false, [port]);
    }

    private AccessGroup Made(ushort number, bool preferred, ushort[] ports, UserDataSegments? segments = null)
    {
        (AccessState state, byte status) = _set.GetValueOrDefault(number);
        return new AccessGroup(number, state, status, preferred, ports, state == AccessState.LbaDependent ? segments : null);
    }

    /// <summary>Makes the array that commands look at. Under the lock.</summary>
    private void Apply()
    {
        AccessGroup[] groups = [.. All(seen: [])];
        AccessState[] states = new AccessState[groups.SelectMany(group => group.Ports).Append((ushort)0).Max() + 1];
        foreach (AccessGroup group in groups)
            foreach (ushort port in group.Ports) states[port] = group.State;
        _cut = Array.Find(groups, group => group.Segments is not null).Segments;
        _byPort = states;
    }
}
