// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// UNMAP (SBC-3 5.32). All descriptors are checked before the first one is carried out. LuRemaining is the length of the
/// descriptors in bytes; LuOffset, after a failure, the place of it.
/// </summary>
internal sealed class Unmap : BlockCommand
{
    /// <summary>MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT.</summary>
    public const int MaximumDescriptors = 64;

    private const int HeaderLength = 8, DescriptorLength = 16, MaximumListLength = HeaderLength + (MaximumDescriptors * DescriptorLength);
    private const int ParameterListLengthAt = 7;
    private const int UnmapDataLengthAt = 0, BlockDescriptorDataLengthAt = 2; // in the header
    private const int BlocksAt = 8;                                           // in a descriptor

    public override bool Writes => true;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        int listLength = ReadUInt16BigEndian(task.Cdb[ParameterListLengthAt..]);
        if (listLength == 0)
            task.Complete(ScsiStatus.Good);
        else if (listLength < HeaderLength)
            task.CompleteCheckCondition(Sense.ParameterListLengthError);
        else
            BlockDevice.Receive(task, ParameterData.Rent(task, MaximumListLength).AsMemory(0, Math.Min(listLength, MaximumListLength)));
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        CountUnmoved(task, ReadUInt16BigEndian(task.Cdb[ParameterListLengthAt..]));
        ReadOnlySpan<byte> list = ((byte[])task.LuBuffer!).AsSpan(0, task.LastSegmentLength);
        if (Check(device, task, list, out int descriptors) is { } fault)
        {
            BlockDevice.End(task, fault);
            return;
        }
        task.LuRemaining = descriptors * DescriptorLength;
        device.Submit(this, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> descriptors = ((byte[])task.LuBuffer!).AsSpan(HeaderLength, (int)task.LuRemaining);
        for (; !descriptors.IsEmpty; descriptors = descriptors[DescriptorLength..])
        {
            task.LuOffset = (long)ReadUInt64BigEndian(descriptors) * device.BlockSize;
            long length = (long)ReadUInt32BigEndian(descriptors[BlocksAt..]) * device.BlockSize;
            if (length == 0) continue;
            StoreResult result = device.Discard(task.LuOffset, length);
            if (result != StoreResult.Ok) return result;
        }
        return device.Modes.WriteCache ? StoreResult.Ok : device.Store.Flush(); // zeros are data too
    }

    /// <summary>What is wrong with the list; null when nothing is. An incomplete descriptor at the end is ignored (SBC-3 5.32.2).</summary>
    private static Sense? Check(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list, out int descriptors)
    {
        descriptors = 0;
        if (list.Length < HeaderLength) return Sense.ParameterListLengthError;
        int dataLength = ReadUInt16BigEndian(list[UnmapDataLengthAt..]);
        int count = ReadUInt16BigEndian(list[BlockDescriptorDataLengthAt..]) / DescriptorLength;
        if (count > MaximumDescriptors) return Sense.InvalidParameter(BlockDescriptorDataLengthAt);
        int needed = HeaderLength + (count * DescriptorLength);
        if (dataLength + 2 < needed) return Sense.InvalidParameter(UnmapDataLengthAt);
        if (list.Length < needed) return Sense.ParameterListLengthError;
        ulong total = 0;
        for (int at = HeaderLength; at < needed; at += DescriptorLength)
        {
            ulong lba = ReadUInt64BigEndian(list[at..]);
            uint blocks = ReadUInt32BigEndian(list[(at + BlocksAt)..]);
            if (lba > device.BlockCount || blocks > device.BlockCount - lba)
                return Sense.LbaOutOfRange with { Information = Math.Max(lba, device.BlockCount) };
            total += blocks;
            if (total > device.MaximumUnmapBlocks) return Sense.InvalidParameter(at + BlocksAt);
            if (device.Access.RefusalOf(device, task, (long)lba * device.BlockSize, (long)blocks * device.BlockSize) is { } refusal) return refusal;
        }
        descriptors = count;
        return null;
    }
}
