// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Runtime.CompilerServices;
using FcTarget.Benchmarks.Micro;
using FcTarget.Probes;

namespace FcTarget.Benchmarks.ProbeCost;

/// <summary>
/// A port with its disk and its peer (<see cref="CommandPeer"/>) in assemblies loaded for it alone: with code that the JIT compiled for it,
/// somewhere else than any other copy's, and with the probes in it or taken out.
/// </summary>
internal sealed class PortCopy
{
    private PortCopy(Action reads, Action writes) => (Reads, Writes) = (reads, writes);

    /// <summary>Runs <see cref="CommandPeer.Depth"/> reads of 4 KiB.</summary>
    public Action Reads { get; }

    /// <summary>Runs as many writes.</summary>
    public Action Writes { get; }

    /// <param name="hasProbes">Whether the code asks for the probes. If not, it is what <see cref="FcProvider.DisabledSwitch"/> makes of it.</param>
    public static PortCopy Load(bool hasProbes)
    {
        CopyContext context = new();
        Assembly probes = context.LoadFromAssemblyName(typeof(FcProvider).Assembly.GetName());
        // The switch is read once, when the type is initialized; from then on the JIT knows its value.
        AppContext.SetSwitch(FcProvider.DisabledSwitch, !hasProbes);
        RuntimeHelpers.RunClassConstructor(probes.GetType(typeof(FcProvider).FullName!, throwOnError: true)!.TypeHandle);
        Type type = context.LoadFromAssemblyName(typeof(CommandPeer).Assembly.GetName()).GetType(typeof(CommandPeer).FullName!, throwOnError: true)!;
        object peer = Activator.CreateInstance(type)!;
        return new PortCopy(
            type.GetMethod(nameof(CommandPeer.Reads))!.CreateDelegate<Action>(peer),
            type.GetMethod(nameof(CommandPeer.Writes))!.CreateDelegate<Action>(peer));
    }
}
