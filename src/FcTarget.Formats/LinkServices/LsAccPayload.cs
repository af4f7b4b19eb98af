// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>LS_ACC without parameters (FC-LS-3, LS_ACC): 4 bytes. The answer to LOGO, RRQ, SRR, SCR and RSCN.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct LsAccPayload : IWirePayload
{                                      // word | 31..24  | 23..0
    public ElsCommand Command;         //  0   | 02h     | 000000h
    public UInt24BE Reserved1;         //

    public static readonly LsAccPayload Accept = new() { Command = ElsCommand.LsAcc };

    public static int WireSize => 4;
}
