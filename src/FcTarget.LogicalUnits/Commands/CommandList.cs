// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>The commands of a block device, each with its CDB usage mask, byte for byte as SPC-4 and SBC-3 lay the CDB out.</summary>
internal static class CommandList
{
    private const byte GroupNumber = 0x1F; // looked at and of no effect
    private const byte DpoFua = 0x18;

    private static readonly TestUnitReady TestUnitReady = new();
    private static readonly RequestSense RequestSense = new();
    private static readonly Inquiry Inquiry = new();
    private static readonly ModeSense ModeSense = new();
    private static readonly StartStopUnit StartStopUnit = new();
    private static readonly PreventAllowMediumRemoval PreventAllowMediumRemoval = new();
    private static readonly Read Read = new();
    private static readonly Write Write = new(verify: false);
    private static readonly Write WriteAndVerify = new(verify: true);
    private static readonly Verify Verify = new();
    private static readonly SynchronizeCache SynchronizeCache = new();
    private static readonly WriteSame WriteSame = new();

    public static IReadOnlyList<CommandEntry> Make() =>
    [
        Six(OperationCode.TestUnitReady, TestUnitReady, 0, 0, 0, 0),
        Six(OperationCode.RequestSense, RequestSense, 0x01, 0, 0, 0xFF),              // DESC; allocation length
        Six(OperationCode.Read6, Read, 0x1F, 0xFF, 0xFF, 0xFF),                       // LBA; transfer length
        Six(OperationCode.Write6, Write, 0x1F, 0xFF, 0xFF, 0xFF),
        Six(OperationCode.Inquiry, Inquiry, 0x01, 0xFF, 0xFF, 0xFF),                  // EVPD; page code; allocation length
        Six(OperationCode.ModeSense6, ModeSense, 0x08, 0xFF, 0xFF, 0xFF),             // DBD; PC, page; subpage; allocation length
        Six(OperationCode.StartStopUnit, StartStopUnit, 0x01, 0, 0, 0x05),            // IMMED; NO_FLUSH, START
        Six(OperationCode.PreventAllowMediumRemoval, PreventAllowMediumRemoval, 0, 0, 0, 0x01),
        Bytes(OperationCode.ReadCapacity10, new ReadCapacity10(), 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Ten(OperationCode.Read10, Read, DpoFua),
        Ten(OperationCode.Write10, Write, DpoFua),
        Ten(OperationCode.WriteAndVerify10, WriteAndVerify, 0x16),                    // DPO, BYTCHK
        Ten(OperationCode.Verify10, Verify, 0x16),
        Ten(OperationCode.SynchronizeCache10, SynchronizeCache, 0x02),                // IMMED
        Ten(OperationCode.WriteSame10, WriteSame, 0x08),                              // UNMAP
        Bytes(OperationCode.Unmap, new Unmap(), 0, 0, 0, 0, 0, GroupNumber, 0xFF, 0xFF, 0),
        Bytes(OperationCode.ModeSense10, ModeSense, 0x18, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0), // LLBAA, DBD
        Sixteen(OperationCode.Read16, Read, DpoFua),
        Sixteen(OperationCode.Write16, Write, DpoFua),
        Sixteen(OperationCode.WriteAndVerify16, WriteAndVerify, 0x16),
        Sixteen(OperationCode.Verify16, Verify, 0x16),
        Sixteen(OperationCode.SynchronizeCache16, SynchronizeCache, 0x02),
        Sixteen(OperationCode.WriteSame16, WriteSame, 0x09),                          // UNMAP, NDOB
        Action(OperationCode.ServiceActionIn16, (byte)ServiceActionIn16.ReadCapacity16, new ReadCapacity16(),
            0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0),
        Bytes(OperationCode.ReportLuns, null, 0, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0),
        Action(OperationCode.MaintenanceIn, (byte)MaintenanceInAction.ReportSupportedOperationCodes, new ReportSupportedOperationCodes(),
            0x07, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0),
        Twelve(OperationCode.Read12, Read, DpoFua),
        Twelve(OperationCode.Write12, Write, DpoFua),
        Twelve(OperationCode.WriteAndVerify12, WriteAndVerify, 0x16),
        Twelve(OperationCode.Verify12, Verify, 0x16),
    ];

    private static CommandEntry Six(OperationCode code, BlockCommand command, byte b1, byte b2, byte b3, byte b4) =>
        Bytes(code, command, b1, b2, b3, b4, 0);

    private static CommandEntry Ten(OperationCode code, BlockCommand command, byte flags) =>
        Bytes(code, command, flags, 0xFF, 0xFF, 0xFF, 0xFF, GroupNumber, 0xFF, 0xFF, 0);

    private static CommandEntry Twelve(OperationCode code, BlockCommand command, byte flags) =>
        Bytes(code, command, flags, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, GroupNumber, 0);

    private static CommandEntry Sixteen(OperationCode code, BlockCommand command, byte flags) =>
        Bytes(code, command, flags, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, GroupNumber, 0);

    private static CommandEntry Bytes(OperationCode code, BlockCommand? command, params ReadOnlySpan<byte> rest) =>
        new([(byte)code, .. rest], HasServiceAction: false, command);

    private static CommandEntry Action(OperationCode code, byte action, BlockCommand command, params ReadOnlySpan<byte> rest) =>
        new([(byte)code, action, .. rest], HasServiceAction: true, command);
}
