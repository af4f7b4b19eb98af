// SPDX-License-Identifier: MIT

using FcTarget.Formats;

namespace FcTarget.Fabric.Fdmi;

/// <summary>An HBA as it was registered (FC-GS, FDMI): its ports, and the attributes of each as the attribute blocks that came.</summary>
internal sealed class HbaRecord(Wwn id, FabricPort registrar)
{
    public Wwn Id { get; } = id;

    /// <summary>The FLOGI login of the link that registered it; the record goes with it.</summary>
    public FabricPort Registrar { get; } = registrar;

    /// <summary>Count and attributes; empty when there are none.</summary>
    public byte[] Attributes { get; set; } = [];

    /// <summary>Port names with their attribute blocks.</summary>
    public Dictionary<Wwn, byte[]> Ports { get; } = [];

    /// <summary>Bytes of all attribute blocks.</summary>
    public int Size => Attributes.Length + Ports.Values.Sum(p => p.Length);

    /// <summary>Bytes that they may have: a block for the HBA and one for each port that is logged in over its link.</summary>
    public int Room => (2 + Registrar.Children.Count) * BytesPerBlock;

    private const int BytesPerBlock = 4 * 1024; // FDMI version 2 has attributes for 2.6 KiB
}
