// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>TEST UNIT READY (SPC-4 6.47): a unit that is served is ready.</summary>
internal sealed class TestUnitReady : BlockCommand
{
    public override void Start(BlockDevice device, ScsiTask task) => task.Complete(ScsiStatus.Good);
}
