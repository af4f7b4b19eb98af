// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.Scsi;

namespace FcTarget.Stmf;

/// <summary>A target port (SAM-5 4.6.3).</summary>
/// <param name="RelativeId">Relative target port identifier (SPC-4 3.1), 1 to 65535: no other port of the target has it.</param>
/// <param name="Name">Its name, as <see cref="ItNexus.TargetPortName"/>.</param>
public readonly record struct TargetPort(ushort RelativeId, string Name)
{
    /// <summary>The name as an NAA designator's number (FC: the WWPN); 0 when it is none.</summary>
    public ulong PortId => Name.Length == 16 && ulong.TryParse(Name, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong id) ? id : 0;
}

/// <summary>A target port group (SPC-4 5.15) as the administrator wants it.</summary>
/// <param name="Number">TARGET PORT GROUP.</param>
/// <param name="Ports">Its ports, by ascending identifier.</param>
/// <param name="State">The access state of every logical unit through them, until an initiator or the administrator sets another.</param>
/// <param name="IsPreferred">PREF.</param>
public sealed record TargetPortGroup(ushort Number, IReadOnlyList<TargetPort> Ports, AccessState State, bool IsPreferred)
{
    /// <summary>In <see cref="AccessState.LbaDependent"/> state: what depends on the LBA.</summary>
    public UserDataSegments? Segments { get; init; }

    public bool Equals(TargetPortGroup? other) =>
        other is not null && Number == other.Number && State == other.State && IsPreferred == other.IsPreferred && Equals(Segments, other.Segments)
        && Ports.SequenceEqual(other.Ports);

    public override int GetHashCode() => Number;
}

/// <summary>
/// The target ports and their groups, as logical units report them. One for all logical units of a target; read from any thread.
/// </summary>
public sealed class TargetPorts
{
    private volatile IReadOnlyList<TargetPortGroup> _groups = [];

    /// <summary>Something is different: what was, and what is. Raised on the thread that changed it, under its lock.</summary>
    public event Action<IReadOnlyList<TargetPortGroup>, IReadOnlyList<TargetPortGroup>>? Changed;

    /// <summary>Groups that have ports, by ascending number. Every port is in one.</summary>
    public IReadOnlyList<TargetPortGroup> Groups => _groups;

    /// <summary>Takes the place of what was. One thread at a time.</summary>
    public void Set(IReadOnlyList<TargetPortGroup> groups)
    {
        IReadOnlyList<TargetPortGroup> before = _groups;
        if (before.SequenceEqual(groups)) return;
        _groups = groups;
        Changed?.Invoke(before, groups);
    }
}
