// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// FORMAT UNIT (SBC-3 5.3): every block reads as zeros afterwards, with protection information of FFh when the unit supports it and FMTPINFO and
/// PROTECTION FIELD USAGE name a type, for types 2 and 3 with as many intervals a block as PROTECTION INTERVAL EXPONENT says. There are no defect lists. After a failure the medium is corrupt until it is formatted again.
/// </summary>
internal sealed class FormatUnit : MediumWork
{
    private const byte LongList = 0x20, FormatData = 0x10, CompleteList = 0x08, DefectListFormat = 0x07; // CDB byte 1
    private const int ProtectionShift = 6;
    private const byte UsageMask = 0x07;                                                                 // list byte 0
    private const byte ExponentMask = 0x0F;                                                              // list byte 3
    private const byte OptionsValid = 0x80, DisablePrimary = 0x40, DisableCertification = 0x20;          // list byte 1
    private const byte StopFormat = 0x10, InitializationPattern = 0x08, Immediate = 0x02;
    private const int IntervalAt = 3, ShortHeader = 4, LongHeader = 8;

    public override Mends Mends => Mends.Format;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte flags = task.Cdb[1];
        bool supports = device.Protects || flags >> ProtectionShift == 0;
        if (!supports || flags >> ProtectionShift == 1)
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, 7));
        else if ((flags & FormatData) == 0 && (flags & (LongList | CompleteList | DefectListFormat)) != 0)
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, 4));
        else if ((flags & FormatData) == 0)
            Begin(device, task, new ProtectionFormat(TypeOf(flags >> ProtectionShift, usage: 0) ?? 0), immediately: false);
        else
            BlockDevice.Receive(task, ParameterData.Rent(task, LongHeader).AsMemory(0, (flags & LongList) != 0 ? LongHeader : ShortHeader));
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        bool isLong = (task.Cdb[1] & LongList) != 0;
        int length = isLong ? LongHeader : ShortHeader;
        ReadOnlySpan<byte> list = ((byte[])task.LuBuffer!).AsSpan(0, length);
        int defectsAt = isLong ? 4 : 2;
        uint defects = isLong ? ReadUInt32BigEndian(list[4..]) : ReadUInt16BigEndian(list[2..]);
        int? type = TypeOf(task.Cdb[1] >> ProtectionShift, list[0] & UsageMask);
        var format = new ProtectionFormat(type ?? 0, isLong ? list[IntervalAt] & ExponentMask : 0);
        if (task.LastSegmentLength < length) BlockDevice.End(task, Sense.ParameterListLengthError);
        else if ((list[1] & (InitializationPattern | StopFormat)) != 0) BlockDevice.End(task, Sense.InvalidParameter(1, 4));
        else if ((list[1] & OptionsValid) == 0 && (list[1] & (DisablePrimary | DisableCertification)) != 0)
            BlockDevice.End(task, Sense.InvalidParameter(1, 7)); // SBC-3 5.3.2.2: without FOV they are zero
        else if (type is null) BlockDevice.End(task, Sense.InvalidParameter(0, 2));
        else if (isLong && list[IntervalAt] > ExponentMask) BlockDevice.End(task, Sense.InvalidParameter(IntervalAt, 7)); // P_I_INFORMATION
        else if (!device.Takes(format)) BlockDevice.End(task, Sense.InvalidParameter(IntervalAt, 3));
        else if (defects != 0) BlockDevice.End(task, Sense.InvalidParameter(defectsAt));
        else Begin(device, task, format, (list[1] & Immediate) != 0);
    }

    private void Begin(BlockDevice device, ScsiTask task, ProtectionFormat format, bool immediately) => Begin(device, task, new MediumJob(
        MediumWorkKind.Format, Pattern: null, device.Protects ? format : null, Unrestricted: false, task.Nexus, immediately));

    /// <summary>The protection type that FMTPINFO and PROTECTION FIELD USAGE name (SBC-3 table 37); null when they name none.</summary>
    private static int? TypeOf(int information, int usage) => (information, usage) switch
    {
        (0, 0) => 0,
        (2, 0) => 1,
        (3, 0) => 2,
        (3, 1) => 3,
        _ => null,
    };
}
