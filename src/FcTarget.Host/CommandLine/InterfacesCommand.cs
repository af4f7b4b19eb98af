// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json;
using FcTarget.Formats;
using FcTarget.Host.Options;
using FcTarget.Wire.Pcap;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget interfaces</c>: what one could serve on.</summary>
internal static class InterfacesCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Make()
    {
        Option<bool> json = new("--json") { Description = "Prints JSON." };
        Command command = new("interfaces", "Lists the network interfaces and says which can be served on.") { json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<InterfaceInfo> interfaces = InterfaceList.All();
            if (parsed.GetValue(json)) Console.Out.WriteLine(JsonSerializer.Serialize(interfaces.Select(Describe), Indented));
            else Print(interfaces);
            return ExitCodes.Success;
        });
        return command;
    }

    private static object Describe(InterfaceInfo i) => new
    {
        name = i.Name,
        kind = i.Kind,
        mac = i.Mac.ToString(),
        mtu = i.Mtu,
        up = i.IsUp,
        running = i.IsRunning,
        usable = i.IsUsable,
        why_not = i.WhyNot,
        wwpn = i.IsUsable ? Wwn.PortNameOf(i.Mac).ToColonString() : null,
    };

    private static void Print(IReadOnlyList<InterfaceInfo> interfaces)
    {
        Listing listing = new("Interface", "Kind", "MAC", "MTU", "Link", "WWPN by default");
        foreach (InterfaceInfo i in interfaces)
        {
            listing.Add(
                i.Name, i.Kind, i.Mac.ToString(), i.Mtu.ToString(), i.IsRunning ? "up" : i.IsUp ? "no carrier" : "down",
                i.IsUsable ? Wwn.PortNameOf(i.Mac).ToColonString() : $"- ({i.WhyNot})");
        }
        listing.Print();
    }
}
