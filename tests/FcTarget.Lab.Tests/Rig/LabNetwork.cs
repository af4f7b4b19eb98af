// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace FcTarget.Lab.Tests.Rig;

/// <summary>
/// A bridge with a veth pair for FcTarget and a tap for each guest, MTU 2500, without IPv6. Names are unique to this process and rig;
/// everything goes with <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// <code>
/// FcTarget -- TargetPort ==veth== BridgePort -- bridge -- tap 0 -- guest 0
///                                                  +----- tap 1 -- guest 1
/// </code>
/// </remarks>
internal sealed class LabNetwork : IDisposable
{
    private const string Mtu = "2500"; // FC frames of 2112 bytes of payload and all their headers
    private static int _rigs;

    private readonly string _prefix = $"fl{Environment.ProcessId:x}{(char)('a' + (Interlocked.Increment(ref _rigs) % 26))}";
    private readonly List<string> _devices = [];

    public LabNetwork()
    {
        try
        {
            Add(Bridge, "type", "bridge", "mcast_snooping", "0", "stp_state", "0");
            Add(TargetPort, "type", "veth", "peer", "name", BridgePort);
            Prepare(BridgePort);
            Join(BridgePort);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Bridge => _prefix + "b";

    /// <summary>FcTarget's interface.</summary>
    public string TargetPort => _prefix + "t";

    private string BridgePort => _prefix + "p";

    /// <summary>Makes a tap for one more guest and returns its name.</summary>
    public string AddTap(int guest)
    {
        string tap = _prefix + guest;
        Shell.Check("ip", "tuntap", "add", tap, "mode", "tap");
        _devices.Add(tap);
        Prepare(tap);
        Join(tap);
        return tap;
    }

    /// <summary>From now on, frames of one R_CTL do not reach a guest any more. False: this kernel cannot.</summary>
    public static bool TryLose(string tap, byte rCtl)
    {
        // A class of its own for them, in whose queue there is no room. u32 counts from behind the Ethernet header: R_CTL comes 14 bytes on.
        string[][] commands =
        [
            ["qdisc", "replace", "dev", tap, "root", "handle", "1:", "htb", "default", "10"],
            ["class", "add", "dev", tap, "parent", "1:", "classid", "1:10", "htb", "rate", "10gbit", "quantum", "60000"],
            ["class", "add", "dev", tap, "parent", "1:", "classid", "1:20", "htb", "rate", "10gbit", "quantum", "60000"],
            ["qdisc", "add", "dev", tap, "parent", "1:20", "bfifo", "limit", "1"],
            ["filter", "add", "dev", tap, "parent", "1:", "protocol", "0x8906", "u32", "match", "u8", $"0x{rCtl:x2}", "0xff", "at", "14", "flowid", "1:20"],
        ];
        return commands.All(command => Shell.Run("tc", command, TimeSpan.FromSeconds(10)).ExitCode == 0);
    }

    /// <summary>How many frames <see cref="TryLose"/> has lost.</summary>
    public static int Lost(string tap) =>
        int.Parse(Regex.Match(Shell.Check("tc", "-s", "qdisc", "show", "dev", tap), "bfifo.*?dropped (\\d+)", RegexOptions.Singleline).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Every frame reaches the guest again.</summary>
    public static void LoseNoMore(string tap) => Shell.Check("tc", "qdisc", "del", "dev", tap, "root");

    public void Dispose()
    {
        foreach (string device in Enumerable.Reverse(_devices)) Shell.Run("ip", ["link", "del", device], TimeSpan.FromSeconds(10));
        _devices.Clear();
    }

    private void Add(string device, params string[] what)
    {
        Shell.Check("ip", ["link", "add", device, .. what]);
        _devices.Add(device);
        Prepare(device);
    }

    private void Join(string device) => Shell.Check("ip", "link", "set", device, "master", Bridge);

    private static void Prepare(string device)
    {
        string ipv6 = $"/proc/sys/net/ipv6/conf/{device}/disable_ipv6";
        if (File.Exists(ipv6)) File.WriteAllText(ipv6, "1"); // before it is up: no router solicitation, no DAD
        Shell.Check("ip", "link", "set", device, "mtu", Mtu, "up");
    }
}
