// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using FcTarget.Host.Control;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget fabric</c>: the fabric that the switch topology is. Zones are <see cref="ZoneCommand"/>'s.</summary>
internal static class FabricCommand
{
    private const string Path = "fabric";

    public static Command Make()
    {
        Command command = Overview("fabric", "Shows the fabric of the running target, or changes it.");
        command.Add(Ports());
        command.Add(Names());
        command.Add(Fcf());
        command.Add(Logout());
        command.Add(ZoneCommand.List("zones", "Lists zones and zone sets."));
        command.Add(ZoneCommand.Zone());
        command.Add(ZoneCommand.ZoneSet());
        command.Add(ZoneCommand.DefaultZone());
        return command;
    }

    private static Command Overview(string name, string description) =>
        ControlCommand.Listing(name, description, Path, FabricJson.Default.FabricInfo, Print);

    private static Command Ports() =>
        ControlCommand.Listing("ports", "Lists the ports that are logged in.", $"{Path}/ports", FabricJson.Default.FabricPortList, list =>
        {
            Listing listing = new("FC_ID", "WWPN", "WWNN", "MAC", "VLAN", "Class", "Logged in", "Zones", "Name");
            foreach (FabricPortDetails port in list.Ports)
            {
                listing.Add(
                    port.FcId, port.Wwpn, port.Wwnn, port.Ours ? "ours" : port.Mac, port.Vlan is { } vid ? Vlan(vid) : "", port.Classes,
                    Listing.Time(port.LoggedInAt), string.Join(", ", port.Zones), port.SymbolicPortName);
            }
            listing.Print();
        });

    private static Command Names() =>
        ControlCommand.Listing("names", "Lists what the name server has.", $"{Path}/ports", FabricJson.Default.FabricPortList, list =>
        {
            Listing listing = new("FC_ID", "WWPN", "WWNN", "Types", "FCP", "RSCN", "Port name", "Node name");
            foreach (FabricPortDetails port in list.Ports)
            {
                string role = string.Join(", ", new[] { port.IsTarget ? "target" : "", port.IsInitiator ? "initiator" : "" }.Where(word => word.Length > 0));
                listing.Add(port.FcId, port.Wwpn, port.Wwnn, string.Join(", ", port.Types), role, port.Rscn, port.SymbolicPortName, port.SymbolicNodeName);
            }
            listing.Print();
        });

    private static Command Fcf()
    {
        Command command = Overview("fcf", "Shows the FCF, ends its advertisements, or begins them again.");
        command.Add(Change("suspend", "Ends the advertisements: hosts lose the fabric within 2.5 FKA_ADV_PERIOD.", HttpMethod.Post, _ => $"{Path}/fcf/suspend"));
        command.Add(Change("resume", "Begins the advertisements again.", HttpMethod.Post, _ => $"{Path}/fcf/resume"));
        return command;
    }

    private static Command Logout()
    {
        Argument<string> id = new("FC_ID") { Description = "Of a port on the wire, or all." };
        return Change(
            "logout", "Clears the virtual link of a port, or of all: hosts log in again.", HttpMethod.Delete,
            parsed => parsed.GetRequiredValue(id) is not "all" and var one ? $"{Path}/ports/{ControlCommand.Part(one)}" : $"{Path}/ports", id);
    }

    private static Command Change(string name, string description, HttpMethod method, Func<ParseResult, string> path, params Symbol[] symbols) =>
        ControlCommand.Change(
            name, description, FabricJson.Default.FabricInfo, Print, (client, parsed, cancellation) => client.AskAsync(method, path(parsed), cancellation), symbols);

    private static void Print(FabricInfo fabric)
    {
        Listing listing = new("Fabric", fabric.FabricName);
        listing.Add("Switch", $"{fabric.SwitchName}, domain {fabric.Domain}");
        listing.Add("Ports", $"{fabric.Ports} logged in");
        listing.Add("Zone set", fabric.ActiveZoneSet ?? "none active");
        listing.Add("Default zone", fabric.DefaultZone);
        FcfInfo fcf = fabric.Fcf;
        listing.Add("FCF", $"{fcf.State}, {fcf.Mac}, FC-MAP {fcf.FcMap}, priority {fcf.Priority}");
        listing.Add("FKA_ADV_PERIOD", $"{fcf.FkaAdvPeriodSeconds.ToString(CultureInfo.InvariantCulture)} s");
        listing.Add("VLANs", string.Join(", ", fcf.Vlans.Select(Vlan)));
        listing.Add("ENodes", $"{fcf.EnodesLoggedIn} with {fcf.VirtualLinks} virtual links");
        listing.Print();
    }

    private static string Vlan(int vid) => vid == 0 ? "untagged" : vid.ToString(CultureInfo.InvariantCulture);
}
