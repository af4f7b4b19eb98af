// SPDX-License-Identifier: MIT

using System.Globalization;

namespace FcTarget.Lab.Tests.Rig;

/// <summary>A capture of FcTarget's interface by tcpdump, read by tshark.</summary>
internal sealed class Capture : IDisposable
{
    // What no frame of ours may be, in tshark's words.
    private const string Faults = "(_ws.malformed || fcoe.crc.status == \"Bad\" || _ws.expert.severity == error)";

    private static readonly TimeSpan ReadLimit = TimeSpan.FromMinutes(5);
    private readonly string _path;
    private readonly Daemon _tcpdump;

    /// <param name="networkInterface">FcTarget's interface: every frame is seen once.</param>
    /// <param name="path">The file to make.</param>
    public Capture(string networkInterface, string path)
    {
        _path = path;
        _tcpdump = new Daemon("tcpdump", ["-i", networkInterface, "-w", path, "-U", "-s", "0", "-B", "131072", "-Z", "root"]);
        _tcpdump.WaitFor("listening on", TimeSpan.FromSeconds(10));
    }

    /// <summary>Ends the capture. Its reports come after this.</summary>
    public void Stop()
    {
        // The kernel hands frames over by the block, once a second when few come; what tcpdump has not got when it is told to end is lost.
        const int Quiet = 15; // looks 100 ms apart
        long length = -1;
        int same = 0;
        while (same < Quiet)
        {
            long now = new FileInfo(_path).Length;
            same = now == length ? same + 1 : 0;
            length = now;
            Thread.Sleep(100);
        }
        _tcpdump.Signal("INT");
        _tcpdump.WaitForExit(TimeSpan.FromSeconds(10));
    }

    /// <summary>tcpdump's account: packets captured, dropped by kernel.</summary>
    public string Account => _tcpdump.Output;

    /// <summary>How many FCoE frames FcTarget sent: those from nobody's address but its own.</summary>
    public int FcoeFramesFromTarget(params Guest[] guests)
    {
        // By tcpdump: it takes a second for what tshark takes a minute for.
        string others = string.Concat(guests.SelectMany(g => new[] { g.Mac, g.VnPortMac }).Select(mac => $" and not ether src {mac}"));
        Finished counted = Shell.Run("tcpdump", ["-n", "-r", _path, "--count", $"ether proto 0x8906{others}"], ReadLimit);
        return int.Parse(counted.OrThrow().Split(' ')[0], CultureInfo.InvariantCulture); // "1234 packets"
    }

    /// <summary>tshark's line for each frame from FcTarget that is malformed, has a bad CRC or a protocol error.</summary>
    public string[] FaultsFromTarget(params Guest[] guests) => Read($"{NotFrom(guests)} && {Faults}");

    /// <summary>The lines tshark prints for the frames that a display filter selects.</summary>
    public string[] Read(string filter, params string[] format) =>
        Shell.Run("tshark", ["-n", "-r", _path, "-Y", filter, .. format], ReadLimit).OrThrow().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose() => _tcpdump.Dispose();

    private static string NotFrom(Guest[] guests) =>
        $"!(eth.src in {{{string.Join(", ", guests.SelectMany(g => new[] { g.Mac, g.VnPortMac }))}}})";
}
