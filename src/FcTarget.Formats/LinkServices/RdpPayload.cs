// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>Tag of a descriptor of RDP (FC-LS-3, descriptor tags).</summary>
public enum RdpDescriptorTag : uint
{
    LinkServiceRequestInformation = 0x0000_0001,
    NPortId = 0x0000_0003,
    SfpDiagnosticParameters = 0x0001_0000,
    PortSpeed = 0x0001_0001,
    LinkErrorStatusBlock = 0x0001_0002,
    PortNames = 0x0001_0003,
}

/// <summary>What every descriptor of RDP begins with (FC-LS-3, RDP): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RdpDescriptorHeader : IWirePayload
{                                      // word | 31..0
    private UInt32BE _tag;             //  0   | descriptor tag
    public UInt32BE Length;            //  1   | length of what follows, bytes

    public RdpDescriptorHeader(RdpDescriptorTag tag, int length)
    {
        _tag = (uint)tag;
        Length = (uint)length;
    }

    public RdpDescriptorTag Tag
    {
        readonly get => (RdpDescriptorTag)(uint)_tag;
        set => _tag = (uint)value;
    }

    public static int WireSize => 8;
}

/// <summary>RDP, Read Diagnostic Parameters (FC-LS-3, RDP): 20 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RdpPayload : IWirePayload
{                                      // word | 31..24   | 23..0
    public ElsCommand Command;         //  0   | 18h      | 000000h
    public UInt24BE Reserved1;         //
    public UInt32BE ListLength;        //  1   | descriptor list length: 12
    public RdpDescriptorHeader NPortId; // 2-3 | N_Port_ID descriptor
    public byte Reserved2;             //  4   | reserved | N_Port_ID of the port asked about
    public FcId PortId;                //

    /// <summary>A request about one port.</summary>
    public static RdpPayload About(FcId port) => new()
    {
        Command = ElsCommand.Rdp,
        ListLength = (uint)(WireSize - 8),
        NPortId = new RdpDescriptorHeader(RdpDescriptorTag.NPortId, 4),
        PortId = port,
    };

    /// <summary>Whether both lengths are those of one N_Port_ID descriptor.</summary>
    public readonly bool HasValidLengths => ListLength == (uint)(WireSize - 8) && NPortId.Length == 4;

    public static int WireSize => 20;
}

/// <summary>Port speed (FC-LS-3, RDP): what a port can do, and what it does. Only the values of a port that cannot tell.</summary>
public static class RdpPortSpeed
{
    /// <summary>Capabilities: unknown.</summary>
    public const ushort CapabilitiesUnknown = 0x0001;

    /// <summary>Operating speed: unknown.</summary>
    public const ushort SpeedUnknown = 0x0002;
}

/// <summary>Port Names descriptor (FC-LS-3, RDP) behind its header: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RdpPortNames : IWirePayload
{                                      // word | 31..0
    public Wwn NodeName;               // 0-1  | Node_Name
    public Wwn PortName;               // 2-3  | Port_Name

    public static int WireSize => 16;
}

/// <summary>
/// LS_ACC to RDP (FC-LS-3, RDP) of a port on Ethernet, 92 bytes, and 116 with the names of the port it is attached to. There are no
/// descriptors of optics and of buffer-to-buffer credits: an FCoE port has neither.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RdpAccPayload : IWirePayload
{                                               // word  | 31..0
    public ElsCommand Command;                  //  0    | 02h | 000000h
    public UInt24BE Reserved1;                  //
    public UInt32BE ListLength;                 //  1    | descriptor list length
    public RdpDescriptorHeader Request;         //  2-3  | Link Service Request Information
    public UInt32BE RequestWord;                //  4    | word 0 of the request
    public RdpDescriptorHeader Speed;           //  5-6  | Port Speed
    public UInt16BE SpeedCapabilities;          //  7    | capabilities | operating speed
    public UInt16BE OperatingSpeed;             //
    public RdpDescriptorHeader LinkErrors;      //  8-9  | Link Error Status Block
    public FcoeLinkErrorStatusBlock Lesb;       // 10-15 | LESB
    public UInt32BE PhysicalType;               // 16    | bits 31-30: VN_Port PHY type
    public RdpDescriptorHeader Diagnosed;       // 17-18 | Port Names
    public RdpPortNames DiagnosedNames;         // 19-22 | those of the port asked about
    public RdpDescriptorHeader Attached;        // 23-24 | Port Names
    public RdpPortNames AttachedNames;          // 25-28 | those of the port it is attached to; an F_Port's node is its fabric

    /// <summary>VN_Port PHY type: the LESB is that of an Ethernet MAC (FC-BB-6).</summary>
    public const uint EthernetMac = 0x8000_0000;

    /// <summary>Length without the names of the attached port, bytes.</summary>
    public const int LengthWithoutAttached = 92;

    /// <summary>Lengths and tags for everything; without the attached port's names, cut to <see cref="LengthWithoutAttached"/>.</summary>
    public static RdpAccPayload Create(bool withAttached) => new()
    {
        Command = ElsCommand.LsAcc,
        ListLength = (uint)((withAttached ? WireSize : LengthWithoutAttached) - 8),
        Request = new RdpDescriptorHeader(RdpDescriptorTag.LinkServiceRequestInformation, 4),
        Speed = new RdpDescriptorHeader(RdpDescriptorTag.PortSpeed, 4),
        LinkErrors = new RdpDescriptorHeader(RdpDescriptorTag.LinkErrorStatusBlock, 28),
        Diagnosed = new RdpDescriptorHeader(RdpDescriptorTag.PortNames, 16),
        Attached = new RdpDescriptorHeader(RdpDescriptorTag.PortNames, 16),
    };

    public static int WireSize => 116;
}
