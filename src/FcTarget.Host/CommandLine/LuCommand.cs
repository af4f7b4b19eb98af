// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using FcTarget.Host.Control;
using FcTarget.LogicalUnits;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget lu</c>: logical units, as <c>stmfadm create-lu, import-lu, modify-lu, delete-lu, list-lu, online-lu, offline-lu</c>.</summary>
internal static class LuCommand
{
    public static Command Make()
    {
        Argument<string> name = new("NAME") { Description = "The logical unit." };
        Argument<string> definition = new("SPEC") { Description = "What it is made of, as with fctarget run --lu: memory:1G, file:PATH,size=1G." };
        Argument<string?> one = new("NAME") { Description = "One of them; without it all.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> verbose = new("--verbose", "-v") { Description = "All there is to say of each." };
        Option<bool> keepViews = new("--keep-views", "-k") { Description = "Its views stay, for one that is created under that name." };
        Option<string> size = new("--size", "-s") { HelpName = "SIZE", Description = "The new size: 20G.", Required = true };
        return new Command("lu", "Logical units.")
        {
            ControlCommand.Listing("list", "Lists the logical units.",
                parsed => parsed.GetValue(one) is { } wanted ? $"lus/{ControlCommand.Part(wanted)}" : "lus", StmfJson.Default.LogicalUnitList,
                (list, parsed) => Print(list, parsed.GetValue(verbose)), one, verbose),
            ControlCommand.Change("create", "Creates a logical unit, which nobody sees before it has a view.", StmfJson.Default.LogicalUnitList, Print,
                (client, parsed, cancellation) => client.AskAsync(HttpMethod.Post, "lus",
                    new NewLogicalUnit(parsed.GetRequiredValue(name), parsed.GetRequiredValue(definition)), StmfJson.Default.NewLogicalUnit, cancellation),
                name, definition),
            ControlCommand.Change("delete", "Deletes a logical unit and its views; a file of data stays.", StmfJson.Default.LogicalUnitList, Print,
                (client, parsed, cancellation) => client.AskAsync(
                    HttpMethod.Delete, $"lus/{ControlCommand.Part(parsed.GetRequiredValue(name))}{(parsed.GetValue(keepViews) ? "?views=keep" : "")}", cancellation),
                name, keepViews),
            ControlCommand.Change("modify", "Gives a logical unit another size while it is in use: more.", StmfJson.Default.LogicalUnitList, Print,
                (client, parsed, cancellation) => client.AskAsync(HttpMethod.Put, $"lus/{ControlCommand.Part(parsed.GetRequiredValue(name))}/size",
                    new NewSize(parsed.GetRequiredValue(size)), StmfJson.Default.NewSize, cancellation),
                name, size),
            Switch("online", "Brings a logical unit online.", name),
            Switch("offline", "Takes a logical unit offline: nobody sees it, its views stay.", name),
        };
    }

    private static Command Switch(string state, string description, Argument<string> name) =>
        ControlCommand.Change(state, description, StmfJson.Default.LogicalUnitList, Print,
            (client, parsed, cancellation) => client.AskAsync(HttpMethod.Put, $"lus/{ControlCommand.Part(parsed.GetRequiredValue(name))}/state",
                new NewState(state), StmfJson.Default.NewState, cancellation),
            name);

    private static void Print(LogicalUnitList list) => Print(list, verbose: false);

    private static void Print(LogicalUnitList list, bool verbose)
    {
        if (verbose)
        {
            PrintAll(list);
            return;
        }
        Listing listing = new("Name", "GUID", "State", "Kept", "Tasks", "Definition");
        foreach (LogicalUnitInfo unit in list.LogicalUnits)
            listing.Add(unit.Name, unit.Guid, unit.State, unit.Kept ? "yes" : "no", unit.Tasks.ToString(CultureInfo.InvariantCulture), unit.Definition);
        listing.Print();
    }

    private static void PrintAll(LogicalUnitList list)
    {
        Listing listing = new(
            "Name", "GUID", "State", "Kept", "Tasks", "Views", "Serial number", "Size", "Block size", "Provisioning", "Write protect", "Write cache",
            "Protection type", "Medium", "Registrations", "Reserved", "Definition");
        foreach (LogicalUnitInfo unit in list.LogicalUnits)
        {
            listing.Add(
                unit.Name, unit.Guid, unit.State, YesNo(unit.Kept), Number(unit.Tasks), Number(unit.Views), unit.Status?.SerialNumber,
                unit.Status is { } status ? ByteSize.Format(status.Size) : null, Number(unit.Status?.BlockSize), unit.Status is { Thin: true } ? "thin" : "full",
                YesNo(unit.Status?.WriteProtected), unit.Status is { WriteCache: true } ? "on" : "off", Number(unit.Status?.ProtectionType), unit.Status?.Medium,
                Number(unit.Status?.Registrations), YesNo(unit.Status?.Reserved), unit.Definition);
        }
        listing.Print();
    }

    private static string? YesNo(bool? value) => value is { } known ? known ? "yes" : "no" : null;

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
