// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>
/// Builds the Device Identification VPD page, 83h (SPC-4 7.8.6): add designators, then <see cref="End"/>.
/// </summary>
public ref struct DeviceIdentificationPage(Span<byte> to)
{
    private const byte Binary = 0x01, Ascii = 0x02; // CODE SET
    private const byte AssociationTargetPort = 0x10, ProtocolIdentifierValid = 0x80;
    private const byte T10VendorId = 0x1, Naa = 0x3, RelativeTargetPort = 0x4, TargetPortGroup = 0x5; // DESIGNATOR TYPE

    private readonly Span<byte> _to = to;
    private int _at = VpdPage.HeaderLength;

    /// <summary>NAA designator of the logical unit, 16 bytes (SPC-4 7.8.6.6.5, NAA 6h).</summary>
    public void AddLogicalUnitNaa(UInt128 name) => WriteUInt128BigEndian(Designator(Binary, Naa, 16), name);

    /// <summary>T10 vendor ID based designator of the logical unit (SPC-4 7.8.6.4): vendor, product (16 bytes), serial number.</summary>
    public void AddLogicalUnitT10(string vendor, string product, string serialNumber)
    {
        Span<byte> designator = Designator(Ascii, T10VendorId, 24 + serialNumber.Length);
        StandardInquiryData.AsciiField(designator[..8], vendor);
        StandardInquiryData.AsciiField(designator.Slice(8, 16), product);
        StandardInquiryData.AsciiField(designator[24..], serialNumber);
    }

    /// <summary>Relative target port designator of the port the command came through (SPC-4 7.8.6.7).</summary>
    public void AddRelativeTargetPort(ProtocolIdentifier protocol, ushort port) =>
        WriteUInt16BigEndian(PortDesignator(protocol, RelativeTargetPort, 4)[2..], port);

    /// <summary>Target port group designator of that port's group (SPC-4 7.8.6.8).</summary>
    public void AddTargetPortGroup(ushort group) => WriteUInt16BigEndian(PortDesignator(ProtocolIdentifier.None, TargetPortGroup, 4)[2..], group);

    /// <summary>NAA designator of the port the command came through: for Fibre Channel the WWPN (SPC-4 7.8.6.6).</summary>
    public void AddTargetPortNaa(ProtocolIdentifier protocol, ulong name) =>
        WriteUInt64BigEndian(PortDesignator(protocol, Naa, 8), name);

    /// <summary>Writes the page header. Returns the length of the page in bytes.</summary>
    public readonly int End(PeripheralDevice device) =>
        VpdPage.Header(_to, device, VpdPageCode.DeviceIdentification, _at - VpdPage.HeaderLength);

    private Span<byte> PortDesignator(ProtocolIdentifier protocol, byte type, int length) => protocol == ProtocolIdentifier.None
        ? Designator(Binary, (byte)(AssociationTargetPort | type), length)
        : Designator((byte)(((byte)protocol << 4) | Binary), (byte)(ProtocolIdentifierValid | AssociationTargetPort | type), length);

    private Span<byte> Designator(byte protocolAndCodeSet, byte flagsAndType, int length)
    {
        Span<byte> descriptor = _to.Slice(_at, 4 + length);
        descriptor.Clear();
        descriptor[0] = protocolAndCodeSet;
        descriptor[1] = flagsAndType;
        descriptor[3] = (byte)length;
        _at += 4 + length;
        return descriptor[4..];
    }
}
