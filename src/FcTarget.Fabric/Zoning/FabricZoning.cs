// SPDX-License-Identifier: MIT

namespace FcTarget.Fabric.Zoning;

/// <summary>
/// The zoning in force. Each port carries a bit for every zone of the active set that it is in, so that two ports are compared with a few
/// ANDs; the bits are made at login and anew with each change. On the loop only.
/// </summary>
public sealed class FabricZoning
{
    private readonly FcFabric _fabric;
    private ActiveZones _active;

    internal FabricZoning(FcFabric fabric, ZoningConfiguration configuration)
    {
        _fabric = fabric;
        Configuration = configuration.Checked();
        _active = new ActiveZones(Configuration.ActiveZones());
    }

    public ZoningConfiguration Configuration { get; private set; }

    /// <summary>
    /// Puts another zoning in force, and in the state file. Every port that gains or loses sight of another hears of it by RSCN.
    /// </summary>
    /// <exception cref="ZoningException">The configuration contradicts itself; nothing has changed.</exception>
    public void Set(ZoningConfiguration configuration)
    {
        ZoningConfiguration next = configuration.Checked();
        _fabric.StateChanges.Collect(); // what happened before goes to those who saw it
        FabricPort[] ports = [.. _fabric.Ports];
        ulong[][] before = [.. ports.Select(p => p.Zones)];
        bool permitted = Configuration.DefaultZonePermits;
        Configuration = next;
        _active = new ActiveZones(next.ActiveZones());
        foreach (FabricPort port in ports) _active.Add(port);
        _fabric.Counters.ZoningChanges++;
        _fabric.SaveState();
        for (int i = 0; i < ports.Length; i++)
            for (int j = i + 1; j < ports.Length; j++)
                if (Share(before[i], before[j], permitted) != MayTalk(ports[i], ports[j])) _fabric.StateChanges.BetweenTwo(ports[i], ports[j]);
    }

    /// <summary>Whether frames may pass between the two.</summary>
    public bool MayTalk(FabricPort a, FabricPort b) => ReferenceEquals(a, b) || Share(a.Zones, b.Zones, Configuration.DefaultZonePermits);

    /// <summary>Names of the active zones that a port is in.</summary>
    internal IReadOnlyList<string> ZonesOf(FabricPort port) => [.. _active.Of(port).Select(z => z.Name)];

    /// <summary>
    /// Sets that hold everybody whom a port may talk to and nobody else; one port may be in several of them. The port itself is in each as
    /// long as it is logged in. None: it sees nobody.
    /// </summary>
    internal IEnumerable<PortSet> PeersOf(FabricPort port) => _active.PeersOf(port, Configuration.DefaultZonePermits);

    /// <summary>The port has logged in.</summary>
    internal void Add(FabricPort port) => _active.Add(port);

    /// <summary>The port has logged out.</summary>
    internal void Remove(FabricPort port) => _active.Remove(port);

    private static bool Share(ulong[] a, ulong[] b, bool defaultZonePermits)
    {
        if ((a.Length | b.Length) == 0) return defaultZonePermits;
        if (a.Length != b.Length) return false; // one of them is in the default zone
        for (int i = 0; i < a.Length; i++)
            if ((a[i] & b[i]) != 0) return true;
        return false;
    }
}
