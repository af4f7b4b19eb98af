// SPDX-License-Identifier: MIT

using System.Numerics;

namespace FcTarget.Fabric.Zoning;

/// <summary>
/// The zones of one active set and the ports in them that are logged in. What a login costs depends on the zones of that port, not on how
/// many there are.
/// </summary>
internal sealed class ActiveZones
{
    private const int BitsPerWord = 64;

    private readonly Zone[] _zones;
    private readonly PortSet[] _ports;
    private readonly PortSet _inNoZone = new();
    private readonly Dictionary<ZoneMember, List<int>> _byMember = [];

    public ActiveZones(IEnumerable<Zone> zones)
    {
        _zones = [.. zones];
        _ports = [.. _zones.Select(static _ => new PortSet())];
        for (int i = 0; i < _zones.Length; i++)
            foreach (ZoneMember member in _zones[i].Members)
            {
                if (!_byMember.TryGetValue(member, out List<int>? of)) _byMember.Add(member, of = []);
                of.Add(i);
            }
    }

    /// <summary>Puts a port that has logged in where it belongs, and notes its zones in it.</summary>
    public void Add(FabricPort port)
    {
        ulong[] zones = [];
        // The Node_Name is that of the login: what a port registers later must not change its zones.
        Note(ZoneMember.OfPortName(port.PortName));
        Note(ZoneMember.OfNodeName(port.Flogi.NodeName));
        Note(ZoneMember.OfPortId(port.Id));
        port.Zones = zones;
        if (zones.Length == 0) _inNoZone.Add(port);
        else
            foreach (int zone in IndexesOf(port)) _ports[zone].Add(port);

        void Note(ZoneMember member)
        {
            if (!_byMember.TryGetValue(member, out List<int>? of)) return;
            if (zones.Length == 0) zones = new ulong[(_zones.Length + BitsPerWord - 1) / BitsPerWord];
            foreach (int zone in of) zones[zone / BitsPerWord] |= 1ul << zone;
        }
    }

    /// <summary>The port has logged out; which zones it was in stays in it.</summary>
    public void Remove(FabricPort port)
    {
        if (port.Zones.Length == 0) _inNoZone.Remove(port);
        else
            foreach (int zone in IndexesOf(port)) _ports[zone].Remove(port);
    }

    public IEnumerable<Zone> Of(FabricPort port) => IndexesOf(port).Select(zone => _zones[zone]);

    /// <summary>See <see cref="FabricZoning.PeersOf"/>.</summary>
    public IEnumerable<PortSet> PeersOf(FabricPort port, bool defaultZonePermits)
    {
        if (port.Zones.Length == 0) return defaultZonePermits ? [_inNoZone] : [];
        return IndexesOf(port).Select(zone => _ports[zone]);
    }

    private static IEnumerable<int> IndexesOf(FabricPort port)
    {
        for (int word = 0; word < port.Zones.Length; word++)
            for (ulong bits = port.Zones[word]; bits != 0; bits &= bits - 1)
                yield return (word * BitsPerWord) + BitOperations.TrailingZeroCount(bits);
    }
}
