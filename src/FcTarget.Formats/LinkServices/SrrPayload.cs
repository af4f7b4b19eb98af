// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Framing;

namespace FcTarget.Formats.LinkServices;

/// <summary>
/// SRR (FCP-4, SRR): 16 bytes. An FC-4 Link Service, so it travels with R_CTL 32h and TYPE 08h. Answered by
/// <see cref="LsAccPayload"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct SrrPayload : IWirePayload
{                                      // word | 31..24  | 23..16 | 15..0
    public ElsCommand Command;         //  0   | 14h     | 000000h
    public UInt24BE Reserved1;         //
    public OxId OxId;                  //  1   | OX_ID            | RX_ID
    public RxId RxId;                  //
    public UInt32BE RelativeOffset;    //  2   | relative offset, bytes
    public RCtl RCtlForIu;             //  3   | R_CTL of the information unit to send again | reserved
    public UInt24BE Reserved2;         //

    public static int WireSize => 16;
}
