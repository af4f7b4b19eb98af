// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Answers;

/// <summary>
/// REQUEST SENSE (SPC-4 6.39) for a mapped LUN with a unit attention pending: reports it as parameter data and clears it.
/// </summary>
internal sealed class SenseUnit : AnsweringUnit
{
    private const byte Desc = 0x01;
    private const int AllocationLengthAt = 4;

    private static ReadOnlySpan<byte> Mask => [0x03, Desc, 0, 0, 0xFF, 0];

    public override void Execute(ScsiTask task)
    {
        if (ReservedBits(task.Cdb, Mask) is { } reserved) task.CompleteCheckCondition(reserved);
        else Send(task, task.Nexus.State?.Find(task.Lun)?.TakeAttention() ?? Sense.LogicalUnitNotSupported);
    }

    /// <summary>Checks a REQUEST SENSE and answers it with GOOD and the sense data, in the format DESC asks for.</summary>
    public static void Answer(ScsiTask task, in Sense sense)
    {
        if (ReservedBits(task.Cdb, Mask) is { } reserved) task.CompleteCheckCondition(reserved);
        else Send(task, sense);
    }

    private static void Send(ScsiTask task, in Sense sense)
    {
        byte[] data = ParameterData.Rent(task, DescriptorSense.MaxLength);
        int length = (task.Cdb[1] & Desc) != 0 ? DescriptorSense.Write(data, sense) : FixedSense.Write(data, sense);
        ParameterData.Send(task, length, task.Cdb[AllocationLengthAt]);
    }
}
