// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Fip;

/// <summary>
/// The flags word of a FIP header (FC-BB-6, FIP operation header). Other bits are reserved: sent zero, ignored on receipt.
/// </summary>
[Flags]
public enum FipFlags : ushort
{
    None = 0,

    /// <summary>FP: the sender takes (or, in a FLOGI or FDISC, asks for) Fabric Provided MAC Addresses.</summary>
    Fpma = 0x8000,

    /// <summary>SP: the sender takes (or asks for) Server Provided MAC Addresses.</summary>
    Spma = 0x4000,

    /// <summary>REC in VN2VN frames: the N_Port_ID is a recorded one, used before. P2P elsewhere: the sender is in that mode.</summary>
    RecordedOrPointToPoint = 0x0008,

    /// <summary>A: the FCF is available for FIP FLOGI or ELP.</summary>
    Available = 0x0004,

    /// <summary>S: the advertisement answers a solicitation.</summary>
    Solicited = 0x0002,

    /// <summary>F: sent by an FCF.</summary>
    FPort = 0x0001,
}
