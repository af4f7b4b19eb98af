// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// PRE-FETCH(10), (16) (SBC-3 5.8): the range is looked at and nothing is read. GOOD says what is so: the blocks have not all been put into a
/// cache of ours.
/// </summary>
internal sealed class PreFetch : BlockCommand
{
    public override bool NeedsMedium => true;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        if (TryTakeRange(device, task, uint.MaxValue)) task.Complete(ScsiStatus.Good);
    }
}
