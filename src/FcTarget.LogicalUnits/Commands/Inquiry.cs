// SPDX-License-Identifier: MIT

using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>INQUIRY (SPC-4 6.6): standard data and VPD pages 00h, 80h, 83h, 86h, B0h, B1h, B2h.</summary>
internal sealed class Inquiry : BlockCommand
{
    private const byte Evpd = 0x01;
    private const int PageCodeAt = 2, AllocationLengthAt = 3;
    private const int DataLength = 512; // more than any page: 83h has 4 + 20 + 28 and the serial number + 8 + 12
    private const PeripheralDevice Disk = PeripheralDevice.DirectAccessBlock;

    private static ReadOnlySpan<VpdPageCode> Pages =>
    [
        VpdPageCode.SupportedVpdPages,
        VpdPageCode.UnitSerialNumber,
        VpdPageCode.DeviceIdentification,
        VpdPageCode.ExtendedInquiryData,
        VpdPageCode.BlockLimits,
        VpdPageCode.BlockDeviceCharacteristics,
        VpdPageCode.LogicalBlockProvisioning,
    ];

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte page = task.Cdb[PageCodeAt];
        byte[] data = ParameterData.Rent(task, DataLength);
        int length = (task.Cdb[1] & Evpd) != 0 ? WritePage(device, task.Nexus, (VpdPageCode)page, data)
            : page == 0 ? WriteStandard(device, task.Nexus, data)
            : 0;
        if (length == 0) BlockDevice.End(task, Sense.InvalidCdbField(PageCodeAt));
        else ParameterData.Send(task, length, ReadUInt16BigEndian(task.Cdb[AllocationLengthAt..]));
    }

    private static int WriteStandard(BlockDevice device, ItNexus nexus, Span<byte> to) => new StandardInquiryData
    {
        Device = Disk,
        Product = device.Options.Product,
        Revision = device.Options.Revision,
        Versions =
        [
            VersionDescriptor.Sam5,
            VersionDescriptor.Spc4,
            VersionDescriptor.Sbc3,
            nexus.Protocol == ProtocolIdentifier.FibreChannel ? VersionDescriptor.Fcp4 : VersionDescriptor.None,
        ],
    }.Write(to);

    /// <summary>Writes a page. Returns its length in bytes; 0 when there is no such page.</summary>
    private static int WritePage(BlockDevice device, ItNexus nexus, VpdPageCode page, Span<byte> to) => page switch
    {
        VpdPageCode.SupportedVpdPages => VpdPage.SupportedPages(to, Disk, Pages),
        VpdPageCode.UnitSerialNumber => VpdPage.UnitSerialNumber(to, Disk, device.Identity.SerialNumber),
        VpdPageCode.DeviceIdentification => WriteIdentification(device, nexus, to),
        VpdPageCode.ExtendedInquiryData => VpdPage.ExtendedInquiry(to, Disk),
        VpdPageCode.BlockLimits => Limits(device).Write(to, Disk),
        VpdPageCode.BlockDeviceCharacteristics => BlockVpdPages.Characteristics(to, Disk),
        VpdPageCode.LogicalBlockProvisioning => BlockVpdPages.LogicalBlockProvisioning(to, Disk),
        _ => 0,
    };

    private static int WriteIdentification(BlockDevice device, ItNexus nexus, Span<byte> to)
    {
        var designators = new DeviceIdentificationPage(to);
        designators.AddLogicalUnitNaa(device.Identity.Guid);
        designators.AddLogicalUnitT10(StandardInquiryData.Vendor, device.Options.Product, device.Identity.SerialNumber);
        designators.AddRelativeTargetPort(nexus.Protocol, nexus.RelativeTargetPort);
        if (nexus.TargetPortId != 0) designators.AddTargetPortNaa(nexus.Protocol, nexus.TargetPortId);
        return designators.End(Disk);
    }

    private static BlockLimits Limits(BlockDevice device)
    {
        int blocksOfPage = Math.Max(1, Environment.SystemPageSize / device.BlockSize); // less moves or unmaps no whole page
        return new()
        {
            OptimalTransferLengthGranularity = (ushort)blocksOfPage,
            MaximumTransferLength = device.MaximumTransferBlocks,
            MaximumUnmapLbaCount = device.MaximumUnmapBlocks,
            MaximumUnmapBlockDescriptorCount = Unmap.MaximumDescriptors,
            OptimalUnmapGranularity = (uint)blocksOfPage,
            MaximumWriteSameLength = device.MaximumWriteSameBlocks,
        };
    }
}
