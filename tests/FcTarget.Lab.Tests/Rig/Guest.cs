// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace FcTarget.Lab.Tests.Rig;

/// <summary>A Linux initiator: a User Mode Linux guest that runs commands. See lab/README.md.</summary>
internal sealed class Guest : IDisposable
{
    private readonly string _folder;
    private readonly Daemon _daemon;

    /// <param name="number">0, 1, ...: makes its MAC address.</param>
    /// <param name="tap">Its NIC.</param>
    /// <param name="folder">An empty folder, shared with the guest as /host.</param>
    public Guest(int number, string tap, string folder)
    {
        _folder = folder;
        Tap = tap;
        Mac = $"02:00:00:00:00:{number + 1:x2}";
        Wwpn = $"20000200000000{number + 1:x2}";
        _daemon = new Daemon(Path.Combine(Shell.Root, "lab", "guest.sh"), ["--tap", tap, "--mac", Mac, "--timeout", "900", folder]);
    }

    /// <summary>Its NIC, on our side.</summary>
    public string Tap { get; }

    public string Mac { get; }

    /// <summary>The WWPN Linux makes of the MAC address: 16 digits.</summary>
    public string Wwpn { get; }

    /// <summary>Address of its VN_Port, known after <see cref="LogIn"/>: the VN2VN FC-MAP and the N_Port_ID (FC-BB-6).</summary>
    public string VnPortMac { get; private set; } = "";

    /// <summary>Its N_Port_ID as tshark writes it: 00.00.01. Known after <see cref="LogIn"/>.</summary>
    public string PortId { get; private set; } = "";

    /// <summary>The guest's console.</summary>
    public string Console => _daemon.Output;

    /// <summary>Brings the FCoE initiator up in VN2VN mode and waits for the disk. Returns what lab/vn2vn-up.sh shows.</summary>
    public string LogIn()
    {
        string found = Run(File.ReadAllText(Path.Combine(Shell.Root, "lab", "vn2vn-up.sh")));
        string id = Regex.Match(found, "^host \\S+ 0x(\\w{6}) Online", RegexOptions.Multiline).Groups[1].Value;
        VnPortMac = $"0e:fd:00:{id[..2]}:{id[2..4]}:{id[4..]}";
        PortId = $"{id[..2]}.{id[2..4]}.{id[4..]}";
        return found;
    }

    /// <summary>Brings the FCoE initiator up as one that wants a fabric, and waits for a disk. Returns what lab/fabric-up.sh shows.</summary>
    /// <param name="how">A command that creates it; by default through the module parameter.</param>
    public string LogInToFabric(string how = "echo vec0 > /sys/module/libfcoe/parameters/create") =>
        Run($"CREATE='{how}'\n{File.ReadAllText(Path.Combine(Shell.Root, "lab", "fabric-up.sh"))}");

    /// <summary>Waits in the guest until a command succeeds. Returns how long that took.</summary>
    /// <exception cref="InvalidOperationException">It did not within the time.</exception>
    public TimeSpan WaitUntil(string command, int seconds = 60)
    {
        long begin = System.Diagnostics.Stopwatch.GetTimestamp();
        // By the guest's clock: on a busy machine a try may take a second.
        Run(
            $"end=$(($(cut -d. -f1 /proc/uptime) + {seconds})); until ({command}) >/dev/null 2>&1; do "
            + $"[ $(cut -d. -f1 /proc/uptime) -lt $end ] || {{ echo 'never: {command.Replace("'", "\"")}'; exit 1; }}; sleep 0.1; done",
            seconds + 60);
        return System.Diagnostics.Stopwatch.GetElapsedTime(begin);
    }

    /// <summary>Ends the FCoE initiator; it sends LOGO.</summary>
    public string LogOut() => Run("echo vec0 > /sys/module/libfcoe/parameters/destroy");

    /// <summary>Runs a shell command that has to succeed and returns what it printed.</summary>
    public string Run(string command, int seconds = 120) => Try(command, seconds).OrThrow();

    /// <summary>Runs a shell command.</summary>
    public Finished Try(string command, int seconds = 120) => Shell.Run(
        Path.Combine(Shell.Root, "lab", "exec.sh"),
        [_folder, command],
        TimeSpan.FromSeconds(seconds + 10),
        new Dictionary<string, string> { ["EXEC_TIMEOUT"] = seconds.ToString(CultureInfo.InvariantCulture) }) with
    { Command = $"in the guest: {command}" };

    public void Dispose()
    {
        File.WriteAllText(Path.Combine(_folder, "stop"), "");
        _daemon.WaitForExit(TimeSpan.FromSeconds(5));
        _daemon.Dispose();
    }
}
