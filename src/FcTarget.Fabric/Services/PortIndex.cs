// SPDX-License-Identifier: MIT

using System.Numerics;
using System.Runtime.InteropServices;
using FcTarget.Formats;

namespace FcTarget.Fabric.Services;

/// <summary>
/// The ports by what name server queries ask for, so that a query costs what its answer is long and not what the fabric is large. A port
/// is taken out before one of the objects it is filed under changes, and put in again after that.
/// </summary>
internal sealed class PortIndex
{
    private readonly Dictionary<Wwn, PortSet> _byNode = [];
    private readonly Dictionary<byte, PortSet> _byType = [];
    private readonly Dictionary<(byte Type, byte Features), PortSet> _byFeatures = [];

    /// <summary>Those with this Node_Name.</summary>
    public PortSet OfNode(Wwn name) => _byNode.GetValueOrDefault(name, PortSet.Empty);

    /// <summary>Those that have registered this FC-4 TYPE.</summary>
    public PortSet OfType(byte type) => _byType.GetValueOrDefault(type, PortSet.Empty);

    /// <summary>Those that have registered these FC-4 Features of a TYPE, and perhaps more of it.</summary>
    /// <param name="type">FC-4 TYPE.</param>
    /// <param name="features">Not 0: that would be everybody who has registered features at all.</param>
    public PortSet OfFeatures(byte type, byte features) => _byFeatures.GetValueOrDefault((type, features), PortSet.Empty);

    public void Add(FabricPort port) => File(port, static (set, port) => set.Add(port));

    public void Remove(FabricPort port) => File(port, static (set, port) => set.Remove(port));

    private void File(FabricPort port, Action<PortSet, FabricPort> file)
    {
        if (!port.NodeName.IsNone) File(_byNode, port.NodeName, port, file);
        if (port.Types is { } types)
            for (int word = 0; word < Fc4Types.WireSize / sizeof(uint); word++)
                for (uint bits = types[word]; bits != 0; bits &= bits - 1)
                    File(_byType, (byte)((word * 32) + BitOperations.TrailingZeroCount(bits)), port, file);
        if (port.Features is not { } features) return;
        for (int word = 0; word < Fc4Features.WireSize / sizeof(uint); word++)
            for (uint bits = features[word]; bits != 0;)
            {
                int shift = BitOperations.TrailingZeroCount(bits) & ~3; // four bits a TYPE
                byte all = (byte)((bits >> shift) & 0xF);
                for (int some = all; some != 0; some = (some - 1) & all) // every choice of them
                    File(_byFeatures, ((byte)((word * 8) + (shift / 4)), (byte)some), port, file);
                bits &= ~(0xFu << shift);
            }
    }

    private static void File<T>(Dictionary<T, PortSet> index, T key, FabricPort port, Action<PortSet, FabricPort> file) where T : notnull
    {
        ref PortSet? set = ref CollectionsMarshal.GetValueRefOrAddDefault(index, key, out _);
        file(set ??= new PortSet(), port);
        if (set.Count == 0) index.Remove(key); // names and TYPEs are the hosts' to choose: nothing may be left of them
    }
}
