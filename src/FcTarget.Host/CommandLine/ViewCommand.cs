// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using FcTarget.Host.Control;
using FcTarget.Stmf.Configuration;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget view</c>: who sees which logical unit as which LUN, as <c>stmfadm add-view, remove-view, list-view</c>.</summary>
internal static class ViewCommand
{
    public static Command Make()
    {
        Argument<string> unit = new("LU") { Description = "The logical unit." };
        Argument<string?> one = new("LU") { Description = "The logical unit; without it all.", Arity = ArgumentArity.ZeroOrOne };
        Argument<int?> entry = new("ENTRY") { Description = "Number of the view entry; without it all of the logical unit.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> hostGroup = new("--host-group", "-g") { HelpName = "GROUP", Description = "Who sees it; every initiator by default." };
        Option<string?> targetGroup = new("--target-group", "-t") { HelpName = "GROUP", Description = "Through which of our ports; all by default." };
        Option<int?> lun = new("--lun", "-n") { HelpName = "N", Description = "The LUN; the lowest that is free by default." };
        return new Command("view", "Views: who sees which logical unit as which LUN.")
        {
            ControlCommand.Listing("list", "Lists the view entries, of one logical unit or all.",
                parsed => parsed.GetValue(one) is { } wanted ? $"views/{ControlCommand.Part(wanted)}" : "views", StmfJson.Default.ViewList,
                (list, _) => Print(list.Views), one),
            ControlCommand.Change("add", "Adds a view entry.", StmfJson.Default.ViewEntry, added => Print([added]),
                (client, parsed, cancellation) => client.AskAsync(HttpMethod.Post, "views",
                    new NewView(parsed.GetRequiredValue(unit), parsed.GetValue(hostGroup), parsed.GetValue(targetGroup), parsed.GetValue(lun)),
                    StmfJson.Default.NewView, cancellation),
                unit, hostGroup, targetGroup, lun),
            ControlCommand.Change("remove", "Removes a view entry, or all of a logical unit.", StmfJson.Default.ViewList, list => Print(list.Views),
                (client, parsed, cancellation) => client.AskAsync(HttpMethod.Delete, PathOf(parsed.GetRequiredValue(unit), parsed.GetValue(entry)), cancellation),
                unit, entry),
        };
    }

    private static string PathOf(string unit, int? entry)
    {
        string path = $"views/{ControlCommand.Part(unit)}";
        return entry is { } id ? string.Create(CultureInfo.InvariantCulture, $"{path}/{id}") : path;
    }

    private static void Print(IReadOnlyList<ViewEntry> views)
    {
        Listing listing = new("LU", "Entry", "Host group", "Target group", "LUN");
        foreach (ViewEntry view in views)
        {
            listing.Add(
                view.LogicalUnit, view.Id.ToString(CultureInfo.InvariantCulture), view.HostGroup ?? "All", view.TargetGroup ?? "All",
                view.Lun.ToString(CultureInfo.InvariantCulture));
        }
        listing.Print();
    }
}
