// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Framing;

namespace FcTarget.Formats.LinkServices;

/// <summary>Flags of a PRLO page, word 0 bits 15 to 12 (FC-LS-3, PRLO).</summary>
[Flags]
public enum PrloFlags : byte
{
    None = 0,
    OriginatorProcessAssociatorValid = 0x80,
    ResponderProcessAssociatorValid = 0x40,
}

/// <summary>Logout parameter page of PRLO and of the LS_ACC to it (FC-LS-3, PRLO): 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct PrloPage : IWirePayload
{                                                  // word | 31..24  | 23..16         | 15..12 | 11..8         | 7..0
    public FcType Type;                            //  0   | TYPE    | TYPE extension | flags  | response code | reserved
    public byte TypeExtension;                     //
    private byte _flagsAndResponse;                //
    public byte Reserved1;                         //
    public UInt32BE OriginatorProcessAssociator;   //  1   | Originator Process_Associator
    public UInt32BE ResponderProcessAssociator;    //  2   | Responder Process_Associator
    public UInt32BE Reserved2;                     //  3   | reserved

    public PrloFlags Flags
    {
        readonly get => (PrloFlags)(_flagsAndResponse & 0xF0);
        set => _flagsAndResponse = (byte)((_flagsAndResponse & 0x0F) | ((byte)value & 0xF0));
    }

    /// <summary>Only in LS_ACC.</summary>
    public ProcessResponseCode ResponseCode
    {
        readonly get => (ProcessResponseCode)(_flagsAndResponse & 0x0F);
        set => _flagsAndResponse = (byte)((_flagsAndResponse & 0xF0) | ((byte)value & 0x0F));
    }

    public static int WireSize => 16;
}
