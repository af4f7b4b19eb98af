// SPDX-License-Identifier: MIT

using System.CommandLine;
using FcTarget.Host.Control;
using FcTarget.Stmf.Configuration;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget host-group</c> and <c>fctarget target-group</c>, as <c>stmfadm create-hg, add-hg-member</c> and so on.</summary>
internal static class GroupCommand
{
    public static Command Make(string command, string description, string member, string path)
    {
        Argument<string> group = new("GROUP") { Description = "The group." };
        Argument<string> port = new("PORT") { Description = $"WWPN or iSCSI name of the {member}." };
        return new Command(command, description)
        {
            ControlCommand.Listing("list", "Lists the groups and their members.", path, StmfJson.Default.GroupList, Print),
            ControlCommand.Change("create", "Creates a group.", StmfJson.Default.GroupList, Print,
                (client, parsed, cancellation) => client.AskAsync(
                    HttpMethod.Post, path, new NewName(parsed.GetRequiredValue(group)), StmfJson.Default.NewName, cancellation),
                group),
            ControlCommand.Change("delete", "Deletes a group that no view uses.", StmfJson.Default.GroupList, Print,
                (client, parsed, cancellation) => client.AskAsync(HttpMethod.Delete, $"{path}/{ControlCommand.Part(parsed.GetRequiredValue(group))}", cancellation),
                group),
            ControlCommand.Change("add", $"Adds a {member} to a group.", StmfJson.Default.GroupList, Print,
                (client, parsed, cancellation) => client.AskAsync(
                    HttpMethod.Post, $"{path}/{ControlCommand.Part(parsed.GetRequiredValue(group))}/members",
                    new NewName(parsed.GetRequiredValue(port)), StmfJson.Default.NewName, cancellation),
                group, port),
            ControlCommand.Change("remove", $"Removes a {member} from a group.", StmfJson.Default.GroupList, Print,
                (client, parsed, cancellation) => client.AskAsync(
                    HttpMethod.Delete,
                    $"{path}/{ControlCommand.Part(parsed.GetRequiredValue(group))}/members/{ControlCommand.Part(parsed.GetRequiredValue(port))}", cancellation),
                group, port),
        };
    }

    private static void Print(GroupList list)
    {
        Listing listing = new("Group", "Members");
        foreach (PortGroup group in list.Groups) listing.Add(group.Name, string.Join(", ", group.Members));
        listing.Print();
    }
}
