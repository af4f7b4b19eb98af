// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// SANITIZE (SBC-3 5.22): OVERWRITE with a pattern, BLOCK ERASE and CRYPTOGRAPHIC ERASE, which both leave zeros. Protection information is FFh
/// afterwards.
/// </summary>
internal sealed class Sanitize(SanitizeAction action) : MediumWork
{
    private const int ListLengthAt = 7, HeaderLength = 4;
    private const byte Invert = 0x80, CountMask = 0x1F;
    private const byte Immediate = 0x80, AllowUnrestrictedExit = 0x20; // CDB byte 1

    public override bool NeedsMedium => true;

    public override Mends Mends => Mends.All;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        int length = ReadUInt16BigEndian(task.Cdb[ListLengthAt..]);
        if (device.Medium.IsRestricted && (task.Cdb[1] & AllowUnrestrictedExit) != 0)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, 5));
            return;
        }
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
            default:
                Begin(device, task, pattern: null);
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
            Begin(device, task, block.ToArray());
        }
    }

    private void Begin(BlockDevice device, ScsiTask task, byte[]? pattern)
    {
        byte flags = task.Cdb[1];
        Begin(device, task, new MediumJob(
            MediumWorkKind.Sanitize, pattern, Format: null, (flags & AllowUnrestrictedExit) != 0, task.Nexus, (flags & Immediate) != 0));
    }
}

/// <summary>
/// SANITIZE with EXIT FAILURE MODE: a medium is usable again after the failure of a SANITIZE that had AUSE set, durably (SBC-3 4.11.3).
/// </summary>
internal sealed class ExitFailureMode : BlockCommand
{
    private const int ListLengthAt = 7;

    public override bool Writes => true;

    public override Mends Mends => Mends.All;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (ReadUInt16BigEndian(task.Cdb[ListLengthAt..]) != 0) task.CompleteCheckCondition(Sense.InvalidCdbField(ListLengthAt));
        else if (device.Medium.IsRestricted) task.CompleteCheckCondition(Sense.InvalidCdbField(1, 4));
        else if (device.Medium.IsReady || !device.Medium.HasSanitizeFailed) task.Complete(ScsiStatus.Good);
        else device.SubmitBlocking(this, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        if (!device.TryKeepMediumWork(null)) return StoreResult.WriteFailed;
        device.Medium.ExitFailureMode();
        return StoreResult.Ok;
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
