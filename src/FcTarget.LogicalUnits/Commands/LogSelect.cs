// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// LOG SELECT (SPC-4 6.7): PCR, or no list and PC "cumulative", sets the counters to zero. No parameter can be given a value of the
/// initiator's choice. The other I_T nexuses hear LOG PARAMETERS CHANGED.
/// </summary>
internal sealed class LogSelect : ParameterListCommand
{
    public override Reach Reach => Reach.Standby;

    private const byte SaveParameters = 0x01, ParameterCodeReset = 0x02; // byte 1
    private const int PageAt = 2, ListLengthAt = 7;

    protected override int MaximumLength => 1024;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Changing;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt16BigEndian(cdb[ListLengthAt..]);

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        bool resets = (cdb[1] & ParameterCodeReset) != 0;
        if ((cdb[1] & SaveParameters) != 0) task.CompleteCheckCondition(Sense.InvalidCdbField(1, 0));
        else if (resets && ListLength(cdb) != 0) task.CompleteCheckCondition(Sense.InvalidCdbField(ListLengthAt)); // SPC-4 6.7.1
        else if (!LogSense.Pages.Contains((LogPageCode)(cdb[PageAt] & 0x3F))) task.CompleteCheckCondition(Sense.InvalidCdbField(PageAt, 5));
        else base.Start(device, task);
    }

    protected override void OnNoList(BlockDevice device, ScsiTask task)
    {
        device.Counters.Reset();
        device.TaskSet.Nexuses.Establish(UnitAttentions.LogParametersChanged, except: task.Nexus);
        task.Complete(ScsiStatus.Good);
    }

    protected override void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list) =>
        BlockDevice.End(task, list.Length < LogPageWriter.HeaderLength ? Sense.ParameterListLengthError : Sense.InvalidParameter(0));
}
