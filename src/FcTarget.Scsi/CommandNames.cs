// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>The standards' names of commands, for people: logs, captures, tables. Not for the data path.</summary>
public static class CommandNames
{
    /// <summary>
    /// The name of the command in a CDB, service action included: <c>READ(10)</c>; <c>OPERATION CODE xxh</c> when there is none.
    /// </summary>
    public static string Of(ReadOnlySpan<byte> cdb)
    {
        if (cdb.IsEmpty) return "NO CDB";
        int action = cdb.Length > 1 ? cdb[1] & 0x1F : 0;
        return (OperationCode)cdb[0] switch
        {
            OperationCode.ServiceActionIn16 => OfServiceActionIn16((ServiceActionIn16)action),
            OperationCode.MaintenanceIn => OfMaintenanceIn((MaintenanceInAction)action),
            OperationCode.MaintenanceOut => OfMaintenanceOut((MaintenanceOutAction)action),
            OperationCode.PersistentReserveIn => OfPersistentReserveIn((PersistentReserveInAction)action),
            OperationCode.PersistentReserveOut => OfPersistentReserveOut((PersistentReserveOutAction)action),
            OperationCode.ThirdPartyCopyOut => OfThirdPartyCopyOut(action),
            OperationCode.ThirdPartyCopyIn => OfThirdPartyCopyIn(action),
            OperationCode.VariableLengthCdb when cdb.Length >= 10 => OfVariableLength((VariableLengthAction)ReadUInt16BigEndian(cdb[8..])),
            OperationCode code => Of(code),
        };
    }

    /// <summary>The name of an operation code alone.</summary>
    public static string Of(OperationCode code) => code switch
    {
        OperationCode.TestUnitReady => "TEST UNIT READY",
        OperationCode.RequestSense => "REQUEST SENSE",
        OperationCode.FormatUnit => "FORMAT UNIT",
        OperationCode.ReassignBlocks => "REASSIGN BLOCKS",
        OperationCode.Read6 => "READ(6)",
        OperationCode.Write6 => "WRITE(6)",
        OperationCode.Inquiry => "INQUIRY",
        OperationCode.ModeSelect6 => "MODE SELECT(6)",
        OperationCode.Reserve6 => "RESERVE(6)",
        OperationCode.Release6 => "RELEASE(6)",
        OperationCode.ModeSense6 => "MODE SENSE(6)",
        OperationCode.StartStopUnit => "START STOP UNIT",
        OperationCode.ReceiveDiagnosticResults => "RECEIVE DIAGNOSTIC RESULTS",
        OperationCode.SendDiagnostic => "SEND DIAGNOSTIC",
        OperationCode.PreventAllowMediumRemoval => "PREVENT ALLOW MEDIUM REMOVAL",
        OperationCode.ReadCapacity10 => "READ CAPACITY(10)",
        OperationCode.Read10 => "READ(10)",
        OperationCode.Write10 => "WRITE(10)",
        OperationCode.WriteAndVerify10 => "WRITE AND VERIFY(10)",
        OperationCode.Verify10 => "VERIFY(10)",
        OperationCode.PreFetch10 => "PRE-FETCH(10)",
        OperationCode.SynchronizeCache10 => "SYNCHRONIZE CACHE(10)",
        OperationCode.ReadDefectData10 => "READ DEFECT DATA(10)",
        OperationCode.WriteBuffer => "WRITE BUFFER",
        OperationCode.ReadBuffer => "READ BUFFER",
        OperationCode.ReadLong10 => "READ LONG(10)",
        OperationCode.WriteLong10 => "WRITE LONG(10)",
        OperationCode.WriteSame10 => "WRITE SAME(10)",
        OperationCode.Unmap => "UNMAP",
        OperationCode.Sanitize => "SANITIZE",
        OperationCode.LogSelect => "LOG SELECT",
        OperationCode.LogSense => "LOG SENSE",
        OperationCode.ModeSelect10 => "MODE SELECT(10)",
        OperationCode.Reserve10 => "RESERVE(10)",
        OperationCode.Release10 => "RELEASE(10)",
        OperationCode.ModeSense10 => "MODE SENSE(10)",
        OperationCode.PersistentReserveIn => "PERSISTENT RESERVE IN",
        OperationCode.PersistentReserveOut => "PERSISTENT RESERVE OUT",
        OperationCode.ExtendedCdb => "EXTENDED CDB",
        OperationCode.VariableLengthCdb => "VARIABLE LENGTH CDB",
        OperationCode.ThirdPartyCopyOut => "THIRD-PARTY COPY OUT",
        OperationCode.ThirdPartyCopyIn => "THIRD-PARTY COPY IN",
        OperationCode.AtaPassThrough16 => "ATA PASS-THROUGH(16)",
        OperationCode.AccessControlIn => "ACCESS CONTROL IN",
        OperationCode.AccessControlOut => "ACCESS CONTROL OUT",
        OperationCode.Read16 => "READ(16)",
        OperationCode.CompareAndWrite => "COMPARE AND WRITE",
        OperationCode.Write16 => "WRITE(16)",
        OperationCode.OrWrite16 => "ORWRITE(16)",
        OperationCode.ReadAttribute => "READ ATTRIBUTE",
        OperationCode.WriteAttribute => "WRITE ATTRIBUTE",
        OperationCode.WriteAndVerify16 => "WRITE AND VERIFY(16)",
        OperationCode.Verify16 => "VERIFY(16)",
        OperationCode.PreFetch16 => "PRE-FETCH(16)",
        OperationCode.SynchronizeCache16 => "SYNCHRONIZE CACHE(16)",
        OperationCode.WriteSame16 => "WRITE SAME(16)",
        OperationCode.ReadBuffer16 => "READ BUFFER(16)",
        OperationCode.WriteAtomic16 => "WRITE ATOMIC(16)",
        OperationCode.ServiceActionBidirectional => "SERVICE ACTION BIDIRECTIONAL",
        OperationCode.ServiceActionIn16 => "SERVICE ACTION IN(16)",
        OperationCode.ServiceActionOut16 => "SERVICE ACTION OUT(16)",
        OperationCode.ReportLuns => "REPORT LUNS",
        OperationCode.AtaPassThrough12 => "ATA PASS-THROUGH(12)",
        OperationCode.SecurityProtocolIn => "SECURITY PROTOCOL IN",
        OperationCode.MaintenanceIn => "MAINTENANCE IN",
        OperationCode.MaintenanceOut => "MAINTENANCE OUT",
        OperationCode.Read12 => "READ(12)",
        OperationCode.ServiceActionOut12 => "SERVICE ACTION OUT(12)",
        OperationCode.Write12 => "WRITE(12)",
        OperationCode.ServiceActionIn12 => "SERVICE ACTION IN(12)",
        OperationCode.WriteAndVerify12 => "WRITE AND VERIFY(12)",
        OperationCode.Verify12 => "VERIFY(12)",
        OperationCode.SecurityProtocolOut => "SECURITY PROTOCOL OUT",
        OperationCode.ReadDefectData12 => "READ DEFECT DATA(12)",
        _ => $"OPERATION CODE {(byte)code:X2}h",
    };

    private static string OfThirdPartyCopyOut(int action) => action switch
    {
        0x00 => "EXTENDED COPY(LID1)",
        0x01 => "EXTENDED COPY(LID4)",
        0x10 => "POPULATE TOKEN",
        0x11 => "WRITE USING TOKEN",
        0x1C => "COPY OPERATION ABORT",
        _ => $"THIRD-PARTY COPY OUT {action:X2}h",
    };

    private static string OfThirdPartyCopyIn(int action) => action switch
    {
        0x00 => "RECEIVE COPY STATUS(LID1)",
        0x01 => "RECEIVE COPY DATA(LID1)",
        0x03 => "RECEIVE COPY OPERATING PARAMETERS",
        0x04 => "RECEIVE COPY FAILURE DETAILS(LID1)",
        0x05 => "RECEIVE COPY STATUS(LID4)",
        0x06 => "RECEIVE COPY DATA(LID4)",
        0x07 => "RECEIVE ROD TOKEN INFORMATION",
        0x08 => "REPORT ALL ROD TOKENS",
        _ => $"THIRD-PARTY COPY IN {action:X2}h",
    };

    private static string OfServiceActionIn16(ServiceActionIn16 action) => action switch
    {
        ServiceActionIn16.ReadCapacity16 => "READ CAPACITY(16)",
        ServiceActionIn16.ReadLong16 => "READ LONG(16)",
        ServiceActionIn16.GetLbaStatus => "GET LBA STATUS",
        ServiceActionIn16.ReportReferrals => "REPORT REFERRALS",
        _ => $"SERVICE ACTION IN(16) {(byte)action:X2}h",
    };

    private static string OfMaintenanceIn(MaintenanceInAction action) => action switch
    {
        MaintenanceInAction.ReportIdentifyingInformation => "REPORT IDENTIFYING INFORMATION",
        MaintenanceInAction.ReportTargetPortGroups => "REPORT TARGET PORT GROUPS",
        MaintenanceInAction.ReportAliases => "REPORT ALIASES",
        MaintenanceInAction.ReportSupportedOperationCodes => "REPORT SUPPORTED OPERATION CODES",
        MaintenanceInAction.ReportSupportedTaskManagementFunctions => "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
        MaintenanceInAction.ReportPriority => "REPORT PRIORITY",
        MaintenanceInAction.ReportTimestamp => "REPORT TIMESTAMP",
        _ => $"MAINTENANCE IN {(byte)action:X2}h",
    };

    private static string OfMaintenanceOut(MaintenanceOutAction action) => action switch
    {
        MaintenanceOutAction.SetIdentifyingInformation => "SET IDENTIFYING INFORMATION",
        MaintenanceOutAction.SetTargetPortGroups => "SET TARGET PORT GROUPS",
        MaintenanceOutAction.ChangeAliases => "CHANGE ALIASES",
        MaintenanceOutAction.SetPriority => "SET PRIORITY",
        MaintenanceOutAction.SetTimestamp => "SET TIMESTAMP",
        _ => $"MAINTENANCE OUT {(byte)action:X2}h",
    };

    private static string OfPersistentReserveIn(PersistentReserveInAction action) => action switch
    {
        PersistentReserveInAction.ReadKeys => "PERSISTENT RESERVE IN, READ KEYS",
        PersistentReserveInAction.ReadReservation => "PERSISTENT RESERVE IN, READ RESERVATION",
        PersistentReserveInAction.ReportCapabilities => "PERSISTENT RESERVE IN, REPORT CAPABILITIES",
        PersistentReserveInAction.ReadFullStatus => "PERSISTENT RESERVE IN, READ FULL STATUS",
        _ => $"PERSISTENT RESERVE IN {(byte)action:X2}h",
    };

    private static string OfPersistentReserveOut(PersistentReserveOutAction action) => action switch
    {
        PersistentReserveOutAction.Register => "PERSISTENT RESERVE OUT, REGISTER",
        PersistentReserveOutAction.Reserve => "PERSISTENT RESERVE OUT, RESERVE",
        PersistentReserveOutAction.Release => "PERSISTENT RESERVE OUT, RELEASE",
        PersistentReserveOutAction.Clear => "PERSISTENT RESERVE OUT, CLEAR",
        PersistentReserveOutAction.Preempt => "PERSISTENT RESERVE OUT, PREEMPT",
        PersistentReserveOutAction.PreemptAndAbort => "PERSISTENT RESERVE OUT, PREEMPT AND ABORT",
        PersistentReserveOutAction.RegisterAndIgnoreExistingKey => "PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY",
        PersistentReserveOutAction.ReplaceLostReservation => "PERSISTENT RESERVE OUT, REPLACE LOST RESERVATION",
        PersistentReserveOutAction.RegisterAndMove => "PERSISTENT RESERVE OUT, REGISTER AND MOVE",
        _ => $"PERSISTENT RESERVE OUT {(byte)action:X2}h",
    };

    private static string OfVariableLength(VariableLengthAction action) => action switch
    {
        VariableLengthAction.Read32 => "READ(32)",
        VariableLengthAction.Verify32 => "VERIFY(32)",
        VariableLengthAction.Write32 => "WRITE(32)",
        VariableLengthAction.WriteAndVerify32 => "WRITE AND VERIFY(32)",
        VariableLengthAction.WriteSame32 => "WRITE SAME(32)",
        VariableLengthAction.OrWrite32 => "ORWRITE(32)",
        VariableLengthAction.WriteAtomic32 => "WRITE ATOMIC(32)",
        _ => $"VARIABLE LENGTH CDB {(ushort)action:X4}h",
    };
}
