// SPDX-License-Identifier: MIT

using FcTarget.Fabric.Zoning;
using FcTarget.Stmf;
using FcTarget.Stmf.Configuration;

namespace FcTarget.TestKit;

public sealed partial class TestFabric
{
    private const string ZoneSetName = "test";

    // ---- logical units --------------------------------------------------------------------------------------------

    /// <summary>Adds a logical unit, as <c>fctarget lu create</c> and <c>view add</c> do. Hosts that are logged in hear of it by unit attention.</summary>
    /// <param name="name">Its name, unique.</param>
    /// <param name="spec"><c>memory:SIZE</c>, then options as of <c>--lu</c>.</param>
    /// <param name="lun">Null: the lowest that is free.</param>
    /// <param name="host">The only host that sees it; null: all do.</param>
    /// <param name="target">The only target port it is seen through; null: all.</param>
    /// <exception cref="StmfException">It cannot be.</exception>
    public void AddLogicalUnit(string name = "disk", string spec = "memory:64M", int? lun = null, TestHost? host = null, TestTargetPort? target = null)
    {
        Stmf.Change(so => so.WithLogicalUnit(new LogicalUnitRecord(name, spec)));
        AddView(name, lun, host, target);
    }

    /// <summary>Adds a logical unit of the test's own making, such as a <see cref="HeldUnit"/>.</summary>
    /// <exception cref="StmfException">It cannot be.</exception>
    public void AddLogicalUnit(ILogicalUnit unit, int? lun = null, TestHost? host = null, TestTargetPort? target = null)
    {
        _units.Give(unit.Identity.Name, unit);
        Stmf.Change(so => so.WithLogicalUnit(new LogicalUnitRecord(unit.Identity.Name, "test")));
        AddView(unit.Identity.Name, lun, host, target);
    }

    /// <summary>A logical unit is gone, whatever is under way in it.</summary>
    /// <exception cref="StmfException">There is none of that name.</exception>
    public void RemoveLogicalUnit(string name)
    {
        Stmf.Change(so => so.WithoutLogicalUnit(name));
        _simulation.Pump();
    }

    /// <summary>Adds a view entry: the host sees the logical unit through the target port as this LUN.</summary>
    /// <exception cref="StmfException">It contradicts another one.</exception>
    public void AddView(string unit, int? lun = null, TestHost? host = null, TestTargetPort? target = null)
    {
        Stmf.Change(so =>
        {
            if (host is not null && so.HostGroups.All(group => group.Name != host.Name))
                so = so.WithHostGroup(host.Name).WithHost(host.Name, host.PortName.ToString());
            if (target is not null && so.TargetGroups.All(group => group.Name != target.Name))
                so = so.WithTargetGroup(target.Name).WithTarget(target.Name, target.PortName.ToString());
            return so.WithView(unit, host?.Name, target?.Name, lun, out _);
        });
        _simulation.Pump();
    }

    // ---- zones ----------------------------------------------------------------------------------------------------

    /// <summary>Puts a zone in force, beside those that are. Once there is one, ports in no zone see nobody.</summary>
    /// <exception cref="ZoningException">There is a zone of this name.</exception>
    public void AddZone(string name, IEnumerable<TestHost> hosts, params IEnumerable<TestTargetPort> targets)
    {
        ZoneMember[] members = [.. hosts.Select(host => ZoneMember.OfPortName(host.PortName)), .. targets.Select(target => ZoneMember.OfPortName(target.PortName))];
        ChangeZoning(so =>
        {
            so = so.WithDefaultZone(permits: false).WithZone(name, members);
            if (so.ZoneSets.All(set => set.Name != ZoneSetName)) so = so.WithZoneSet(ZoneSetName);
            return so.WithZoneInSet(ZoneSetName, name).WithActiveSet(ZoneSetName);
        });
    }

    /// <summary>Adds a zone of one host and one target port.</summary>
    public void AddZone(string name, TestHost host, TestTargetPort target) => AddZone(name, [host], target);

    /// <summary>A zone is no more.</summary>
    /// <exception cref="ZoningException">There is none of this name.</exception>
    public void RemoveZone(string name) => ChangeZoning(so => so.WithoutZone(name));

    private void ChangeZoning(Func<ZoningConfiguration, ZoningConfiguration> change)
    {
        Switch.Fabric.Zoning.Set(change(Switch.Fabric.Zoning.Configuration));
        _simulation.Pump();
    }
}
