// SPDX-License-Identifier: MIT

using System.Reflection;
using FcTarget.Benchmarks.Micro;

namespace FcTarget.Benchmarks.ProbeCost;

/// <summary>
/// Compares commands of a unit that supports protection information, but whose medium is formatted without, with those of a unit that does not
/// support it: at a task router and a logical unit in memory, without a port.
/// </summary>
internal static class ProtectionCostComparison
{
    private const int RunsASlice = 40;

    /// <param name="copies">Copies of each of the three kinds, at least 2.</param>
    /// <param name="time">How long each direction is measured.</param>
    public static void Run(int copies, TimeSpan time)
    {
        UnitCopy[] all = CopyComparison.Load(copies, UnitCopy.Load);
        var comparison = new CopyComparison("protection off", UnitCommands.Depth, RunsASlice);
        Console.WriteLine($"{copies} copies of each kind, {RunsASlice * UnitCommands.Depth} commands a slice");
        comparison.Compare("4 KiB read", [.. all.Select(c => c.Reads)], time);
        comparison.Compare("4 KiB write", [.. all.Select(c => c.Writes)], time);
    }

    private sealed record UnitCopy(Action Reads, Action Writes)
    {
        public static UnitCopy Load(bool supports)
        {
            Assembly own = new CopyContext().LoadFromAssemblyName(typeof(UnitCommands).Assembly.GetName());
            Type type = own.GetType(typeof(UnitCommands).FullName!, throwOnError: true)!;
            object unit = type.GetMethod(nameof(UnitCommands.Make))!.Invoke(null, [(int)(supports ? ProtectionCase.Off : ProtectionCase.None)])!;
            return new UnitCopy(
                type.GetMethod(nameof(UnitCommands.Reads))!.CreateDelegate<Action>(unit), type.GetMethod(nameof(UnitCommands.Writes))!.CreateDelegate<Action>(unit));
        }
    }
}
