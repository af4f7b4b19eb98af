// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using FcTarget.Formats.Framing;

namespace FcTarget.Formats.LinkServices;

/// <summary>Flags of a PRLI page, word 0 bits 15 to 12 (FC-LS-3, PRLI).</summary>
[Flags]
public enum PrliFlags : byte
{
    None = 0,
    OriginatorProcessAssociatorValid = 0x80,
    ResponderProcessAssociatorValid = 0x40,

    /// <summary>Establish Image Pair in a request, Image Pair Established in LS_ACC. Zero: only exchange service parameters.</summary>
    EstablishImagePair = 0x20,
}

/// <summary>FCP Service Parameters, word 3 of the PRLI page of TYPE 08h (FCP-4, PRLI).</summary>
[Flags]
public enum FcpServiceParameters : uint
{
    None = 0,
    RecSupport = 0x0400,
    TaskRetryIdentification = 0x0200,
    Retry = 0x0100,
    ConfirmedCompletionAllowed = 0x0080,
    DataOverlayAllowed = 0x0040,
    InitiatorFunction = 0x0020,
    TargetFunction = 0x0010,

    /// <summary>Read FCP_XFER_RDY Disabled: shall be one, as FCP-2 and later have no FCP_XFER_RDY for reads.</summary>
    ReadXferRdyDisabled = 0x0002,

    /// <summary>Write FCP_XFER_RDY Disabled: the first burst comes unasked.</summary>
    WriteXferRdyDisabled = 0x0001,
}

/// <summary>
/// Service parameter page of PRLI and of the LS_ACC to it (FC-LS-3, PRLI; FCP-4, PRLI): 16 bytes. Other TYPEs have longer pages
/// that begin like this one.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct PrliPage : IWirePayload
{                                                  // word | 31..24  | 23..16         | 15..12 | 11..8         | 7..0
    public FcType Type;                            //  0   | TYPE    | TYPE extension | flags  | response code | reserved
    public byte TypeExtension;                     //
    private byte _flagsAndResponse;                //
    public byte Reserved1;                         //
    public UInt32BE OriginatorProcessAssociator;   //  1   | Originator Process_Associator
    public UInt32BE ResponderProcessAssociator;    //  2   | Responder Process_Associator
    public UInt32BE ServiceParameters;             //  3   | service parameters of the TYPE

    public PrliFlags Flags
    {
        readonly get => (PrliFlags)(_flagsAndResponse & 0xF0);
        set => _flagsAndResponse = (byte)((_flagsAndResponse & 0x0F) | ((byte)value & 0xF0));
    }

    /// <summary>Only in LS_ACC.</summary>
    public ProcessResponseCode ResponseCode
    {
        readonly get => (ProcessResponseCode)(_flagsAndResponse & 0x0F);
        set => _flagsAndResponse = (byte)((_flagsAndResponse & 0xF0) | ((byte)value & 0x0F));
    }

    /// <summary>Word 3 as a page of <see cref="FcType.Fcp"/> means it.</summary>
    public FcpServiceParameters FcpParameters
    {
        readonly get => (FcpServiceParameters)(uint)ServiceParameters;
        set => ServiceParameters = (uint)value;
    }

    public static int WireSize => 16;
}
