// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Builds the SCSI Ports VPD page, 88h (SPC-4 7.8.15): add the target ports, then <see cref="End"/>.</summary>
public ref struct ScsiPortsPage(Span<byte> to)
{
    private readonly Span<byte> _to = to;
    private int _at = VpdPage.HeaderLength;

    /// <summary>Adds a target port with its NAA name; without a name when it is 0.</summary>
    public void Add(ushort relativePort, ProtocolIdentifier protocol, ulong name)
    {
        int designator = name == 0 ? 0 : 12;
        Span<byte> descriptor = _to.Slice(_at, 12 + designator);
        descriptor.Clear();
        WriteUInt16BigEndian(descriptor[2..], relativePort);
        WriteUInt16BigEndian(descriptor[10..], (ushort)designator); // TARGET PORT DESCRIPTORS LENGTH
        if (designator != 0)
        {
            descriptor[12] = (byte)(((byte)protocol << 4) | 0x01); // binary
            descriptor[13] = 0x93;                                 // PIV; target port; NAA
            descriptor[15] = 8;
            WriteUInt64BigEndian(descriptor[16..], name);
        }
        _at += descriptor.Length;
    }

    /// <summary>Writes the page header. Returns the length of the page in bytes.</summary>
    public readonly int End(PeripheralDevice device) => VpdPage.Header(_to, device, VpdPageCode.ScsiPorts, _at - VpdPage.HeaderLength);
}
