// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>REC (FC-LS-3, REC): 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RecPayload : IWirePayload
{                                      // word | 31..24   | 23..16 | 15..0
    public ElsCommand Command;         //  0   | 13h      | 000000h
    public UInt24BE Reserved1;         //
    public byte Reserved2;             //  1   | reserved | S_ID of the Originator of the exchange
    public FcId OriginatorSId;         //
    public OxId OxId;                  //  2   | OX_ID             | RX_ID
    public RxId RxId;                  //

    public static int WireSize => 12;
}
