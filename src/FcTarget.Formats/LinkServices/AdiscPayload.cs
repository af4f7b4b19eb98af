// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>ADISC and the LS_ACC to it (FC-LS-3, ADISC): 28 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct AdiscPayload : IWirePayload
{                                      // word | 31..24     | 23..0
    public ElsCommand Command;         //  0   | 52h or 02h | 000000h
    public UInt24BE Reserved1;         //
    public byte Reserved2;             //  1   | reserved   | hard address (arbitrated loop)
    public FcId HardAddress;           //
    public Wwn PortName;               // 2-3  | N_Port_Name of the sender
    public Wwn NodeName;               // 4-5  | Node_Name of the sender
    public byte Reserved3;             //  6   | reserved   | N_Port_ID of the sender
    public FcId NPortId;               //

    public static int WireSize => 28;
}
