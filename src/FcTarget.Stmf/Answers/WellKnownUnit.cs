// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Stmf.Answers;

/// <summary>
/// The REPORT LUNS well known logical unit, LUN C101h (SPC-4 8.2): INQUIRY, REQUEST SENSE, TEST UNIT READY; the router serves its
/// REPORT LUNS.
/// </summary>
internal sealed class WellKnownUnit : AbsentUnit
{
    private static ReadOnlySpan<byte> TestUnitReadyMask => [0, 0, 0, 0, 0, 0];

    protected override PeripheralDevice Device => PeripheralDevice.WellKnownLogicalUnit;

    protected override void RequestSense(ScsiTask task) => SenseUnit.Answer(task, Sense.None);

    protected override void Other(ScsiTask task, ReadOnlySpan<byte> cdb)
    {
        bool isTest = !cdb.IsEmpty && (OperationCode)cdb[0] == OperationCode.TestUnitReady;
        if (!isTest) task.CompleteCheckCondition(Sense.InvalidCommandOperationCode);
        else if (ReservedBits(cdb, TestUnitReadyMask) is { } reserved) task.CompleteCheckCondition(reserved);
        else task.Complete(ScsiStatus.Good);
    }

    protected override int WritePage(ScsiTask task, VpdPageCode page, Span<byte> to)
    {
        switch (page)
        {
            case VpdPageCode.SupportedVpdPages:
                return VpdPage.SupportedPages(to, Device, [VpdPageCode.SupportedVpdPages, VpdPageCode.DeviceIdentification]);
            case VpdPageCode.DeviceIdentification:
                var designators = new DeviceIdentificationPage(to);
                designators.AddRelativeTargetPort(task.Nexus.Protocol, task.Nexus.RelativeTargetPort);
                if (task.Nexus.TargetPortId != 0) designators.AddTargetPortNaa(task.Nexus.Protocol, task.Nexus.TargetPortId);
                return designators.End(Device);
            default:
                return 0;
        }
    }
}
