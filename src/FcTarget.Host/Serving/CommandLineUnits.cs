// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits;
using FcTarget.Stmf.Configuration;

namespace FcTarget.Host.Serving;

/// <summary>The logical units a target is started with, as an administrator would have made them. The store does not keep them.</summary>
internal static class CommandLineUnits
{
    /// <summary>What there is with one more logical unit and its view entry.</summary>
    /// <param name="configuration">What there is.</param>
    /// <param name="unit">The logical unit. The ports of host= and target= are groups, or get one of their own name.</param>
    /// <param name="name">Its name.</param>
    /// <param name="portNames">WWPNs of our N_Ports by what the operator calls them.</param>
    /// <exception cref="StmfException">It contradicts what there is.</exception>
    public static StmfConfiguration With(
        this StmfConfiguration configuration, LuSpec unit, string name, IReadOnlyDictionary<string, string> portNames)
    {
        string definition = (unit with { Name = null, Lun = null, Host = null, Target = null }).ToString();
        configuration = configuration.WithLogicalUnit(new LogicalUnitRecord(name, definition) { IsTransient = true });
        if (unit.Host is { } host && !configuration.HostGroups.Any(group => group.Name == host))
            configuration = configuration.WithHostGroup(host).WithHost(host, host);
        if (unit.Target is { } target && !configuration.TargetGroups.Any(group => group.Name == target))
            configuration = configuration.WithTargetGroup(target).WithTarget(target, portNames.GetValueOrDefault(target, target));
        return configuration.WithView(name, unit.Host, unit.Target, unit.Lun, out _);
    }
}
