// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>RRQ (FC-LS-3, RRQ): 12 bytes. Answered by <see cref="LsAccPayload"/>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct RrqPayload : IWirePayload
{                                      // word | 31..24   | 23..16 | 15..0
    public ElsCommand Command;         //  0   | 12h      | 000000h
    public UInt24BE Reserved1;         //
    public byte Reserved2;             //  1   | reserved | S_ID of the Originator of the exchange
    public FcId OriginatorSId;         //
    public OxId OxId;                  //  2   | OX_ID             | RX_ID
    public RxId RxId;                  //

    public static int WireSize => 12;
}
