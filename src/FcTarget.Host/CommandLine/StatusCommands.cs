// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Globalization;
using FcTarget.Host.Control;

namespace FcTarget.Host.CommandLine;

/// <summary><c>fctarget status</c>, <c>counters</c>, <c>session</c>: a running target as a whole.</summary>
internal static class StatusCommands
{
    public static Command Status() =>
        ControlCommand.Listing("status", "Shows the running target at a glance.", "status", ControlJson.Default.TargetStatus, status =>
        {
            Listing listing = new("Target", status.Interface);
            listing.Add("Process", $"{status.Pid}, version {status.Version}");
            listing.Add("Running since", Listing.Time(status.StartedAt));
            listing.Add("Topology", status.Topology);
            listing.Add("Ethernet", $"{status.Mac}, MTU {status.Mtu}, link {(status.LinkUp ? "up" : "down")}");
            listing.Add("Local ports", Number(status.LocalPorts));
            listing.Add("Remote ports", Number(status.RemotePorts));
            listing.Add("Sessions", Number(status.Sessions));
            listing.Add("Logical units", Number(status.LogicalUnits));
            listing.Add("Faults", Number(status.Faults));
            listing.Print();
        });

    public static Command Counters()
    {
        return ControlCommand.Listing(
            "counters", "Lists what the running target has counted and is not zero; with --json all.", "counters", ControlJson.Default.CounterList, list =>
            {
                Listing listing = new("Counter", "Value");
                foreach (CounterValue counter in list.Counters)
                    if (counter.Value != 0) listing.Add(counter.Name, Number(counter.Value));
                listing.Print();
            });
    }

    /// <summary><c>fctarget session</c>, and <c>session list</c> as the other nouns have it: what <c>stmfadm list-target -v</c> shows of sessions.</summary>
    public static Command Session()
    {
        Command session = Sessions("session");
        session.Add(Sessions("list"));
        return session;
    }

    private static Command Sessions(string name) =>
        ControlCommand.Listing(name, "Lists the sessions (I_T nexuses) and the LUNs that each sees.", "sessions", ControlJson.Default.SessionList, list =>
        {
            Listing listing = new("Initiator", "Target", "LUNs");
            foreach (Session session in list.Sessions)
                listing.Add(session.Initiator, session.Target, string.Join(", ", session.Luns.Select(lun => $"{lun.Lun} {lun.LogicalUnit}")));
            listing.Print();
        });

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
