// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// MODE SELECT(6), (10) (SPC-4 6.9, 6.10). All pages of the list are changed, or none; SP makes them durable before the status. The block
/// descriptor may only say what is. The other I_T nexuses hear MODE PARAMETERS CHANGED.
/// </summary>
internal sealed class ModeSelect : ParameterListCommand
{
    public override Reach Reach => Reach.Standby;

    private const byte PageFormat = 0x10, SavePages = 0x01; // byte 1
    private const int EmptiesCache = -1;                    // LuResult until the work is done

    protected override int MaximumLength => 1024;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Changing;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => IsShort(cdb) ? cdb[4] : ReadUInt16BigEndian(cdb[7..]);

    public override void Start(BlockDevice device, ScsiTask task)
    {
        bool saves = (task.Cdb[1] & SavePages) != 0;
        if (saves && device.Durable is null) task.CompleteCheckCondition(Sense.InvalidCdbField(1, 0));
        else base.Start(device, task);
    }

    protected override void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        bool changed = false, cached = device.Modes.WriteCache;
        Sense? fault = Check(device, cdb, list, out int at) ?? device.Modes.Select(list[at..], at, out changed);
        if (fault is { } sense)
        {
            BlockDevice.End(task, sense);
            return;
        }
        if (changed) device.TaskSet.Nexuses.Establish(UnitAttentions.ModeParametersChanged, except: task.Nexus);
        bool emptiesCache = cached && !device.Modes.WriteCache;
        task.LuResult = emptiesCache ? EmptiesCache : 0;
        if (emptiesCache || (cdb[1] & SavePages) != 0) device.SubmitBlocking(this, task);
        else BlockDevice.End(task, ScsiStatus.Good);
    }

    /// <summary>When WCE has become zero, what the cache holds is durable before the status (SBC-3 6.4.5).</summary>
    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        bool saves = (task.Cdb[1] & SavePages) != 0;
        if (saves && !device.Durable!.TryChange(saved => saved with { ModePages = device.Modes.Save() })) return StoreResult.WriteFailed;
        return task.LuResult == EmptiesCache ? device.Store.Flush() : StoreResult.Ok;
    }

    /// <summary>What is wrong with header and block descriptor; null when nothing is. <paramref name="at"/>: where the pages begin.</summary>
    private static Sense? Check(BlockDevice device, ReadOnlySpan<byte> cdb, ReadOnlySpan<byte> list, out int at)
    {
        bool isShort = IsShort(cdb);
        at = isShort ? ModeParameterHeader.Length6 : ModeParameterHeader.Length10;
        if (list.Length < at) return Sense.ParameterListLengthError;
        bool isLong = !isShort && (list[4] & 0x01) != 0; // LONGLBA
        int descriptor = isShort ? list[3] : ReadUInt16BigEndian(list[6..]);
        int lengthAt = isShort ? 3 : 6;
        int mediumTypeAt = isShort ? 1 : 2;
        if (list[mediumTypeAt] != 0) return Sense.InvalidParameter(mediumTypeAt);
        int whole = isLong ? ModeParameterHeader.LongBlockDescriptorLength : ModeParameterHeader.ShortBlockDescriptorLength;
        if (descriptor != 0 && descriptor != whole) return Sense.InvalidParameter(lengthAt);
        if (list.Length < at + descriptor) return Sense.ParameterListLengthError;
        if (descriptor != 0)
        {
            ReadOnlySpan<byte> block = list.Slice(at, descriptor);
            ulong blocks = isLong ? ReadUInt64BigEndian(block) : ReadUInt32BigEndian(block);
            uint length = isLong ? ReadUInt32BigEndian(block[12..]) : ReadUInt32BigEndian(block[4..]) & 0xFF_FFFF;
            bool isAll = isLong ? blocks == ulong.MaxValue : blocks == uint.MaxValue;
            if (blocks != 0 && !isAll && blocks != device.BlockCount) return Sense.InvalidParameter(at);
            if (length != device.BlockSize) return Sense.InvalidParameter(at + (isLong ? 12 : 5));
        }
        at += descriptor;
        if (at < list.Length && (cdb[1] & PageFormat) == 0) return Sense.InvalidCdbField(1, 4);
        return null;
    }

    private static bool IsShort(ReadOnlySpan<byte> cdb) => (OperationCode)cdb[0] == OperationCode.ModeSelect6;
}
