// SPDX-License-Identifier: MIT

using System.Collections;
using FcTarget.Formats;

namespace FcTarget.Fabric;

/// <summary>Ports in the order of their N_Port_IDs, in an array: walked for lists, searched for the next one. Not changed while it is walked.</summary>
internal sealed class PortSet : IReadOnlyList<FabricPort>
{
    public static readonly PortSet Empty = new();

    private FabricPort[] _ports = [];

    public int Count { get; private set; }

    public FabricPort this[int index] => _ports[index];

    public void Add(FabricPort port)
    {
        int at = FirstAfter(port.Id);
        if (Count == _ports.Length) Array.Resize(ref _ports, Math.Max(4, Count * 2));
        Array.Copy(_ports, at, _ports, at + 1, Count - at);
        _ports[at] = port;
        Count++;
    }

    /// <summary>Takes a port out, if it is there.</summary>
    public void Remove(FabricPort port)
    {
        int at = FirstAfter(port.Id) - 1;
        if (at < 0 || _ports[at] != port) return;
        Count--;
        Array.Copy(_ports, at + 1, _ports, at, Count - at);
        _ports[Count] = null!;
    }

    public bool Contains(FabricPort port)
    {
        int at = FirstAfter(port.Id) - 1;
        return at >= 0 && _ports[at] == port;
    }

    /// <summary>Index of the first port with a higher N_Port_ID; <see cref="Count"/> when there is none.</summary>
    public int FirstAfter(FcId id)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ports[middle].Id.Value <= id.Value) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    public IEnumerator<FabricPort> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return _ports[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
