// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>The commands of a block device, each with its CDB usage mask, byte for byte as SPC-4 and SBC-3 lay the CDB out.</summary>
internal static class CommandList
{
    private const byte GroupNumber = 0x1F; // looked at and of no effect
    private const byte DpoFua = 0x18;
    private const byte DpoByteCheck = 0x16;

    private static readonly ModeSelect ModeSelect = new();
    private static readonly ModeSense ModeSense = new();
    private static readonly Reserve Reserve = new();
    private static readonly Release Release = new();
    /// <summary>Reading and writing: also what a copy is judged by.</summary>
    public static readonly Read Read = new();

    public static readonly Write Write = new(verify: false);

    private static readonly Write WriteAndVerify = new(verify: true);
    private static readonly Verify Verify = new();
    private static readonly PreFetch PreFetch = new();
    private static readonly SynchronizeCache SynchronizeCache = new();
    private static readonly WriteSame WriteSame = new();
    private static readonly ReadDefectData ReadDefectData = new();
    private static readonly ReadBuffer ReadBuffer = new();
    private static readonly OrWrite OrWrite = new();
    private static readonly WriteAtomic WriteAtomic = new();

    public static IReadOnlyList<CommandEntry> Make() =>
    [
        .. SixByte(), .. TenByte(), .. SixteenByte(), .. TwelveByte(), .. Maintenance(), .. PersistentReservations(), .. Copies(), .. ThirtyTwoByte(),
    ];

    private static CommandEntry[] SixByte() =>
    [
        Six(OperationCode.TestUnitReady, new TestUnitReady(), 0, 0, 0, 0),
        Six(OperationCode.RequestSense, new RequestSense(), 0x01, 0, 0, 0xFF),        // DESC; allocation length
        Six(OperationCode.FormatUnit, new FormatUnit(), 0xFF, 0, 0, 0),               // FMTPINFO, LONGLIST, FMTDATA, CMPLST, format
        Six(OperationCode.Read6, Read, 0x1F, 0xFF, 0xFF, 0xFF),                       // LBA; transfer length
        Six(OperationCode.Write6, Write, 0x1F, 0xFF, 0xFF, 0xFF),
        Six(OperationCode.Inquiry, new Inquiry(), 0x01, 0xFF, 0xFF, 0xFF),            // EVPD; page code; allocation length
        Six(OperationCode.ModeSelect6, ModeSelect, 0x11, 0, 0, 0xFF),                 // PF, SP; parameter list length
        Six(OperationCode.Reserve6, Reserve, 0, 0, 0, 0),
        Six(OperationCode.Release6, Release, 0, 0, 0, 0),
        Six(OperationCode.ModeSense6, ModeSense, 0x08, 0xFF, 0xFF, 0xFF),             // DBD; PC, page; subpage; allocation length
        Six(OperationCode.StartStopUnit, new StartStopUnit(), 0x01, 0, 0x0F, 0xF7),   // IMMED; modifier; POWER CONDITION, NO_FLUSH, LOEJ, START
        Six(OperationCode.ReceiveDiagnosticResults, new ReceiveDiagnosticResults(), 0x01, 0xFF, 0xFF, 0xFF),
        Six(OperationCode.SendDiagnostic, new SendDiagnostic(), 0xF7, 0, 0xFF, 0xFF), // SELF-TEST CODE, PF, SELFTEST, DEVOFFL, UNITOFFL
        Six(OperationCode.PreventAllowMediumRemoval, new PreventAllowMediumRemoval(), 0, 0, 0, 0x03),
    ];

    private static CommandEntry[] TenByte() =>
    [
        Bytes(OperationCode.ReadCapacity10, new ReadCapacity10(), 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Ten(OperationCode.Read10, Read, DpoFua),
        Ten(OperationCode.Write10, Write, DpoFua),
        Ten(OperationCode.WriteAndVerify10, WriteAndVerify, DpoByteCheck),
        Ten(OperationCode.Verify10, Verify, DpoByteCheck),
        Ten(OperationCode.PreFetch10, PreFetch, 0x02),                                // IMMED
        Ten(OperationCode.SynchronizeCache10, SynchronizeCache, 0x06),                // SYNC_NV: without a non-volatile cache as zero; IMMED
        Bytes(OperationCode.ReadDefectData10, ReadDefectData, 0, 0x1F, 0, 0, 0, 0, 0xFF, 0xFF, 0),
        Bytes(OperationCode.WriteBuffer, new WriteBuffer(), 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0),
        Bytes(OperationCode.ReadBuffer, ReadBuffer, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0),
        Ten(OperationCode.WriteSame10, WriteSame, 0x08),                              // UNMAP
        Bytes(OperationCode.Unmap, new Unmap(), 0, 0, 0, 0, 0, GroupNumber, 0xFF, 0xFF, 0),
        SanitizeBy(SanitizeAction.Overwrite, 0xA0),                                   // IMMED, AUSE
        SanitizeBy(SanitizeAction.BlockErase, 0xA0),
        SanitizeBy(SanitizeAction.CryptographicErase, 0xA0),
        Action(OperationCode.Sanitize, 0x80, (byte)SanitizeAction.ExitFailureMode, new ExitFailureMode(), 0, 0, 0, 0, 0, 0xFF, 0xFF, 0),
        Bytes(OperationCode.LogSelect, new LogSelect(), 0x03, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0),           // PCR, SP; PC, page; subpage
        Bytes(OperationCode.LogSense, new LogSense(), 0x01, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0),       // SP; PC, page; subpage; pointer
        Bytes(OperationCode.ModeSelect10, ModeSelect, 0x11, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0),
        Bytes(OperationCode.Reserve10, Reserve, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Bytes(OperationCode.Release10, Release, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Bytes(OperationCode.ModeSense10, ModeSense, 0x18, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0), // LLBAA, DBD
    ];

    private static CommandEntry[] SixteenByte() =>
    [
        Sixteen(OperationCode.Read16, Read, DpoFua),
        Bytes(OperationCode.CompareAndWrite, new CompareAndWrite(), DpoFua, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0xFF, GroupNumber, 0),
        Sixteen(OperationCode.Write16, Write, DpoFua),
        Sixteen(OperationCode.OrWrite16, OrWrite, DpoFua),
        Sixteen(OperationCode.WriteAndVerify16, WriteAndVerify, DpoByteCheck),
        Sixteen(OperationCode.Verify16, Verify, DpoByteCheck),
        Sixteen(OperationCode.PreFetch16, PreFetch, 0x02),
        Sixteen(OperationCode.SynchronizeCache16, SynchronizeCache, 0x06),
        Sixteen(OperationCode.WriteSame16, WriteSame, 0x09),                          // UNMAP, NDOB
        Bytes(OperationCode.ReadBuffer16, ReadBuffer, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0),
        Bytes(OperationCode.WriteAtomic16, WriteAtomic, DpoFua, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, GroupNumber, 0),
        In16(ServiceActionIn16.ReadCapacity16, new ReadCapacity16(), lba: 0, last: 0),
        In16(ServiceActionIn16.GetLbaStatus, new GetLbaStatus(), lba: 0xFF, last: 0),
        In16(ServiceActionIn16.ReportReferrals, new ReportReferrals(), lba: 0xFF, last: 0x01), // ONE_SEG
    ];

    private static CommandEntry[] TwelveByte() =>
    [
        Bytes(OperationCode.ReportLuns, null, 0, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0),
        Twelve(OperationCode.Read12, Read, DpoFua),
        Twelve(OperationCode.Write12, Write, DpoFua),
        Twelve(OperationCode.WriteAndVerify12, WriteAndVerify, DpoByteCheck),
        Twelve(OperationCode.Verify12, Verify, DpoByteCheck),
        Bytes(OperationCode.ReadDefectData12, ReadDefectData, 0x1F, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0),
    ];

    private static CommandEntry[] Maintenance() =>
    [
        In(MaintenanceInAction.ReportIdentifyingInformation, new ReportIdentifyingInformation(), 0, 0, 0, 0, last: 0xFE), // INFORMATION TYPE
        In(MaintenanceInAction.ReportTargetPortGroups, new ReportTargetPortGroups(), 0, 0, 0, 0, flags: 0xE0), // PARAMETER DATA FORMAT
        In(MaintenanceInAction.ReportSupportedOperationCodes, new ReportSupportedOperationCodes(), 0x87, 0xFF, 0xFF, 0xFF),
        In(MaintenanceInAction.ReportSupportedTaskManagementFunctions, new ReportSupportedTaskManagementFunctions(), 0x80, 0, 0, 0),
        In(MaintenanceInAction.ReportTimestamp, new ReportTimestamp(), 0, 0, 0, 0),
        Out(MaintenanceOutAction.SetIdentifyingInformation, new SetIdentifyingInformation(), last: 0xFE),
        Out(MaintenanceOutAction.SetTargetPortGroups, new SetTargetPortGroups()),
        Out(MaintenanceOutAction.SetTimestamp, new SetTimestamp()),
    ];

    private static IEnumerable<CommandEntry> PersistentReservations() =>
    [
        .. Enum.GetValues<PersistentReserveInAction>().Select(action =>
            Action(OperationCode.PersistentReserveIn, 0, (byte)action, new PersistentReserveIn(action), 0, 0, 0, 0, 0, 0xFF, 0xFF, 0)),
        .. Enum.GetValues<PersistentReserveOutAction>().Select(action =>
            Action(OperationCode.PersistentReserveOut, 0, (byte)action, new PersistentReserveOut(action), 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0)),
    ];

    private static IEnumerable<CommandEntry> Copies() =>
    [
        CopyOut(ExtendedCopy.Lid1, new ExtendedCopy(ExtendedCopy.Lid1), listId: 0),
        CopyOut(ExtendedCopy.Lid4, new ExtendedCopy(ExtendedCopy.Lid4), listId: 0),
        CopyOut(PopulateToken.Action, new PopulateToken(), listId: 0xFF),
        CopyOut(WriteUsingToken.Action, new WriteUsingToken(), listId: 0xFF),
        .. Enum.GetValues<ThirdPartyCopyInAction>().Select(action => Action(
            OperationCode.ThirdPartyCopyIn, 0, (byte)action, new ReceiveCopyResults(action), 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0)),
    ];

    private static CommandEntry[] ThirtyTwoByte() =>
    [
        ThirtyTwo(VariableLengthAction.Read32, Read, DpoFua),
        ThirtyTwo(VariableLengthAction.Verify32, Verify, DpoByteCheck),
        ThirtyTwo(VariableLengthAction.Write32, Write, DpoFua),
        ThirtyTwo(VariableLengthAction.WriteAndVerify32, WriteAndVerify, DpoByteCheck),
        ThirtyTwo(VariableLengthAction.WriteSame32, WriteSame, 0x09),
        ThirtyTwo(VariableLengthAction.OrWrite32, OrWrite, DpoFua, b2: 0x07, b3: 0x0F), // BMOP; PREVIOUS GENERATION PROCESSING
        ThirtyTwo(VariableLengthAction.WriteAtomic32, WriteAtomic, DpoFua),
    ];

    private static CommandEntry Six(OperationCode code, BlockCommand command, byte b1, byte b2, byte b3, byte b4) =>
        Bytes(code, command, b1, b2, b3, b4, 0);

    private static CommandEntry Ten(OperationCode code, BlockCommand command, byte flags) =>
        Bytes(code, command, flags, 0xFF, 0xFF, 0xFF, 0xFF, GroupNumber, 0xFF, 0xFF, 0);

    private static CommandEntry Twelve(OperationCode code, BlockCommand command, byte flags) =>
        Bytes(code, command, flags, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, GroupNumber, 0);

    private static CommandEntry Sixteen(OperationCode code, BlockCommand command, byte flags) =>
        Bytes(code, command, flags, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, GroupNumber, 0);

    /// <summary>Group number in byte 6, service action in 8 and 9, flags in 10, LBA from 12, tags from 20, length from 28 (SBC-3 5.14).</summary>
    private static CommandEntry ThirtyTwo(VariableLengthAction action, BlockCommand command, byte flags, byte b2 = 0, byte b3 = 0) => new(
        [
            (byte)OperationCode.VariableLengthCdb, 0, b2, b3, 0, 0, GroupNumber, 0x18, 0, (byte)action, flags, 0,
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        ],
        HasServiceAction: true,
        command);

    private static CommandEntry CopyOut(byte action, BlockCommand command, byte listId) => Action(
        OperationCode.ThirdPartyCopyOut, 0, action, command, 0, 0, 0, 0, listId, listId, listId, listId, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0);

    private static CommandEntry SanitizeBy(SanitizeAction action, byte flags) =>
        Action(OperationCode.Sanitize, flags, (byte)action, new Sanitize(action), 0, 0, 0, 0, 0, 0xFF, 0xFF, 0);

    private static CommandEntry In16(ServiceActionIn16 action, BlockCommand command, byte lba, byte last) =>
        Action(OperationCode.ServiceActionIn16, 0, (byte)action, command, lba, lba, lba, lba, lba, lba, lba, lba, 0xFF, 0xFF, 0xFF, 0xFF, last, 0);

    private static CommandEntry In(MaintenanceInAction action, BlockCommand command, byte b2, byte b3, byte b4, byte b5, byte flags = 0, byte last = 0) =>
        Action(OperationCode.MaintenanceIn, flags, (byte)action, command, b2, b3, b4, b5, 0xFF, 0xFF, 0xFF, 0xFF, last, 0);

    private static CommandEntry Out(MaintenanceOutAction action, BlockCommand command, byte last = 0) =>
        Action(OperationCode.MaintenanceOut, 0, (byte)action, command, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, last, 0);

    private static CommandEntry Bytes(OperationCode code, BlockCommand? command, params ReadOnlySpan<byte> rest) =>
        new([(byte)code, .. rest], HasServiceAction: false, command);

    private static CommandEntry Action(OperationCode code, byte flags, byte action, BlockCommand command, params ReadOnlySpan<byte> rest) =>
        new([(byte)code, (byte)(flags | action), .. rest], HasServiceAction: true, command);
}
