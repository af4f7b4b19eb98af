// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// SANITIZE (SBC-3 5.22): OVERWRITE with a pattern, BLOCK ERASE and CRYPTOGRAPHIC ERASE, which both leave zeros, and EXIT FAILURE MODE, which
/// makes a medium usable again after a failure of one that had AUSE set. Protection information is FFh afterwards.
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
        if (device.Medium.IsRestricted && (action == SanitizeAction.ExitFailureMode || (task.Cdb[1] & AllowUnrestrictedExit) != 0))
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(1, action == SanitizeAction.ExitFailureMode ? 4 : 5));
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
            case SanitizeAction.ExitFailureMode:
                device.Medium.ExitFailureMode();
                task.Complete(ScsiStatus.Good);
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
        var job = new MediumJob(MediumWorkKind.Sanitize, pattern, ProtectionType: null, (flags & AllowUnrestrictedExit) != 0, task.Nexus);
        Begin(device, task, job, (flags & Immediate) != 0);
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
