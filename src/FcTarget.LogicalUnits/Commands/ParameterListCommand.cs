// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// A command with a parameter list of at most <see cref="MaximumLength"/> bytes as its only data. A list that is cut short, by the initiator or
/// by its expected length, is a PARAMETER LIST LENGTH ERROR.
/// </summary>
internal abstract class ParameterListCommand : BlockCommand
{
    /// <summary>Bytes; a longer list is refused.</summary>
    protected abstract int MaximumLength { get; }

    /// <summary>PARAMETER LIST LENGTH of the CDB.</summary>
    protected abstract uint ListLength(ReadOnlySpan<byte> cdb);

    /// <summary>The list is in. Ends the task, or submits it.</summary>
    protected abstract void OnList(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list);

    /// <summary>A length of zero: no list, and no error.</summary>
    protected virtual void OnNoList(BlockDevice device, ScsiTask task) => task.Complete(ScsiStatus.Good);

    public override void Start(BlockDevice device, ScsiTask task)
    {
        uint length = ListLength(task.Cdb);
        if (length == 0) OnNoList(device, task);
        else if (length > (uint)MaximumLength) task.CompleteCheckCondition(Sense.ParameterListLengthError);
        else BlockDevice.Receive(task, ParameterData.Rent(task, (int)length).AsMemory(0, (int)length));
    }

    public sealed override void OnData(BlockDevice device, ScsiTask task)
    {
        if (task.LastSegmentLength < ListLength(task.Cdb)) BlockDevice.End(task, Sense.ParameterListLengthError);
        else OnList(device, task, List(task));
    }

    /// <summary>The list, as long as the task is not over.</summary>
    protected ReadOnlySpan<byte> List(ScsiTask task) => ((byte[])task.LuBuffer!).AsSpan(0, (int)ListLength(task.Cdb));
}
