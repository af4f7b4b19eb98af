// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>RESERVE(6), (10) (SPC-2 7.21, 7.22) of the whole unit, without third parties.</summary>
internal sealed class Reserve : BlockCommand
{
    public override void Start(BlockDevice device, ScsiTask task) =>
        task.Complete(device.Reservations.TryReserve(task.Nexus) ? ScsiStatus.Good : ScsiStatus.ReservationConflict);

    public override bool PassesReserve(ScsiTask task) => false;
}

/// <summary>RELEASE(6), (10) (SPC-2 7.17, 7.18). Of another's reservation: GOOD, and nothing happens.</summary>
internal sealed class Release : BlockCommand
{
    public override void Start(BlockDevice device, ScsiTask task) =>
        task.Complete(device.Reservations.TryRelease(task.Nexus) ? ScsiStatus.Good : ScsiStatus.ReservationConflict);
}
