// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>Node Identification Data Format (FC-LS-3, RNID): an FC-4 TYPE, or one of these.</summary>
public enum RnidFormat : byte
{
    /// <summary>Only the common identification data.</summary>
    CommonOnly = 0x00,

    /// <summary>Common and general topology discovery data.</summary>
    GeneralTopology = 0xDF,
}

/// <summary>RNID (FC-LS-3, RNID): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RnidPayload : IWirePayload
{                                      // word | 31..24      | 23..0
    public ElsCommand Command;         //  0   | 78h         | 000000h
    public UInt24BE Reserved1;         //
    public RnidFormat Format;          //  1   | data format | reserved
    public UInt24BE Reserved2;         //

    public static int WireSize => 8;
}

/// <summary>
/// The fixed part of the LS_ACC to RNID (FC-LS-3, RNID): 24 bytes; specific data of <see cref="SpecificLength"/> bytes follow.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RnidAccPayload : IWirePayload
{                                      // word | 31..24      | 23..16        | 15..8    | 7..0
    public ElsCommand Command;         //  0   | 02h         | 000000h
    public UInt24BE Reserved1;         //
    public RnidFormat Format;          //  1   | data format | common length | reserved | specific length
    public byte CommonLength;          //
    public byte Reserved2;             //
    public byte SpecificLength;        //
    public Wwn PortName;               // 2-3  | N_Port_Name: present when the common length is 16
    public Wwn NodeName;               // 4-5  | Node_Name

    /// <summary>The common identification data: two names.</summary>
    public const byte CommonIdentificationLength = 16;

    public static int WireSize => 24;
}

/// <summary>What a node is (FC-LS-3, RNID, associated type).</summary>
public enum RnidAssociatedType : uint
{
    Unknown = 0x01,
    Other = 0x02,
    Hub = 0x03,
    Switch = 0x04,
    Gateway = 0x05,
    Converter = 0x06,
    Hba = 0x07,
    ProxyAgent = 0x08,
    StorageDevice = 0x09,
    Host = 0x0A,
    StorageSubsystem = 0x0B,
    Module = 0x0E,
    NasDevice = 0x11,
    Bridge = 0x12,
    VirtualizationDevice = 0x13,
    MultiFunctionDevice = 0xFF,
}

/// <summary>General topology discovery data (FC-LS-3, RNID): 52 bytes, behind <see cref="RnidAccPayload"/>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RnidGeneralTopology : IWirePayload
{                                      // word | 31..24          | 23..16     | 15..0
    public UInt64BE VendorUnique1;     // 0-3  | vendor unique
    public UInt64BE VendorUnique2;     //
    private UInt32BE _associatedType;  //  4   | associated type
    public UInt32BE PhysicalPort;      //  5   | physical port number
    public UInt32BE AttachedNodes;     //  6   | number of attached nodes
    public byte NodeManagement;        //  7   | node management  | IP version | UDP/TCP port number
    public byte IpVersion;             //
    public UInt16BE PortNumber;        //
    public UInt64BE IpAddress1;        // 8-11 | IP address
    public UInt64BE IpAddress2;        //
    public UInt16BE Reserved1;         // 12   | reserved                      | vendor specific
    public UInt16BE VendorSpecific;    //

    public RnidAssociatedType AssociatedType
    {
        readonly get => (RnidAssociatedType)(uint)_associatedType;
        set => _associatedType = (uint)value;
    }

    public static int WireSize => 52;
}
