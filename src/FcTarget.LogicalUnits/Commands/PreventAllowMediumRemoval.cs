// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>PREVENT ALLOW MEDIUM REMOVAL (SBC-3 5.9): the medium never comes out, so either wish is granted.</summary>
internal sealed class PreventAllowMediumRemoval : BlockCommand
{
    public override void Start(BlockDevice device, ScsiTask task) => task.Complete(ScsiStatus.Good);
}
