// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.GenericServices;

/// <summary>The request of RPN_ID and RNN_ID (FC-GS, name server): 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsRegisterName : IWirePayload
{                                                // word | 31..24   | 23..0
    public byte Reserved1;                       //  0   | reserved | Port Identifier
    public FcId Id;                              //
    public Wwn Name;                             // 1-2  | Port_Name or Node_Name

    public static int WireSize => 12;
}

/// <summary>The request of RCS_ID (FC-GS, name server): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsRegisterClassesOfService : IWirePayload
{                                                // word | 31..24   | 23..0
    public byte Reserved1;                       //  0   | reserved | Port Identifier
    public FcId Id;                              //
    public NsClassesOfService Object;            //  1   | Class of Service

    public static int WireSize => 8;
}

/// <summary>The request of RPT_ID (FC-GS, name server): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsRegisterPortType : IWirePayload
{                                                // word | 31..24    | 23..0
    public byte Reserved1;                       //  0   | reserved  | Port Identifier
    public FcId Id;                              //
    public NsPortType PortType;                  //  1   | port type | reserved
    public UInt24BE Reserved2;                   //

    public static int WireSize => 8;
}

/// <summary>The request of RFT_ID (FC-GS, name server): 36 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsRegisterFc4Types : IWirePayload
{                                                // word | 31..24   | 23..0
    public byte Reserved1;                       //  0   | reserved | Port Identifier
    public FcId Id;                              //
    public Fc4Types Types;                       // 1-8  | FC-4 TYPEs

    public static int WireSize => 36;
}

/// <summary>The request of RFF_ID (FC-GS, name server): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsRegisterFc4Features : IWirePayload
{                                                // word | 31..24   | 23..16 | 15..8         | 7..0
    public byte Reserved1;                       //  0   | reserved | Port Identifier
    public FcId Id;                              //
    public UInt16BE Reserved2;                   //  1   | reserved          | FC-4 features | FC-4 TYPE
    public byte Features;                        //
    public Framing.FcType Fc4Type;               //

    public static int WireSize => 8;
}
