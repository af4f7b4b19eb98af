// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Stmf.Answers;

/// <summary>
/// Answers for a LUN that is not mapped (SAM-5 4.7.7, SPC-4 6.6.2): INQUIRY with peripheral qualifier 011b, REQUEST SENSE with
/// LOGICAL UNIT NOT SUPPORTED as data, everything else CHECK CONDITION with the same.
/// </summary>
internal class AbsentUnit : AnsweringUnit
{
    private const byte Evpd = 0x01;
    private const int PageCodeAt = 2, AllocationLengthAt = 3;

    private static ReadOnlySpan<byte> InquiryMask => [0x12, Evpd, 0xFF, 0xFF, 0xFF, 0];

    protected virtual PeripheralDevice Device => PeripheralDevice.NotCapable;

    public override void Execute(ScsiTask task)
    {
        ReadOnlySpan<byte> cdb = task.Cdb;
        switch ((OperationCode)(cdb.IsEmpty ? (byte)0xFF : cdb[0]))
        {
            case OperationCode.Inquiry:
                Inquiry(task, cdb);
                break;
            case OperationCode.RequestSense:
                RequestSense(task);
                break;
            default:
                Other(task, cdb);
                break;
        }
    }

    protected virtual void RequestSense(ScsiTask task) => SenseUnit.Answer(task, Sense.LogicalUnitNotSupported);

    protected virtual void Other(ScsiTask task, ReadOnlySpan<byte> cdb) => task.CompleteCheckCondition(Sense.LogicalUnitNotSupported);

    /// <summary>Writes a VPD page. Returns its length; 0 when there is no such page.</summary>
    protected virtual int WritePage(ScsiTask task, VpdPageCode page, Span<byte> to) => page switch
    {
        VpdPageCode.SupportedVpdPages => VpdPage.SupportedPages(to, Device, [VpdPageCode.SupportedVpdPages]),
        _ => 0,
    };

    private void Inquiry(ScsiTask task, ReadOnlySpan<byte> cdb)
    {
        if (ReservedBits(cdb, InquiryMask) is { } reserved)
        {
            task.CompleteCheckCondition(reserved);
            return;
        }
        byte[] data = ParameterData.Rent(task, 256);
        bool vital = (cdb[1] & Evpd) != 0;
        int length = vital ? WritePage(task, (VpdPageCode)cdb[PageCodeAt], data)
            : cdb[PageCodeAt] == 0 ? Standard().Write(data)
            : 0;
        if (length == 0)
        {
            ParameterData.Return(task);
            task.CompleteCheckCondition(Sense.InvalidCdbField(PageCodeAt));
            return;
        }
        ParameterData.Send(task, length, ReadUInt16BigEndian(cdb[AllocationLengthAt..]));
    }

    private StandardInquiryData Standard() => new()
    {
        Device = Device,
        Product = "",
        Revision = "",
        Versions = [VersionDescriptor.Sam5, VersionDescriptor.Spc4],
    };
}
