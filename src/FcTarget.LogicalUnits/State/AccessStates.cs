// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.State;

/// <summary>ASYMMETRIC ACCESS STATE (SPC-4 5.15.2).</summary>
public enum AccessState : byte
{
    ActiveOptimized = 0x0,
    ActiveNonOptimized = 0x1,
    Standby = 0x2,
    Unavailable = 0x3,
    Offline = 0xE,
    Transitioning = 0xF,
}

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

// ASYMMETRIC ACCESS - theory of operation
//   Job      The access state of a logical unit through each target port. Every target port is a target port group of its own, of the same
//            number: what SPC-4 lets a group share, ports here never have to.
//   Owner    Commands ask without a lock: one array read, by relative target port. Changes, explicit (SET TARGET PORT GROUPS) and implicit
//            (an administrator), take the lock and swap the array.
//   Always   A port that nothing was said about is active/optimized. Offline is the administrator's alone (SPC-4 5.15.2.8).
//   Proof    AccessStateTests
internal sealed class AccessStates(NexusRoster nexuses)
{
    /// <summary>STATUS CODE of a group (SPC-4 6.37): what changed it last.</summary>
    public const byte SetExplicitly = 1, SetImplicitly = 2;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<ushort, byte> _groups = new() { [1] = 0 }; // group -> status code
    private volatile AccessState[] _states = [];
    private volatile ushort _preferred;

    /// <summary>The state of a port.</summary>
    public AccessState Of(ushort port)
    {
        AccessState[] states = _states;
        return port < states.Length ? states[port] : AccessState.ActiveOptimized;
    }

    /// <summary>PREF: the group an initiator should use; 0 for none.</summary>
    public ushort Preferred
    {
        get => _preferred;
        set => _preferred = value;
    }

    /// <summary>Whether a command is served through a port.</summary>
    public bool Serves(ushort port, Reach reach) => Of(port) switch
    {
        AccessState.ActiveOptimized or AccessState.ActiveNonOptimized => true,
        AccessState.Standby => reach >= Reach.Standby,
        _ => reach == Reach.Always,
    };

    /// <summary>Why a command is not served.</summary>
    public Sense Refusal(ushort port) => Of(port) switch
    {
        AccessState.Standby => Sense.TargetPortInStandbyState,
        AccessState.Unavailable => Sense.TargetPortInUnavailableState,
        AccessState.Transitioning => Sense.AsymmetricAccessStateTransition,
        _ => Sense.TargetPortOffline,
    };

    /// <summary>All groups, ascending, with their status codes. Ports through which somebody has come since are among them.</summary>
    public (ushort Group, byte StatusCode)[] Groups()
    {
        ushort[] seen = nexuses.Ports();
        lock (_gate)
        {
            foreach (ushort port in seen) _groups.TryAdd(port, (byte)0);
            return [.. _groups.Select(group => (group.Key, group.Value))];
        }
    }

    /// <summary>Changes states, all at once. Every nexus hears of it but the one that asked.</summary>
    public void Set(ReadOnlySpan<(ushort Group, AccessState State)> changes, byte statusCode, ItNexus? by)
    {
        lock (_gate)
        {
            AccessState[] next = _states;
            foreach ((ushort group, AccessState state) in changes)
            {
                next = [.. next, .. new AccessState[Math.Max(0, group + 1 - next.Length)]];
                next[group] = state;
                _groups[group] = statusCode;
            }
            _states = next;
        }
        nexuses.Establish(UnitAttentions.AsymmetricAccessStateChanged, except: by);
    }
}
