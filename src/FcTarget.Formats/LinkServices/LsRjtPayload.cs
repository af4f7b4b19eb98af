// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>LS_RJT (FC-LS-3, LS_RJT): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct LsRjtPayload : IWirePayload
{                                                      // word | 31..24   | 23..16 | 15..8       | 7..0
    public ElsCommand Command;                         //  0   | 01h      | 000000h
    public UInt24BE Reserved1;                         //
    public byte Reserved2;                             //  1   | reserved | reason | explanation | vendor specific
    public ElsRejectReason Reason;                     //
    public ElsRejectExplanation Explanation;           //
    public byte VendorSpecific;                        //

    public LsRjtPayload(ElsReject reject)
    {
        Command = ElsCommand.LsRjt;
        Reason = reject.Reason;
        Explanation = reject.Explanation;
    }

    public readonly ElsReject Reject => new(Reason, Explanation);

    public static int WireSize => 8;
}
