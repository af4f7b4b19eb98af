// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>
/// The payload of FLOGI, FDISC, PLOGI, PDISC and of the LS_ACC to each (FC-LS-3, login parameters): 116 bytes. With the payload bit set it
/// goes on to 256 bytes (login extension), which this project neither sends nor reads.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct LoginPayload : IWirePayload
{                                                    // word  | 31..24      | 23..0
    public ElsCommand Command;                       //  0    | command     | 000000h
    public UInt24BE Reserved1;                       //
    public CommonServiceParameters Common;           //  1-4  | common service parameters
    public Wwn PortName;                             //  5-6  | N_Port_Name (F_Port_Name in the LS_ACC of a fabric)
    public Wwn NodeName;                             //  7-8  | Node_Name (Fabric_Name in the LS_ACC of a fabric)
    public ClassServiceParameters Class1;            //  9-12 | class 1 (obsolete) and class 6
    public ClassServiceParameters Class2;            // 13-16 | class 2
    public ClassServiceParameters Class3;            // 17-20 | class 3
    public ClassServiceParameters Class4;            // 21-24 | class 4 (obsolete), auxiliary parameters since FC-LS-2
    public VendorVersionLevel VendorVersion;         // 25-28 | vendor version level

    public static int WireSize => 116;
}

/// <summary>Vendor Version Level (FC-LS-3, login parameters): 16 bytes that only the vendor understands.</summary>
[InlineArray(16)]
public struct VendorVersionLevel
{
    private byte _first;
}
