// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// PREVENT ALLOW MEDIUM REMOVAL (SBC-3 5.9): each I_T nexus has its own wish, which ends with it or with a reset; while one prevents, the
/// medium stays in. A medium that never comes out grants either wish.
/// </summary>
internal sealed class PreventAllowMediumRemoval : BlockCommand
{
    private const int PreventAt = 4;
    private const byte PreventBit = 0x01;

    public override Restriction RestrictionOf(ScsiTask task) => Prevents(task) ? Restriction.Changing : Restriction.None;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        device.Medium.Prevent(task.Nexus, Prevents(task));
        task.Complete(ScsiStatus.Good);
    }

    private static bool Prevents(ScsiTask task) => (task.Cdb[PreventAt] & PreventBit) != 0;
}
