// SPDX-License-Identifier: MIT

using System.CommandLine;
using FcTarget.Host.Control;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget port</c>: our N_Ports and those they know.</summary>
internal static class PortCommand
{
    public static Command Make()
    {
        Command command = List("port", "Lists our N_Ports and the remote ports that they know, or changes ours.");
        Argument<string> definition = new("SPEC") { Description = "Any of name=N, wwpn=W, wwnn=W, with commas between.", Arity = ArgumentArity.ZeroOrOne };
        Argument<string> name = new("PORT") { Description = "Its name or its WWPN." };
        command.Add(List("list", "Lists them."));
        command.Add(ControlCommand.Change(
            "create", "Adds an N_Port that is a target; it lasts as long as the process.", ControlJson.Default.PortList, Print,
            (client, parsed, cancellation) => client.AskAsync(
                HttpMethod.Post, "ports", new NewPort(parsed.GetValue(definition) ?? ""), ControlJson.Default.NewPort, cancellation),
            definition));
        command.Add(ControlCommand.Change(
            "delete", "Logs an N_Port out of its peers and removes it.", ControlJson.Default.PortList, Print,
            (client, parsed, cancellation) => client.AskAsync(HttpMethod.Delete, $"ports/{ControlCommand.Part(parsed.GetRequiredValue(name))}", cancellation),
            name));
        return command;
    }

    private static Command List(string name, string description) =>
        ControlCommand.Listing(name, description, "ports", ControlJson.Default.PortList, Print);

    private static void Print(PortList list)
    {
        Listing locals = new("Local WWPN", "WWNN", "FC_ID", "State", "Name");
        foreach (LocalPortInfo port in list.Ports) locals.Add(port.Wwpn, port.Wwnn, port.FcId, port.State, port.SymbolicName);
        locals.Print();
        Listing remotes = new("Remote WWPN", "WWNN", "FC_ID", "State", "MAC", "Logged in", "Of local FC_ID");
        foreach (LocalPortInfo port in list.Ports)
            foreach (RemotePortInfo remote in port.RemotePorts)
                remotes.Add(remote.Wwpn, remote.Wwnn, remote.FcId, remote.State, remote.Mac, Listing.Time(remote.LoggedInAt), port.FcId);
        Console.Out.WriteLine();
        remotes.Print();
    }
}
