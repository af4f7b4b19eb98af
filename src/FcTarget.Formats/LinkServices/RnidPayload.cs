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
