// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// REQUEST SENSE (SPC-4 6.39): sense goes with its command, and the task router answers while a unit attention is pending, so what is left
/// is why the unit is not ready, with the progress of a format or a sanitize.
/// </summary>
internal sealed class RequestSense : BlockCommand
{
    public override Reach Reach => Reach.Always;

    public override bool PassesMediumWork => true;

    private const byte Desc = 0x01;
    private const int AllocationLengthAt = 4;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        Sense sense = device.Medium.NotReady;
        byte[] data = ParameterData.Rent(task, DescriptorSense.MaxLength);
        int length = (task.Cdb[1] & Desc) != 0 ? DescriptorSense.Write(data, sense) : FixedSense.Write(data, sense);
        ParameterData.Send(task, length, task.Cdb[AllocationLengthAt]);
    }
}
