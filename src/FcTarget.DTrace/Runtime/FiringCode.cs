// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Runtime.CompilerServices;
using FcTarget.DTrace.Aggregations;

namespace FcTarget.DTrace.Runtime;

/// <summary>Machine code of all that a firing may call, made before the first firing: a port's loop must not wait for the compiler.</summary>
internal static class FiringCode
{
    private const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Lazy<int> Methods = new(() =>
    {
        int prepared = 0;
        foreach (Type type in (Type[])[typeof(DMachine), typeof(DRun), typeof(RecordBuffer), typeof(Speculations), typeof(DynamicVariables), typeof(ProbeTable),
            typeof(AggregationBuffer), typeof(AggregationTable), typeof(AggregationValues), typeof(Buckets)])
        {
            foreach (MethodInfo method in type.GetMethods(All).Where(m => !m.IsAbstract && !m.ContainsGenericParameters))
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
                prepared++;
            }
        }
        return prepared;
    });

    /// <summary>Prepares it, once in a process. Returns how many methods there are.</summary>
    public static int Prepare() => Methods.Value;
}
