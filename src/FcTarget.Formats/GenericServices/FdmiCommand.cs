// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.GenericServices;

/// <summary>Command codes of the Fabric-Device Management Interface (FC-GS, FDMI).</summary>
public enum FdmiCommand : ushort
{
    /// <summary>Get registered HBA list: no request body, answered by a count and HBA Identifiers.</summary>
    Grhl = 0x0100,

    /// <summary>Get HBA attributes: HBA Identifier, answered by an attribute block.</summary>
    Ghat = 0x0101,

    /// <summary>Get registered port list of an HBA: HBA Identifier, answered by a count and port names.</summary>
    Grpl = 0x0102,

    /// <summary>Get port attributes: port name, answered by an attribute block.</summary>
    Gpat = 0x0110,

    /// <summary>Register HBA: HBA Identifier, count and port names, attribute block.</summary>
    Rhba = 0x0200,

    /// <summary>Register HBA attributes: HBA Identifier, attribute block.</summary>
    Rhat = 0x0201,

    /// <summary>Register port: HBA Identifier, port name, attribute block.</summary>
    Rprt = 0x0210,

    /// <summary>Register port attributes: port name, attribute block.</summary>
    Rpa = 0x0211,

    /// <summary>Deregister HBA with its ports: HBA Identifier.</summary>
    Dhba = 0x0300,

    /// <summary>Deregister HBA attributes: HBA Identifier.</summary>
    Dhat = 0x0301,

    /// <summary>Deregister port: port name.</summary>
    Dprt = 0x0310,

    /// <summary>Deregister port attributes: port name.</summary>
    Dpa = 0x0311,
}

/// <summary>HBA attribute types (FC-GS, FDMI); those from 0Ch on came with version 2.</summary>
public enum FdmiHbaAttribute : ushort
{
    NodeName = 0x0001,
    Manufacturer = 0x0002,
    SerialNumber = 0x0003,
    Model = 0x0004,
    ModelDescription = 0x0005,
    HardwareVersion = 0x0006,
    DriverVersion = 0x0007,
    OptionRomVersion = 0x0008,
    FirmwareVersion = 0x0009,
    OsNameAndVersion = 0x000A,

    /// <summary>32-bit number of bytes.</summary>
    MaximumCtPayloadLength = 0x000B,
    NodeSymbolicName = 0x000C,
    VendorSpecificInformation = 0x000D,

    /// <summary>32-bit number.</summary>
    NumberOfPorts = 0x000E,
    FabricName = 0x000F,
    BootBiosVersion = 0x0010,

    /// <summary>32-bit number, 1 when enabled.</summary>
    BootBiosState = 0x0011,
    VendorIdentifier = 0x00E0,
}

/// <summary>Port attribute types (FC-GS, FDMI); those from 07h on came with version 2.</summary>
public enum FdmiPortAttribute : ushort
{
    /// <summary><see cref="Fc4Types"/>.</summary>
    SupportedFc4Types = 0x0001,

    /// <summary><see cref="FdmiPortSpeeds"/>.</summary>
    SupportedSpeed = 0x0002,

    /// <summary><see cref="FdmiPortSpeeds"/>.</summary>
    CurrentPortSpeed = 0x0003,

    /// <summary>32-bit number of bytes.</summary>
    MaximumFrameSize = 0x0004,
    OsDeviceName = 0x0005,
    HostName = 0x0006,
    NodeName = 0x0007,
    PortName = 0x0008,
    PortSymbolicName = 0x0009,

    /// <summary>32-bit <see cref="NsPortType"/>.</summary>
    PortType = 0x000A,

    /// <summary><see cref="NsClasses"/>.</summary>
    SupportedClassesOfService = 0x000B,
    FabricName = 0x000C,

    /// <summary><see cref="Fc4Types"/>.</summary>
    ActiveFc4Types = 0x000D,

    /// <summary>32-bit number, 2 when online.</summary>
    PortState = 0x0101,

    /// <summary>32-bit number.</summary>
    NumberOfDiscoveredPorts = 0x0102,

    /// <summary>32 bits, the low 24 of them N_Port_ID.</summary>
    PortIdentifier = 0x0103,
}

/// <summary>Port speeds (FC-GS, FDMI).</summary>
[Flags]
public enum FdmiPortSpeeds : uint
{
    None = 0,
    Gb1 = 0x0001,
    Gb2 = 0x0002,
    Gb10 = 0x0004,
    Gb4 = 0x0008,
    Gb8 = 0x0010,
    Gb16 = 0x0020,
    Gb32 = 0x0040,
    Gb20 = 0x0080,
    Gb40 = 0x0100,
    NotEstablished = 0x8000,
}
