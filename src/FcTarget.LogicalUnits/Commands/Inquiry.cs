// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>INQUIRY (SPC-4 6.6): standard data and vital product data.</summary>
internal sealed class Inquiry : BlockCommand
{
    public override Reach Reach => Reach.Always;

    public override bool PassesMediumWork => true;

    private const byte Evpd = 0x01;
    private const int PageCodeAt = 2, AllocationLengthAt = 3;
    private const int DataLength = 512; // more than any page but 88h: 83h has 4 + 20 + 28 and the serial number + 8 + 12
    private const int PortLength = 24;  // of page 88h
    private const PeripheralDevice Disk = PeripheralDevice.DirectAccessBlock;

    private static ReadOnlySpan<VpdPageCode> Pages =>
    [
        VpdPageCode.SupportedVpdPages,
        VpdPageCode.UnitSerialNumber,
        VpdPageCode.DeviceIdentification,
        VpdPageCode.ManagementNetworkAddresses,
        VpdPageCode.ExtendedInquiryData,
        VpdPageCode.ModePagePolicy,
        VpdPageCode.ScsiPorts,
        VpdPageCode.ThirdPartyCopy,
        VpdPageCode.BlockLimits,
        VpdPageCode.BlockDeviceCharacteristics,
        VpdPageCode.LogicalBlockProvisioning,
        VpdPageCode.Referrals,
        VpdPageCode.ZonedBlockDeviceCharacteristics,
    ];

    public override void Start(BlockDevice device, ScsiTask task)
    {
        byte page = task.Cdb[PageCodeAt];
        byte[] data = ParameterData.Rent(task, DataLength + ((VpdPageCode)page == VpdPageCode.ScsiPorts ? device.Access.Ports.Count() * PortLength : 0));
        int length = (task.Cdb[1] & Evpd) != 0 ? WritePage(device, task.Nexus, (VpdPageCode)page, data)
            : page == 0 ? WriteStandard(device, task.Nexus, data)
            : 0;
        if (length == 0) BlockDevice.End(task, Sense.InvalidCdbField(PageCodeAt));
        else ParameterData.Send(task, length, ReadUInt16BigEndian(task.Cdb[AllocationLengthAt..]));
    }

    private static int WriteStandard(BlockDevice device, ItNexus nexus, Span<byte> to) => new StandardInquiryData
    {
        Device = Disk,
        Removable = device.Options.Removable,
        TargetPortGroupSupport = 3, // implicit and explicit
        ThirdPartyCopy = true,
        Protection = device.Protects,
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
        VpdPageCode.ManagementNetworkAddresses => VpdPage.ManagementNetworkAddresses(to, Disk, device.Options.ManagementUrl),
        VpdPageCode.ExtendedInquiryData => VpdPage.ExtendedInquiry(to, Disk, device.Protects),
        VpdPageCode.ModePagePolicy => VpdPage.ModePagePolicy(to, Disk),
        VpdPageCode.ScsiPorts => WritePorts(device, nexus, to),
        VpdPageCode.ThirdPartyCopy => WriteThirdPartyCopy(device, to),
        VpdPageCode.BlockLimits => Limits(device).Write(to, Disk),
        VpdPageCode.BlockDeviceCharacteristics => BlockVpdPages.Characteristics(to, Disk),
        VpdPageCode.LogicalBlockProvisioning => WriteProvisioning(device, to),
        VpdPageCode.Referrals => BlockVpdPages.Referrals(to, Disk, (uint)((device.Access.Cut?.Size ?? 0) / device.BlockSize), (uint)(device.Access.Cut?.States.Count ?? 0)),
        VpdPageCode.ZonedBlockDeviceCharacteristics => BlockVpdPages.Zones(to, Disk),
        _ => 0,
    };

    private static int WriteIdentification(BlockDevice device, ItNexus nexus, Span<byte> to)
    {
        var designators = new DeviceIdentificationPage(to);
        designators.AddLogicalUnitNaa(device.Identity.Guid);
        designators.AddLogicalUnitT10(StandardInquiryData.Vendor, device.Options.Product, device.Identity.SerialNumber);
        designators.AddRelativeTargetPort(nexus.Protocol, nexus.RelativeTargetPort);
        designators.AddTargetPortGroup(device.Access.GroupOf(nexus.RelativeTargetPort));
        if (nexus.TargetPortId != 0) designators.AddTargetPortNaa(nexus.Protocol, nexus.TargetPortId);
        return designators.End(Disk);
    }

    private static int WriteThirdPartyCopy(BlockDevice device, Span<byte> to)
    {
        var page = new ThirdPartyCopyPage(to);
        page.AddRodTokenLimits(
            RangeDescriptors.Maximum, CopyLimits.MaximumTimeout, CopyLimits.DefaultTimeout, (ulong)(CopyLimits.MaximumTokenTransfer / device.BlockSize));
        page.AddCommands(
            (byte)OperationCode.ThirdPartyCopyOut, [ExtendedCopy.Lid1, ExtendedCopy.Lid4, PopulateToken.Action, WriteUsingToken.Action],
            (byte)OperationCode.ThirdPartyCopyIn, [0x00, 0x03, 0x04, 0x05, 0x07, 0x08]);
        page.AddParameterData(ExtendedCopy.MaximumCscds, ExtendedCopy.MaximumSegments, CopyCommand.MaximumDescriptorList);
        page.AddDescriptorTypes([ExtendedCopy.BlockToBlock, ExtendedCopy.BlockToBlockWithOffset, ExtendedCopy.IdentificationDescriptor]);
        page.AddGeneralCopyOperations(16, ExtendedCopy.MaximumSegmentLength);
        return page.End(Disk);
    }

    private static int WritePorts(BlockDevice device, ItNexus nexus, Span<byte> to)
    {
        var ports = new ScsiPortsPage(to);
        TargetPort[] known = [.. device.Access.Ports];
        if (!Array.Exists(known, port => port.RelativeId == nexus.RelativeTargetPort)) ports.Add(nexus.RelativeTargetPort, nexus.Protocol, nexus.TargetPortId);
        foreach (TargetPort port in known) ports.Add(port.RelativeId, nexus.Protocol, port.PortId);
        return ports.End(Disk);
    }

    private static int WriteProvisioning(BlockDevice device, Span<byte> to)
    {
        if (!device.Options.Thin) return BlockVpdPages.FullyProvisioned(to, Disk);
        return BlockVpdPages.ThinProvisioned(
            to, Disk, device.Provisioning.SetExponent, unmap: device.Has(ProvisioningBits.Lbpu), writeSame16: device.Has(ProvisioningBits.Lbpws),
            writeSame10: device.Has(ProvisioningBits.Lbpws10), readsZeros: device.Has(ProvisioningBits.Lbprz));
    }

    /// <summary>In bytes: a transfer of this size does not wait behind long ones.</summary>
    private const int OptimalTransfer = 64 * 1024;

    private static BlockLimits Limits(BlockDevice device)
    {
        int blocksOfPage = Math.Max(1 << device.PhysicalExponent, Environment.SystemPageSize / device.BlockSize); // less unmaps no whole page
        bool unmaps = device.Has(ProvisioningBits.Lbpu);
        return new()
        {
            RefusesWriteSameOfNone = device.Has(ProvisioningBits.Wsnz),
            OptimalTransferLengthGranularity = (ushort)blocksOfPage,
            MaximumTransferLength = device.MaximumTransferBlocks,
            OptimalTransferLength = (uint)Math.Max(OptimalTransfer / device.BlockSize, blocksOfPage), // a granularity alone is what mkfs.xfs complains of
            MaximumUnmapLbaCount = unmaps ? device.MaximumUnmapBlocks : 0,
            MaximumUnmapBlockDescriptorCount = unmaps ? Unmap.MaximumDescriptors : 0u,
            OptimalUnmapGranularity = device.Options.Thin ? (uint)blocksOfPage : 0,
            MaximumWriteSameLength = BlockDevice.MaximumWriteSameBlocks,
            MaximumCompareAndWriteLength = CompareAndWrite.MaximumBlocks,
            MaximumPrefetchLength = device.MaximumTransferBlocks,
            MaximumAtomicTransferLength = device.MaximumAtomicBlocks,
        };
    }
}
