// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>RLS (FC-LS-3, RLS): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RlsPayload : IWirePayload
{                                      // word | 31..24   | 23..0
    public ElsCommand Command;         //  0   | 0Fh      | 000000h
    public UInt24BE Reserved1;         //
    public byte Reserved2;             //  1   | reserved | N_Port_ID of the port asked about
    public FcId PortId;                //

    public static int WireSize => 8;
}
