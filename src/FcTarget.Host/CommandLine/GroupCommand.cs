// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using FcTarget.Host.Control;
using FcTarget.LogicalUnits;
using FcTarget.Stmf.Configuration;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget host-group</c> and <c>fctarget target-group</c>, as <c>stmfadm create-hg, add-hg-member</c> and so on.</summary>
internal static class GroupCommand
{
    /// <summary><c>fctarget target-group</c>: the verbs of every group, and <c>alua</c>.</summary>
    public static Command MakeTargetGroup()
    {
        Argument<string> group = new("GROUP") { Description = "The target group." };
        Argument<string?> state = new("STATE")
        {
            Description = $"{string.Join(", ", AccessStateNames.All)}; without it as it is.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool?> preferred = new("--preferred") { HelpName = "true|false", Description = "Initiators should take these ports." };
        Option<string?> size = new("--segment-size")
        {
            HelpName = "SIZE",
            Description = "With lba-dependent: bytes of a user data segment, or with K, M, G, T.",
        };
        Option<string?> states = new("--segment-states")
        {
            HelpName = "STATE,STATE...",
            Description = "With lba-dependent: the states of the first segments; then they come again.",
        };
        Command command = Make("target-group", "Target groups: sets of our ports, and the access to logical units through them.", "target port", "target-groups");
        command.Add(ControlCommand.Change("alua", "Sets the asymmetric access state of all logical units through the ports of a group.",
            StmfJson.Default.GroupList, PrintTargets,
            (client, parsed, cancellation) => client.AskAsync(
                HttpMethod.Put, $"target-groups/{ControlCommand.Part(parsed.GetRequiredValue(group))}/alua",
                new NewAccess(parsed.GetValue(state), parsed.GetValue(preferred), parsed.GetValue(size), parsed.GetValue(states)?.Split(',')),
                StmfJson.Default.NewAccess, cancellation),
            group, state, preferred, size, states));
        return command;
    }

    public static Command Make(string command, string description, string member, string path)
    {
        Action<GroupList> print = path == "target-groups" ? PrintTargets : Print;
        Argument<string> group = new("GROUP") { Description = "The group." };
        Argument<string> port = new("PORT") { Description = $"WWPN or iSCSI name of the {member}." };
        return new Command(command, description)
        {
            ControlCommand.Listing("list", "Lists the groups and their members.", path, StmfJson.Default.GroupList, print),
            ControlCommand.Change("create", "Creates a group.", StmfJson.Default.GroupList, print,
                (client, parsed, cancellation) => client.AskAsync(
                    HttpMethod.Post, path, new NewName(parsed.GetRequiredValue(group)), StmfJson.Default.NewName, cancellation),
                group),
            ControlCommand.Change("delete", "Deletes a group that no view uses.", StmfJson.Default.GroupList, print,
                (client, parsed, cancellation) => client.AskAsync(HttpMethod.Delete, $"{path}/{ControlCommand.Part(parsed.GetRequiredValue(group))}", cancellation),
                group),
            ControlCommand.Change("add", $"Adds a {member} to a group.", StmfJson.Default.GroupList, print,
                (client, parsed, cancellation) => client.AskAsync(
                    HttpMethod.Post, $"{path}/{ControlCommand.Part(parsed.GetRequiredValue(group))}/members",
                    new NewName(parsed.GetRequiredValue(port)), StmfJson.Default.NewName, cancellation),
                group, port),
            ControlCommand.Change("remove", $"Removes a {member} from a group.", StmfJson.Default.GroupList, print,
                (client, parsed, cancellation) => client.AskAsync(
                    HttpMethod.Delete,
                    $"{path}/{ControlCommand.Part(parsed.GetRequiredValue(group))}/members/{ControlCommand.Part(parsed.GetRequiredValue(port))}", cancellation),
                group, port),
        };
    }

    private static void PrintTargets(GroupList list)
    {
        Listing listing = new("Group", "Number", "Access state", "Preferred", "Segments", "Members");
        foreach (PortGroup group in list.Groups)
        {
            listing.Add(
                group.Name, group.Number.ToString(CultureInfo.InvariantCulture), AccessStateNames.Of(group.AccessState), group.Preferred ? "yes" : "no",
                group.Segments is { } cut ? $"{ByteSize.Format(cut.Size)}: {string.Join(", ", cut.States.Select(AccessStateNames.Of))}" : "",
                string.Join(", ", group.Members));
        }
        listing.Print();
    }

    private static void Print(GroupList list)
    {
        Listing listing = new("Group", "Members");
        foreach (PortGroup group in list.Groups) listing.Add(group.Name, string.Join(", ", group.Members));
        listing.Print();
    }
}
