// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.LinkServices;

// Common features are word 1 bits 31 to 16 of the common service parameters (FC-LS-3, login parameters). The same bit means one thing in
// PLOGI, another in FLOGI and a third in the LS_ACC to FLOGI: hence three enums over one field.

/// <summary>Common features in PLOGI, PDISC and the LS_ACC to them.</summary>
[Flags]
public enum NPortFeatures : ushort
{
    None = 0,
    ContinuouslyIncreasingRelativeOffset = 0x8000,
    RandomRelativeOffset = 0x4000,
    ValidVendorVersionLevel = 0x2000,

    /// <summary>N_Port/F_Port bit: one when an F_Port sends it.</summary>
    FPort = 0x1000,
    BbCreditManagementAlternate = 0x0800,

    /// <summary>E_D_TOV is in units of 1 ns instead of 1 ms.</summary>
    EDTovInNanoseconds = 0x0400,
    Multicast = 0x0200,

    /// <summary>Broadcast in FC-PH, Application_Header support since FC-LS-4.</summary>
    Broadcast = 0x0100,

    /// <summary>Hunt group in FC-PH, Priority Tagging since FC-LS-3.</summary>
    PriorityTagging = 0x0080,

    /// <summary>Dedicated simplex in FC-PH, Query Data Buffer Conditions since FC-LS.</summary>
    QueryDataBufferConditions = 0x0040,
    Security = 0x0020,
    ClockSynchronizationPrimitiveCapable = 0x0010,

    /// <summary>R_T_TOV is 100 us instead of 100 ms.</summary>
    RTTovShort = 0x0008,
    DynamicHalfDuplex = 0x0004,

    /// <summary>SEQ_CNT bit: SEQ_CNT increases continuously within an exchange.</summary>
    ContinuouslyIncreasingSeqCnt = 0x0002,

    /// <summary>The payload has 256 bytes instead of 116.</summary>
    PayloadExtended = 0x0001,
}

/// <summary>Common features in FLOGI and FDISC.</summary>
[Flags]
public enum FlogiFeatures : ushort
{
    None = 0,

    /// <summary>Multiple N_Port_ID support: the sender can do NPIV.</summary>
    MultipleNPortId = 0x8000,

    /// <summary>Virtual Fabrics: the sender can process a VFT_Header.</summary>
    VirtualFabrics = 0x4000,
    ValidVendorVersionLevel = 0x2000,
    FPort = 0x1000,
    BbCreditManagementAlternate = 0x0800,
    Multicast = 0x0200,
    Broadcast = 0x0100,
    Security = 0x0020,
    ClockSynchronizationPrimitiveCapable = 0x0010,
    RTTovShort = 0x0008,
    DynamicHalfDuplex = 0x0004,
    PayloadExtended = 0x0001,
}

/// <summary>Common features in the LS_ACC to FLOGI and FDISC.</summary>
[Flags]
public enum FPortFeatures : ushort
{
    None = 0,

    /// <summary>Clean Address: nobody else can still hold a login with the N_Port_ID assigned.</summary>
    CleanAddress = 0x8000,
    VirtualFabrics = 0x4000,

    /// <summary>Multiple N_Port_ID assignment: the fabric accepts FDISC.</summary>
    MultipleNPortIdAssignment = 0x2000,

    /// <summary>N_Port/F_Port bit: one from a fabric, zero from the N_Port at the other end of a point-to-point link.</summary>
    FPort = 0x1000,
    BbCreditManagementAlternate = 0x0800,
    EDTovInNanoseconds = 0x0400,
    Multicast = 0x0200,
    Broadcast = 0x0100,
    Security = 0x0020,
    ClockSynchronizationPrimitiveCapable = 0x0010,
    RTTovShort = 0x0008,
    DynamicHalfDuplex = 0x0004,
    PayloadExtended = 0x0001,
}
