// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>TEST UNIT READY (SPC-4 6.47): ready while the medium is there and in no work.</summary>
internal sealed class TestUnitReady : BlockCommand
{
    public override bool NeedsMedium => true;

    public override Restriction RestrictionOf(ScsiTask task) => Restriction.None;

    public override bool PassesReserve(ScsiTask task) => false;

    public override void Start(BlockDevice device, ScsiTask task) => task.Complete(ScsiStatus.Good);
}
