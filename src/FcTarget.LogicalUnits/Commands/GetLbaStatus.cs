// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>GET LBA STATUS (SBC-3 5.4): which blocks have space under them, from the store itself. LuOffset is the length of the data.</summary>
internal sealed class GetLbaStatus : BlockCommand
{
    private const int LbaAt = 2, AllocationLengthAt = 10;
    private const int HeaderLength = 8, DescriptorLength = 16, MaximumDescriptors = 256;
    private const byte Mapped = 0, Deallocated = 1;

    public override bool NeedsMedium => true;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (ReadUInt64BigEndian(task.Cdb[LbaAt..]) >= device.BlockCount)
        {
            task.CompleteCheckCondition(Sense.LbaOutOfRange);
            return;
        }
        ParameterData.Rent(task, HeaderLength + (MaximumDescriptors * DescriptorLength));
        device.Submit(this, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        byte[] data = (byte[])task.LuBuffer!;
        ulong lba = ReadUInt64BigEndian(task.Cdb[LbaAt..]);
        uint allocation = ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]);
        int room = Math.Clamp(((int)Math.Min(allocation, 1 << 20) - HeaderLength) / DescriptorLength, 1, MaximumDescriptors);
        int count = 0;
        for (; count < room && lba < device.BlockCount; count++)
        {
            long offset = (long)lba * device.BlockSize;
            bool mapped = device.Store.IsMapped(offset, device.Store.Length - offset, out long extent);
            ulong blocks = Math.Clamp((ulong)extent / (ulong)device.BlockSize, 1, uint.MaxValue);
            Span<byte> descriptor = data.AsSpan(HeaderLength + (count * DescriptorLength), DescriptorLength);
            descriptor.Clear();
            WriteUInt64BigEndian(descriptor, lba);
            WriteUInt32BigEndian(descriptor[8..], (uint)blocks);
            descriptor[12] = mapped || !device.Options.Thin ? Mapped : Deallocated;
            lba += blocks;
        }
        task.LuOffset = HeaderLength + (count * DescriptorLength);
        data.AsSpan(0, HeaderLength).Clear();
        WriteUInt32BigEndian(data, (uint)task.LuOffset - 4); // PARAMETER DATA LENGTH
        return StoreResult.Ok;
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        uint allocation = ReadUInt32BigEndian(task.Cdb[AllocationLengthAt..]);
        int length = (int)Math.Min((uint)task.LuOffset, allocation);
        if (length == 0) BlockDevice.End(task, ScsiStatus.Good);
        else BlockDevice.Send(task, ((byte[])task.LuBuffer!).AsMemory(0, length));
    }
}
