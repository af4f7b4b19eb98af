// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.GenericServices;

/// <summary>The accept to GA_NXT (FC-GS, name server): 620 bytes, everything that is registered for one port.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NsAllObjects : IWirePayload
{                                                // word    | 31..24    | 23..0
    public NsPortType PortType;                  //    0    | port type | Port Identifier
    public FcId Id;                              //
    public Wwn PortName;                         //   1-2   | Port_Name
    public SymbolicNameObject SymbolicPortName;  //   3-66  | length and Symbolic Port_Name
    public Wwn NodeName;                         //  67-68  | Node_Name
    public SymbolicNameObject SymbolicNodeName;  //  69-132 | length and Symbolic Node_Name
    public UInt64BE InitialProcessAssociator;    // 133-134 | Initial Process Associator
    public NsIpAddress NodeIpAddress;            // 135-138 | IP Address (Node)
    public NsClassesOfService Classes;           //   139   | Class of Service
    public Fc4Types Types;                       // 140-147 | FC-4 TYPEs
    public NsIpAddress PortIpAddress;            // 148-151 | IP Address (Port)
    public Wwn FabricPortName;                   // 152-153 | Fabric Port_Name
    public byte Reserved1;                       //   154   | reserved  | Hard Address
    public FcId HardAddress;                     //

    public static int WireSize => 620;
}

/// <summary>IP Address (FC-GS, name server): 16 bytes, IPv6 or IPv4-mapped.</summary>
[InlineArray(16)]
public struct NsIpAddress
{
    private byte _first;
}
