// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using FcTarget.Host.Control;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget fabric zones</c>, <c>zone</c>, <c>zone-set</c>, <c>default-zone</c>: who may talk to whom. Every change is in force at once.</summary>
internal static class ZoneCommand
{
    private const string Zones = "fabric/zones", Sets = "fabric/zone-sets", Active = "fabric/active-zone-set";

    public static Command List(string name, string description) => ControlCommand.Listing(name, description, Zones, FabricJson.Default.ZoningInfo, Print);

    public static Command Zone()
    {
        Argument<string> zone = new("ZONE") { Description = "Name of the zone." };
        Argument<string[]> members = new("MEMBER") { Description = "WWPN, or wwpn.W, wwnn.W, fcid.ID.", Arity = ArgumentArity.ZeroOrMore };
        Argument<string> member = new("MEMBER") { Description = "WWPN, or wwpn.W, wwnn.W, fcid.ID." };
        return new Command("zone", "Zones: ports that may talk to each other while a zone set with the zone is active.")
        {
            List("list", "Lists zones and zone sets."),
            Send("create", "Creates a zone.", HttpMethod.Post, _ => Zones,
                parsed => new NewZone(parsed.GetRequiredValue(zone), parsed.GetValue(members) ?? []), FabricJson.Default.NewZone, zone, members),
            Delete("delete", "Deletes a zone, also from its zone sets.", parsed => $"{Zones}/{In(parsed, zone)}", zone),
            Name("add", "Adds a member to a zone.", HttpMethod.Post, parsed => $"{Zones}/{In(parsed, zone)}/members", member, zone),
            Delete("remove", "Removes a member from a zone.", parsed => $"{Zones}/{In(parsed, zone)}/members/{In(parsed, member)}", zone, member),
        };
    }

    public static Command ZoneSet()
    {
        Argument<string> set = new("SET") { Description = "Name of the zone set." };
        Argument<string[]> zones = new("ZONE") { Description = "Names of zones.", Arity = ArgumentArity.ZeroOrMore };
        Argument<string> zone = new("ZONE") { Description = "Name of the zone." };
        return new Command("zone-set", "Zone sets: zones that become active together.")
        {
            List("list", "Lists zones and zone sets."),
            Send("create", "Creates a zone set.", HttpMethod.Post, _ => Sets,
                parsed => new NewZoneSet(parsed.GetRequiredValue(set), parsed.GetValue(zones) ?? []), FabricJson.Default.NewZoneSet, set, zones),
            Delete("delete", "Deletes a zone set that is not active; its zones stay.", parsed => $"{Sets}/{In(parsed, set)}", set),
            Name("add", "Adds a zone to a zone set.", HttpMethod.Post, parsed => $"{Sets}/{In(parsed, set)}/zones", zone, set),
            Delete("remove", "Removes a zone from a zone set.", parsed => $"{Sets}/{In(parsed, set)}/zones/{In(parsed, zone)}", set, zone),
            Name("activate", "Puts a zone set in force, in the place of the active one.", HttpMethod.Put, _ => Active, set),
            Delete("deactivate", "Leaves every port to the default zone.", _ => Active),
        };
    }

    public static Command DefaultZone()
    {
        Argument<string> rule = new("RULE") { HelpName = "permit|deny", Description = "Whether ports that are in no zone of the active set may talk to each other." };
        return Name("default-zone", "Sets the rule for ports in no zone.", HttpMethod.Put, _ => "fabric/default-zone", rule);
    }

    // ---- changes --------------------------------------------------------------------------------------------------

    /// <summary>Sends a name.</summary>
    private static Command Name(
        string command, string description, HttpMethod method, Func<ParseResult, string> path, Argument<string> name, params Symbol[] before) =>
        Send(command, description, method, path, parsed => new NewName(parsed.GetRequiredValue(name)), FabricJson.Default.NewName, [.. before, name]);

    private static Command Send<T>(
        string command, string description, HttpMethod method, Func<ParseResult, string> path, Func<ParseResult, T> body, JsonTypeInfo<T> type,
        params Symbol[] symbols) =>
        ControlCommand.Change(
            command, description, FabricJson.Default.ZoningInfo, Print,
            (client, parsed, cancellation) => client.AskAsync(method, path(parsed), body(parsed), type, cancellation), symbols);

    private static Command Delete(string command, string description, Func<ParseResult, string> path, params Symbol[] symbols) =>
        ControlCommand.Change(
            command, description, FabricJson.Default.ZoningInfo, Print,
            (client, parsed, cancellation) => client.AskAsync(HttpMethod.Delete, path(parsed), cancellation), symbols);

    private static string In(ParseResult parsed, Argument<string> name) => ControlCommand.Part(parsed.GetRequiredValue(name));

    private static void Print(ZoningInfo zoning)
    {
        Listing sets = new("Zone set", "State", "Zones");
        foreach (ZoneSetInfo set in zoning.ZoneSets) sets.Add(set.Name, set.Name == zoning.ActiveZoneSet ? "active" : "inactive", string.Join(", ", set.Zones));
        sets.Print();
        Listing zones = new("Zone", "Members");
        foreach (ZoneInfo zone in zoning.Zones) zones.Add(zone.Name, string.Join(", ", zone.Members));
        Console.Out.WriteLine();
        zones.Print();
        Console.Out.WriteLine();
        Console.Out.WriteLine($"Default zone: {zoning.DefaultZone}");
    }
}
