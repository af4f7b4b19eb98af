// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// REQUEST SENSE (SPC-4 6.39) with nothing to report: sense goes with its command, and the task router answers while a unit
/// attention is pending.
/// </summary>
internal sealed class RequestSense : BlockCommand
{
    private const byte Desc = 0x01;
    private const int AllocationLengthAt = 4;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte[] data = ParameterData.Rent(task, DescriptorSense.MaxLength);
        int length = (task.Cdb[1] & Desc) != 0 ? DescriptorSense.Write(data, Sense.None) : FixedSense.Write(data, Sense.None);
        ParameterData.Send(task, length, task.Cdb[AllocationLengthAt]);
    }
}
