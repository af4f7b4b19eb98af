// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.Fip;

/// <summary>
/// A FIP descriptor of fixed size (FC-BB-6, FIP descriptors). It is laid out as on the wire; its first two bytes, type and
/// length, are set by <see cref="FipWriter.Add"/> and need not be given.
/// </summary>
public interface IFipDescriptor : IWirePayload
{
    static abstract FipDescriptorType DescriptorType { get; }
}

/// <summary>The first two bytes of every descriptor.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipDescriptorHeader : IWirePayload
{                                               // byte
    public FipDescriptorType Type;              //  0
    public byte Length;                         //  1    in words, these two bytes included
    public static int WireSize => 2;
}

/// <summary>Priority descriptor, 4 bytes: the FCF's priority in the selection by an ENode.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipPriorityDescriptor : IFipDescriptor
{
    /// <summary>The priority of an FCF that nobody configured (FC-BB-6).</summary>
    public const byte DefaultPriority = 128;

    public FipDescriptorHeader Header;          //  0-1
    public byte Reserved;                       //  2
    public byte Priority;                       //  3
    public static int WireSize => 4;
    public static FipDescriptorType DescriptorType => FipDescriptorType.Priority;
}

/// <summary>MAC Address descriptor, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipMacAddressDescriptor : IFipDescriptor
{
    public FipDescriptorHeader Header;          //  0-1
    public MacAddress MacAddress;               //  2-7
    public static int WireSize => 8;
    public static FipDescriptorType DescriptorType => FipDescriptorType.MacAddress;
}

/// <summary>FC-MAP descriptor, 8 bytes: the upper half of the MAC addresses that the fabric provides.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipFcMapDescriptor : IFipDescriptor
{
    public FipDescriptorHeader Header;          //  0-1
    public UInt24BE Reserved;                   //  2-4
    public UInt24BE FcMap;                      //  5-7
    public static int WireSize => 8;
    public static FipDescriptorType DescriptorType => FipDescriptorType.FcMap;
}

/// <summary>Name_Identifier descriptor, 12 bytes: the Node_Name or Switch_Name of the sender.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipNameIdentifierDescriptor : IFipDescriptor
{
    public FipDescriptorHeader Header;          //  0-1
    public UInt16BE Reserved;                   //  2-3
    public Wwn NameIdentifier;                  //  4-11
    public static int WireSize => 12;
    public static FipDescriptorType DescriptorType => FipDescriptorType.NameIdentifier;
}

/// <summary>Fabric descriptor, 16 bytes: the fabric an FCF belongs to.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipFabricDescriptor : IFipDescriptor
{
    public FipDescriptorHeader Header;          //  0-1
    public UInt16BE VfId;                       //  2-3  VF_ID, Virtual Fabric identifier; 0 when there is none
    public byte Reserved;                       //  4
    public UInt24BE FcMap;                      //  5-7
    public Wwn FabricName;                      //  8-15
    public static int WireSize => 16;
    public static FipDescriptorType DescriptorType => FipDescriptorType.Fabric;
}

/// <summary>Max_FCoE_Size descriptor, 4 bytes: the largest FCoE PDU that the sender takes. See <see cref="Fcoe.FcoeSize"/>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipMaxFcoeSizeDescriptor : IFipDescriptor
{
    public FipDescriptorHeader Header;          //  0-1
    public UInt16BE MaxFcoeSize;                //  2-3  in bytes
    public static int WireSize => 4;
    public static FipDescriptorType DescriptorType => FipDescriptorType.MaxFcoeSize;
}

/// <summary>Vx_Port Identification descriptor, 20 bytes: MAC address, N_Port_ID and name of a VN_Port.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipVxPortIdentificationDescriptor : IFipDescriptor
{
    public FipDescriptorHeader Header;          //  0-1
    public MacAddress MacAddress;               //  2-7
    public byte Reserved;                       //  8
    public FcId AddressIdentifier;              //  9-11
    public Wwn PortName;                        // 12-19
    public static int WireSize => 20;
    public static FipDescriptorType DescriptorType => FipDescriptorType.VxPortIdentification;
}

/// <summary>FKA_ADV_Period descriptor, 8 bytes: how often an FCF advertises and an ENode keeps alive.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipFkaAdvPeriodDescriptor : IFipDescriptor
{
    /// <summary>The period of an FCF that nobody configured, in milliseconds (FC-BB-6).</summary>
    public const uint DefaultPeriod = 8000;

    private const byte DBit = 0x01;

    public FipDescriptorHeader Header;          //  0-1
    public byte Reserved;                       //  2
    public byte ReservedD;                      //  3    reserved (7-1), D (0)
    public UInt32BE FkaAdvPeriod;               //  4-7  milliseconds
    public static int WireSize => 8;
    public static FipDescriptorType DescriptorType => FipDescriptorType.FkaAdvPeriod;

    /// <summary>The D bit: ENodes shall send no keep alives.</summary>
    public bool D
    {
        readonly get => (ReservedD & DBit) != 0;
        set => ReservedD = value ? DBit : (byte)0;
    }
}

/// <summary>Vendor_ID descriptor, 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipVendorIdDescriptor : IFipDescriptor
{
    public FipDescriptorHeader Header;          //  0-1
    public UInt16BE Reserved;                   //  2-3
    public UInt64BE VendorId;                   //  4-11 T10 vendor identification, 8 ASCII characters
    public static int WireSize => 12;
    public static FipDescriptorType DescriptorType => FipDescriptorType.VendorId;
}

/// <summary>VLAN descriptor, 4 bytes: one per VLAN that carries FCoE, in a VLAN notification.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipVlanDescriptor : IFipDescriptor
{
    public FipDescriptorHeader Header;          //  0-1
    public UInt16BE ReservedVid;                //  2-3  reserved (15-12), FCoE VID (11-0)
    public static int WireSize => 4;
    public static FipDescriptorType DescriptorType => FipDescriptorType.Vlan;

    /// <summary>The VLAN identifier, 12 bits.</summary>
    public ushort Vid
    {
        readonly get => (ushort)(ReservedVid & 0xFFF);
        set => ReservedVid = (ushort)(value & 0xFFF);
    }
}

/// <summary>FC-4 Attributes descriptor, 164 bytes: the FC-4s of a VN2VN port, in the two objects that a name server keeps.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct FipFc4AttributesDescriptor : IFipDescriptor
{
    public FipDescriptorHeader Header;          //   0-1
    public UInt16BE Reserved;                   //   2-3
    public Fc4Types Types;                      //   4-35
    public Fc4Features Features;                //  36-163
    public static int WireSize => 164;
    public static FipDescriptorType DescriptorType => FipDescriptorType.Fc4Attributes;
}
