// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats;
using FcTarget.Wire.Pcap.Interop;

namespace FcTarget.Wire.Pcap;

/// <param name="Mtu">Largest Ethernet payload in bytes.</param>
/// <param name="IsUp">The administrator wants it up (IFF_UP).</param>
/// <param name="IsRunning">It is up and has a carrier (IFF_RUNNING).</param>
/// <param name="Kind">The driver: "veth", "tun", "e1000e", ...; "loopback"; or "unknown".</param>
/// <param name="WhyNot">Why a port cannot use it; null when it can.</param>
public sealed record InterfaceInfo(string Name, MacAddress Mac, int Mtu, bool IsUp, bool IsRunning, string Kind, string? WhyNot)
{
    public bool IsUsable => WhyNot is null;
}

/// <summary>The interfaces of this network namespace. Needs neither root nor libpcap.</summary>
public static class InterfaceList
{
    /// <summary>All interfaces, in the kernel's order.</summary>
    public static unsafe IReadOnlyList<InterfaceInfo> All()
    {
        List<InterfaceInfo> list = [];
        NameIndex* names = LibC.GetNameIndex();
        if (names == null) return list;
        try
        {
            using InterfaceQuery query = new();
            for (NameIndex* entry = names; entry->Index != 0; entry++)
                if (Marshal.PtrToStringUTF8((nint)entry->Name) is { } name && query.TryRead(name, out InterfaceState state))
                    list.Add(Describe(name, state, query));
        }
        finally
        {
            LibC.FreeNameIndex(names);
        }
        return list;
    }

    /// <summary>One line for an error message: the usable interfaces first, the others with the reason.</summary>
    public static string Describe()
    {
        IEnumerable<string> texts = All().OrderByDescending(i => i.IsUsable)
            .Select(i => i.IsUsable ? $"{i.Name} ({i.Kind}, {(i.IsRunning ? "up" : "down")}, MTU {i.Mtu})" : $"{i.Name} ({i.WhyNot})");
        return string.Join(", ", texts.DefaultIfEmpty("none"));
    }

    private static InterfaceInfo Describe(string name, in InterfaceState state, InterfaceQuery query)
    {
        string kind = state.IsLoopback ? "loopback" : query.ReadDriver(name) ?? "unknown";
        string? whyNot = state.IsLoopback ? "loopback" : state.IsEthernet ? null : "not Ethernet";
        return new InterfaceInfo(name, state.Mac, state.Mtu, state.IsUp, state.IsRunning, kind, whyNot);
    }
}
