// SPDX-License-Identifier: MIT

using Xunit.Abstractions;

namespace FcTarget.Lab.Tests.Rig;

/// <summary>
/// FcTarget on one end of a bridge and Linux initiators on the other. Devices, processes and files are the rig's own and go with it,
/// also when a test fails; what the programs printed then goes to the test's output.
/// </summary>
internal sealed class LabRig : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly LabNetwork _network;
    private readonly List<Guest> _guests = [];
    private readonly List<Target> _targets = [];
    private readonly List<Capture> _captures = [];

    /// <summary>Skips the test where the lab cannot run.</summary>
    public LabRig(ITestOutputHelper output)
    {
        LabRequirements.SkipIfMissing();
        _output = output;
        Folder = Directory.CreateTempSubdirectory("fctarget-lab.").FullName;
        try
        {
            Shell.Run(Path.Combine(Shell.Root, "lab", "prepare.sh"), [], TimeSpan.FromMinutes(30)).OrThrow();
            _network = new LabNetwork();
        }
        catch
        {
            Directory.Delete(Folder, recursive: true);
            throw;
        }
    }

    /// <summary>For backing files and whatever else the test needs.</summary>
    public string Folder { get; }

    public ProbeLog Probes => new(ProbeFile);

    private string ProbeFile => Path.Combine(Folder, "probes.jsonl");

    /// <summary>Starts FcTarget as a VN2VN node and waits until it is ready.</summary>
    public Target StartTarget(params string[] logicalUnits) => Start("vn2vn", [.. logicalUnits.SelectMany(lu => new[] { "--lu", lu })]);

    /// <summary>Starts FcTarget as a switch with a target behind it and waits until it is ready.</summary>
    public Target StartSwitch(params string[] arguments) => Start("switch", arguments);

    /// <summary>Boots one more Linux initiator. Its first command waits until it is up.</summary>
    public Guest StartGuest()
    {
        int number = _guests.Count;
        Guest guest = new(number, _network.AddTap(number), Directory.CreateDirectory(Path.Combine(Folder, $"guest{number}")).FullName);
        _guests.Add(guest);
        return guest;
    }

    /// <summary>Starts to record every frame that FcTarget sends and receives.</summary>
    public Capture StartCapture()
    {
        Capture capture = new(_network.TargetPort, Path.Combine(Folder, $"frames{_captures.Count}.pcap"));
        _captures.Add(capture);
        return capture;
    }

    public void Dispose()
    {
        foreach (Guest guest in _guests)
        {
            guest.Dispose();
            Report($"guest {guest.Mac}", guest.Console);
        }
        foreach (Target target in _targets)
        {
            target.Dispose();
            Report("fctarget", target.Output);
        }
        foreach (Capture capture in _captures)
        {
            capture.Dispose();
            Report("tcpdump", capture.Account);
        }
        _network.Dispose();
        if (File.Exists(ProbeFile)) Report("last probes", string.Join('\n', File.ReadLines(ProbeFile).TakeLast(20)));
        Directory.Delete(Folder, recursive: true);
    }

    private Target Start(string topology, string[] arguments)
    {
        Target target = new(_network.TargetPort, topology, ProbeFile, arguments);
        _targets.Add(target);
        return target;
    }

    private void Report(string who, string text) => _output.WriteLine($"--- {who}\n{text}");
}
