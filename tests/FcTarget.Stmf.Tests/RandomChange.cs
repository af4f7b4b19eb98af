// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf.Configuration;

namespace FcTarget.Stmf.Tests;

/// <summary>One administrative change out of all there are, which may well be refused.</summary>
internal static class RandomChange
{
    public static StmfConfiguration Of(StmfConfiguration so, Random random, string[] units, string[] hosts, string[] targets)
    {
        string unit = Any(units), group = Any(["a", "b", "x", "y"]);
        return random.Next(15) switch
        {
            0 => so.WithLogicalUnit(new LogicalUnitRecord(unit, "memory:1M")),
            1 => random.Next(4) == 0 ? so.WithoutLogicalUnit(unit, keepViews: random.Next(2) == 0) : so,
            2 => so.WithLogicalUnitOnline(unit, random.Next(4) != 0),
            3 => so.WithHostGroup(group),
            4 => so.WithoutHostGroup(group),
            5 => so.WithTargetGroup(group),
            6 => so.WithoutTargetGroup(group),
            7 => random.Next(2) == 0 ? so.WithHost(group, Any(hosts)) : so.WithoutHost(group, Any(hosts)),
            8 => random.Next(2) == 0 ? so.WithTarget(group, Any(targets)) : so.WithoutTarget(group, Any(targets)),
            12 => so.WithTargetPort(Any(targets)),
            13 => so.WithTargetOnline(Any(targets), random.Next(2) == 0),
            14 => so.WithAccess(group, (AccessState)random.Next(5), random.Next(2) == 0, random.Next(2) == 0 ? null : Segments()),
            9 => so.WithoutView(unit, random.Next(3)),
            _ => so.WithView(unit, Maybe(group), Maybe(Any(["x", "y"])), random.Next(2) == 0 ? null : random.Next(4), out _),
        };

        UserDataSegments Segments() => new(4096 << random.Next(2), [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (AccessState)random.Next(4))]);

        string Any(string[] of) => of[random.Next(of.Length)];

        string? Maybe(string name) => random.Next(3) == 0 ? null : name;
    }
}
