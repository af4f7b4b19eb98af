// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using FcTarget.Host.Control;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget target</c>, as <c>stmfadm list-target, online-target, offline-target</c>.</summary>
internal static class TargetCommand
{
    public static Command Make()
    {
        Argument<string> name = new("TARGET") { Description = "Its WWPN, or the name of its port." };
        return new Command("target", "Targets: our ports as initiators see them.")
        {
            ControlCommand.Listing("list", "Lists the targets.", "targets", TargetJson.Default.TargetList, Print),
            Switch("online", "Brings a target online.", name),
            Switch("offline", "Takes a target offline: it logs out of its initiators, and nobody gets in.", name),
        };
    }

    private static Command Switch(string state, string description, Argument<string> name) =>
        ControlCommand.Change(state, description, TargetJson.Default.TargetList, Print,
            (client, parsed, cancellation) => client.AskAsync(HttpMethod.Put, $"targets/{ControlCommand.Part(parsed.GetRequiredValue(name))}/state",
                new NewState(state), TargetJson.Default.NewState, cancellation),
            name);

    private static void Print(TargetList list)
    {
        Listing listing = new("Target", "Port", "State", "FC_ID", "Relative port", "Target group", "Sessions");
        foreach (TargetInfo target in list.Targets)
        {
            listing.Add(
                target.Name, target.Port, target.State, target.FcId, target.RelativePort.ToString(CultureInfo.InvariantCulture), target.TargetGroup,
                target.Sessions.ToString(CultureInfo.InvariantCulture));
        }
        listing.Print();
    }
}
