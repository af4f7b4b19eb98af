// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>BA_RJT reason code (FC-FS-3, BA_RJT).</summary>
public enum BaRjtReason : byte
{
    InvalidCommandCode = 0x01,
    LogicalError = 0x03,
    LogicalBusy = 0x05,
    ProtocolError = 0x07,
    UnableToPerform = 0x09,
    VendorSpecific = 0xFF,
}

/// <summary>BA_RJT reason code explanation (FC-FS-3, BA_RJT).</summary>
public enum BaRjtExplanation : byte
{
    NoAdditionalExplanation = 0x00,
    InvalidOxIdRxIdCombination = 0x03,

    /// <summary>The sequence was aborted; there is no information about it.</summary>
    SequenceAbortedNoInformation = 0x05,
}

/// <summary>BA_RJT (FC-FS-3, BA_RJT): 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BaRjtPayload : IWirePayload
{                                      // word | 31..24   | 23..16 | 15..8       | 7..0
    public byte Reserved1;             //  0   | reserved | reason | explanation | vendor specific
    public BaRjtReason Reason;         //
    public BaRjtExplanation Explanation;
    public byte VendorSpecific;        //

    /// <summary>03h / 03h: no exchange has these OX_ID and RX_ID.</summary>
    public static readonly BaRjtPayload InvalidOxRxCombination =
        new() { Reason = BaRjtReason.LogicalError, Explanation = BaRjtExplanation.InvalidOxIdRxIdCombination };

    public static int WireSize => 4;
}
