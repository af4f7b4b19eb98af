// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// SANITIZE (SBC-3 5.22): OVERWRITE with a pattern, BLOCK ERASE and CRYPTOGRAPHIC ERASE, which both leave zeros, and EXIT FAILURE MODE, which
/// there never is. With IMMED too the status comes when it is done; other commands hear SANITIZE IN PROGRESS meanwhile.
/// </summary>
internal sealed class Sanitize(SanitizeAction action) : LongWork
{
    private const int ListLengthAt = 7, HeaderLength = 4;
    private const byte Invert = 0x80, CountMask = 0x1F;

    public override bool NeedsMedium => true;

    public override uint RecommendedTimeout => 3600;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        int length = ReadUInt16BigEndian(task.Cdb[ListLengthAt..]);
        switch (action)
        {
            case SanitizeAction.Overwrite when length <= HeaderLength || length > HeaderLength + device.BlockSize:
                task.CompleteCheckCondition(Sense.InvalidCdbField(ListLengthAt));
                break;
            case SanitizeAction.Overwrite:
                BlockDevice.Receive(task, ParameterData.Rent(task, HeaderLength + device.BlockSize).AsMemory(0, length));
                break;
            case not SanitizeAction.Overwrite when length != 0:
                task.CompleteCheckCondition(Sense.InvalidCdbField(ListLengthAt));
                break;
            case SanitizeAction.ExitFailureMode:
                task.Complete(ScsiStatus.Good);
                break;
            default:
                Begin(device, task);
                break;
        }
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        int length = ReadUInt16BigEndian(task.Cdb[ListLengthAt..]);
        Span<byte> list = ((byte[])task.LuBuffer!).AsSpan(0, HeaderLength + device.BlockSize);
        int pattern = ReadUInt16BigEndian(list[2..]);
        if (task.LastSegmentLength < length)
        {
            BlockDevice.End(task, Sense.ParameterListLengthError);
        }
        else if ((list[0] & CountMask) == 0)
        {
            BlockDevice.End(task, Sense.InvalidParameter(0, 4));
        }
        else if (pattern == 0 || pattern > length - HeaderLength)
        {
            BlockDevice.End(task, Sense.InvalidParameter(2));
        }
        else
        {
            // The last pass is what stays. With INVERT every second pass is inverted: the last one, when their number is even.
            bool inverted = (list[0] & Invert) != 0 && (list[0] & CountMask) % 2 == 0;
            Span<byte> block = list[HeaderLength..];
            for (int i = pattern; i < block.Length; i++) block[i] = block[i - pattern];
            if (inverted)
                foreach (ref byte one in block) one = (byte)~one;
            Begin(device, task);
        }
    }

    protected override StoreResult DoPiece(BlockDevice device, ScsiTask task, long offset, long length)
    {
        device.Medium.Report(offset, device.Store.Length);
        return task.LuBuffer is byte[] list ? device.Fill(offset, length, list.AsSpan(HeaderLength, device.BlockSize)) : device.Erase(offset, length);
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
        device.Medium.BeginSanitize();
        device.Submit(this, task);
    }
}

/// <summary>Service actions of SANITIZE (SBC-3 5.22).</summary>
internal enum SanitizeAction : byte
{
    Overwrite = 0x01,
    BlockErase = 0x02,
    CryptographicErase = 0x03,
    ExitFailureMode = 0x1F,
}
