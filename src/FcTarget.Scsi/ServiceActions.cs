// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi;

/// <summary>Service actions of SERVICE ACTION IN(16), operation code 9Eh (SBC-3 table 30).</summary>
public enum ServiceActionIn16 : byte
{
    ReadCapacity16 = 0x10,
    ReadLong16 = 0x11,
    GetLbaStatus = 0x12,
    ReportReferrals = 0x13,
}

/// <summary>Service actions of MAINTENANCE IN, operation code A3h (SPC-4 table E.5).</summary>
public enum MaintenanceInAction : byte
{
    ReportIdentifyingInformation = 0x05,
    ReportTargetPortGroups = 0x0A,
    ReportAliases = 0x0B,
    ReportSupportedOperationCodes = 0x0C,
    ReportSupportedTaskManagementFunctions = 0x0D,
    ReportPriority = 0x0E,
    ReportTimestamp = 0x0F,
}

/// <summary>Service actions of MAINTENANCE OUT, operation code A4h (SPC-4 table E.6).</summary>
public enum MaintenanceOutAction : byte
{
    SetIdentifyingInformation = 0x06,
    SetTargetPortGroups = 0x0A,
    ChangeAliases = 0x0B,
    SetPriority = 0x0E,
    SetTimestamp = 0x0F,
}

/// <summary>Service actions of PERSISTENT RESERVE IN, operation code 5Eh (SPC-4 6.15).</summary>
public enum PersistentReserveInAction : byte
{
    ReadKeys = 0x00,
    ReadReservation = 0x01,
    ReportCapabilities = 0x02,
    ReadFullStatus = 0x03,
}

/// <summary>Service actions of PERSISTENT RESERVE OUT, operation code 5Fh (SPC-4 6.16).</summary>
public enum PersistentReserveOutAction : byte
{
    Register = 0x00,
    Reserve = 0x01,
    Release = 0x02,
    Clear = 0x03,
    Preempt = 0x04,
    PreemptAndAbort = 0x05,
    RegisterAndIgnoreExistingKey = 0x06,
    RegisterAndMove = 0x07,
    ReplaceLostReservation = 0x08,
}

/// <summary>Service actions of the variable length CDB, operation code 7Fh, bytes 8 and 9 (SBC-3 table 31).</summary>
public enum VariableLengthAction : ushort
{
    Read32 = 0x0009,
    Verify32 = 0x000A,
    Write32 = 0x000B,
    WriteAndVerify32 = 0x000C,
    WriteSame32 = 0x000D,
    OrWrite32 = 0x000E,
    WriteAtomic32 = 0x000F,
}
