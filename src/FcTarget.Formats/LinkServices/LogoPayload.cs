// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>LOGO (FC-LS-3, LOGO): 16 bytes. Answered by <see cref="LsAccPayload"/>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct LogoPayload : IWirePayload
{                                      // word | 31..24   | 23..0
    public ElsCommand Command;         //  0   | 05h      | 000000h
    public UInt24BE Reserved1;         //
    public byte Reserved2;             //  1   | reserved | N_Port_ID
    public FcId NPortId;               //
    public Wwn NPortName;              // 2-3  | N_Port_Name

    public static int WireSize => 16;
}
