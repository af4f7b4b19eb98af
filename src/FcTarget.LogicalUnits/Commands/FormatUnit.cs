// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// FORMAT UNIT (SBC-3 5.3): every block reads as zeros afterwards. There are no defect lists, and the protection the unit was made with is the
/// one it keeps. With IMMED too the status comes when it is done; other commands hear FORMAT IN PROGRESS meanwhile.
/// </summary>
internal sealed class FormatUnit : LongWork
{
    private const byte ProtectionMask = 0xC0, LongList = 0x20, FormatData = 0x10, CompleteList = 0x08, DefectListFormat = 0x07; // CDB byte 1
    private const byte InitializationPattern = 0x08, StopFormat = 0x10;                                                        // list byte 1
    private const int ShortHeader = 4, LongHeader = 8;

    public override uint RecommendedTimeout => 3600;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte flags = task.Cdb[1];
        if ((flags & ProtectionMask) >> 6 != device.FormatProtection)
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, 7));
        else if ((flags & FormatData) == 0 && (flags & (LongList | CompleteList | DefectListFormat)) != 0)
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, 4));
        else if ((flags & FormatData) == 0)
            Begin(device, task);
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
        if (task.LastSegmentLength < length) BlockDevice.End(task, Sense.ParameterListLengthError);
        else if ((list[1] & (InitializationPattern | StopFormat)) != 0) BlockDevice.End(task, Sense.InvalidParameter(1));
        else if ((list[0] & 0x07) != device.FormatUsage) BlockDevice.End(task, Sense.InvalidParameter(0, 2));
        else if (defects != 0) BlockDevice.End(task, Sense.InvalidParameter(defectsAt));
        else Begin(device, task);
    }

    protected override StoreResult DoPiece(BlockDevice device, ScsiTask task, long offset, long length)
    {
        device.Medium.Report(offset, device.Store.Length);
        return device.Erase(offset, length);
    }

    protected override void OnDone(BlockDevice device, ScsiTask task)
    {
        device.Medium.End();
        base.OnDone(device, task);
    }

    protected override void OnFailed(BlockDevice device, ScsiTask task)
    {
        device.Medium.End();
        base.OnFailed(device, task);
    }

    public override void OnAborted(BlockDevice device, ScsiTask task) => device.Medium.End();

    private void Begin(BlockDevice device, ScsiTask task)
    {
        task.LuOffset = 0;
        task.LuRemaining = device.Store.Length;
        device.Medium.BeginFormat();
        device.Submit(this, task);
    }
}
