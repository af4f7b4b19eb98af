// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.GenericServices;

/// <summary>Port Type (FC-GS, name server).</summary>
public enum NsPortType : byte
{
    Unidentified = 0x00,
    NPort = 0x01,
    NlPort = 0x02,
    FNlPort = 0x03,

    /// <summary>Of a query: N_Ports and NL_Ports.</summary>
    NxPort = 0x7F,
    FPort = 0x81,
    FlPort = 0x82,
    EPort = 0x84,
    BPort = 0x85,
}

/// <summary>Class of Service (FC-GS, name server): the bit of a class is its number.</summary>
[Flags]
public enum NsClasses : uint
{
    None = 0,
    ClassF = 1 << 0,
    Class1 = 1 << 1,
    Class2 = 1 << 2,
    Class3 = 1 << 3,
}

/// <summary>Control byte of an entry of a list (FC-GS, name server).</summary>
[Flags]
public enum NsControl : byte
{
    None = 0,

    /// <summary>Nothing follows.</summary>
    Last = 0x80,
}

/// <summary>An entry of a list that an accept of the name server carries: it begins with <see cref="NsControl"/>.</summary>
public interface INsEntry : IWirePayload
{
    NsControl Control { get; set; }
}

/// <summary>
/// Port Identifier (FC-GS, name server): 4 bytes. The whole of a request by identifier, the beginning of a registration, an entry of the
/// accepts to GID_A, GID_NN, GID_FT, GID_PT and GID_FF.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsPortId : INsEntry
{                                                // word | 31..24              | 23..0
    private NsControl _control;                  //  0   | control or reserved | Port Identifier
    public FcId Id;                              //

    public NsPortId(FcId id) => Id = id;

    public NsControl Control
    {
        readonly get => _control;
        set => _control = value;
    }

    public static int WireSize => 4;
}

/// <summary>An entry of the accepts to GPN_FT and GNN_FT (FC-GS, name server): 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsPortIdAndName : INsEntry
{                                                // word | 31..24  | 23..0
    private NsControl _control;                  //  0   | control | Port Identifier
    public FcId Id;                              //
    public UInt32BE Reserved1;                   //  1   | reserved
    public Wwn Name;                             // 2-3  | Port_Name or Node_Name

    public NsControl Control
    {
        readonly get => _control;
        set => _control = value;
    }

    public static int WireSize => 16;
}

/// <summary>
/// Port_Name or Node_Name (FC-GS, name server and FDMI): 8 bytes. The whole of a request by name, the accept to GPN_ID, GNN_ID and GFPN_ID.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsName : IWirePayload
{                                                // word | 31..0
    public Wwn Name;                             // 0-1  | Port_Name, Node_Name or HBA Identifier

    public NsName(Wwn name) => Name = name;

    public static int WireSize => 8;
}

/// <summary>
/// The request of GID_A, GID_FT, GPN_FT, GNN_FT and GID_PT (FC-GS, name server): 4 bytes. A scope of zero is everything.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsScope : IWirePayload
{                                                // word | 31..24           | 23..16          | 15..8         | 7..0
    public NsPortType PortType;                  //  0   | port type or 00h | Domain_ID scope | Area_ID scope | FC-4 TYPE or 00h
    public byte DomainId, AreaId;                //
    public Framing.FcType Fc4Type;               //

    public static int WireSize => 4;
}

/// <summary>The request of GID_FF (FC-GS, name server): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsFeatureScope : IWirePayload
{                                                // word | 31..24   | 23..16          | 15..8         | 7..0
    public byte Reserved1;                       //  0   | reserved | Domain_ID scope | Area_ID scope | reserved
    public byte DomainId, AreaId;                //
    public byte Reserved2;                       //
    public UInt16BE Reserved3;                   //  1   | reserved                   | FC-4 features | FC-4 TYPE
    public byte Features;                        //
    public Framing.FcType Fc4Type;               //

    public static int WireSize => 8;
}

/// <summary>The accept to GCS_ID (FC-GS, name server): 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsClassesOfService : IWirePayload
{                                                // word | 31..0
    private UInt32BE _classes;                   //  0   | Class of Service

    public NsClasses Classes
    {
        readonly get => (NsClasses)(uint)_classes;
        set => _classes = (uint)value;
    }

    public static int WireSize => 4;
}

/// <summary>The accept to GPT_ID (FC-GS, name server): 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsPortTypeObject : IWirePayload
{                                                // word | 31..24    | 23..0
    public NsPortType PortType;                  //  0   | port type | reserved
    public UInt24BE Reserved1;                   //

    public static int WireSize => 4;
}
