// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>MODE of READ BUFFER and WRITE BUFFER (SPC-4 6.18, 6.49).</summary>
internal enum BufferMode : byte
{
    Data = 0x02,
    Descriptor = 0x03,
    EchoBuffer = 0x0A,
    EchoBufferDescriptor = 0x0B,
}

/// <summary>READ BUFFER(10), (16): buffer 0 and the echo buffer, with their descriptors.</summary>
internal sealed class ReadBuffer : BlockCommand
{
    public override Reach Reach => Reach.Always;

    private const byte ModeMask = 0x1F;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Reading;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        bool isShort = (OperationCode)cdb[0] == OperationCode.ReadBuffer;
        int idAt = isShort ? 2 : 14, offsetAt = isShort ? 3 : 2;
        ulong offset = isShort ? ReadUInt32BigEndian(cdb[2..]) & 0xFF_FFFF : ReadUInt64BigEndian(cdb[2..]);
        uint allocation = isShort ? ReadUInt32BigEndian(cdb[5..]) & 0xFF_FFFF : ReadUInt32BigEndian(cdb[10..]); // ALLOCATION LENGTH: bytes 6 to 8
        switch ((BufferMode)(cdb[1] & ModeMask))
        {
            case BufferMode.Descriptor: // BUFFER CAPACITY 0: there is no such buffer
                SendDescriptor(task, cdb[idAt] == 0 ? DataBuffer.Length : 0, allocation);
                break;
            case BufferMode.EchoBufferDescriptor:
                SendDescriptor(task, DataBuffer.EchoLength, allocation);
                break;
            case BufferMode.Data when cdb[idAt] != 0:
                task.CompleteCheckCondition(Sense.InvalidCdbField(idAt));
                break;
            case BufferMode.Data when offset > DataBuffer.Length:
                task.CompleteCheckCondition(Sense.InvalidCdbField(offsetAt));
                break;
            case BufferMode.Data:
                Send(task, device.Buffer.Read((int)offset), allocation);
                break;
            case BufferMode.EchoBuffer when device.Buffer.Echo(task.Nexus) is { } echo:
                Send(task, echo, allocation);
                break;
            case BufferMode.EchoBuffer: // SPC-4 6.18.9: nothing of this nexus is there
                task.CompleteCheckCondition(Sense.CommandSequenceError);
                break;
            default:
                task.CompleteCheckCondition(Sense.InvalidCdbField(1, 4));
                break;
        }
    }

    private static void SendDescriptor(ScsiTask task, int capacity, uint allocation)
    {
        byte[] data = ParameterData.Rent(task, 4);
        WriteUInt32BigEndian(data, (uint)capacity); // OFFSET BOUNDARY 0: any byte
        ParameterData.Send(task, 4, allocation);
    }

    private static void Send(ScsiTask task, byte[] content, uint allocation)
    {
        byte[] data = ParameterData.Rent(task, Math.Max(1, content.Length));
        content.CopyTo(data, 0);
        ParameterData.Send(task, content.Length, allocation);
    }
}

/// <summary>WRITE BUFFER: data into buffer 0 or the echo buffer. No microcode.</summary>
internal sealed class WriteBuffer : ParameterListCommand
{
    public override Reach Reach => Reach.Always;

    private const byte ModeMask = 0x1F;

    protected override int MaximumLength => DataBuffer.Length;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Changing;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt32BigEndian(cdb[5..]) & 0xFF_FFFF; // bytes 6 to 8

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        uint offset = ReadUInt32BigEndian(cdb[2..]) & 0xFF_FFFF;
        uint length = ListLength(cdb);
        switch ((BufferMode)(cdb[1] & ModeMask))
        {
            case BufferMode.Data when cdb[2] != 0:
                task.CompleteCheckCondition(Sense.InvalidCdbField(2));
                break;
            case BufferMode.Data when offset > DataBuffer.Length:
                task.CompleteCheckCondition(Sense.InvalidCdbField(3));
                break;
            case BufferMode.Data when length > DataBuffer.Length - offset:
            case BufferMode.EchoBuffer when length > DataBuffer.EchoLength:
                task.CompleteCheckCondition(Sense.InvalidCdbField(6));
                break;
            case BufferMode.Data:
            case BufferMode.EchoBuffer:
                base.Start(device, task);
                break;
            default:
                task.CompleteCheckCondition(Sense.InvalidCdbField(1, 4));
                break;
        }
    }

    protected override void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        if ((BufferMode)(cdb[1] & ModeMask) == BufferMode.Data) device.Buffer.Write((int)(ReadUInt32BigEndian(cdb[2..]) & 0xFF_FFFF), list);
        else device.Buffer.SetEcho(task.Nexus, list);
        BlockDevice.End(task, ScsiStatus.Good);
    }
}
