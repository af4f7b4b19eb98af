// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using FcTarget.Host.Control;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget lu</c>: logical units, as <c>stmfadm create-lu, delete-lu, list-lu, online-lu, offline-lu</c>.</summary>
internal static class LuCommand
{
    public static Command Make()
    {
        Argument<string> name = new("NAME") { Description = "The logical unit." };
        Argument<string> definition = new("SPEC") { Description = "What it is made of, as with fctarget run --lu: memory:1G, file:PATH,size=1G." };
        return new Command("lu", "Logical units.")
        {
            ControlCommand.Listing("list", "Lists the logical units.", "lus", StmfJson.Default.LogicalUnitList, Print),
            ControlCommand.Change("create", "Creates a logical unit, which nobody sees before it has a view.", StmfJson.Default.LogicalUnitList, Print,
                (client, parsed, cancellation) => client.AskAsync(HttpMethod.Post, "lus",
                    new NewLogicalUnit(parsed.GetRequiredValue(name), parsed.GetRequiredValue(definition)), StmfJson.Default.NewLogicalUnit, cancellation),
                name, definition),
            ControlCommand.Change("delete", "Deletes a logical unit and its views; a file of data stays.", StmfJson.Default.LogicalUnitList, Print,
                (client, parsed, cancellation) => client.AskAsync(HttpMethod.Delete, $"lus/{ControlCommand.Part(parsed.GetRequiredValue(name))}", cancellation),
                name),
            Switch("online", "Brings a logical unit online.", name),
            Switch("offline", "Takes a logical unit offline: nobody sees it, its views stay.", name),
        };
    }

    private static Command Switch(string state, string description, Argument<string> name) =>
        ControlCommand.Change(state, description, StmfJson.Default.LogicalUnitList, Print,
            (client, parsed, cancellation) => client.AskAsync(HttpMethod.Put, $"lus/{ControlCommand.Part(parsed.GetRequiredValue(name))}/state",
                new NewState(state), StmfJson.Default.NewState, cancellation),
            name);

    private static void Print(LogicalUnitList list)
    {
        Listing listing = new("Name", "GUID", "State", "Kept", "Tasks", "Definition");
        foreach (LogicalUnitInfo unit in list.LogicalUnits)
            listing.Add(unit.Name, unit.Guid, unit.State, unit.Kept ? "yes" : "no", unit.Tasks.ToString(CultureInfo.InvariantCulture), unit.Definition);
        listing.Print();
    }
}
