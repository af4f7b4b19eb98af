// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Block Limits VPD page, B0h (SBC-3 6.5.3). Lengths in logical blocks; 0 where a limit is not reported.</summary>
public readonly record struct BlockLimits
{
    private const int DataLength = 60;

    public ushort OptimalTransferLengthGranularity { get; init; }

    public uint MaximumTransferLength { get; init; }

    public uint MaximumUnmapLbaCount { get; init; }

    public uint MaximumUnmapBlockDescriptorCount { get; init; }

    public uint OptimalUnmapGranularity { get; init; }

    public ulong MaximumWriteSameLength { get; init; }

    public byte MaximumCompareAndWriteLength { get; init; }

    public uint MaximumPrefetchLength { get; init; }

    public uint MaximumAtomicTransferLength { get; init; }

    /// <summary>Writes the page, WSNZ set: WRITE SAME of no blocks is refused. Returns its length in bytes.</summary>
    public int Write(Span<byte> to, PeripheralDevice device)
    {
        to[..(VpdPage.HeaderLength + DataLength)].Clear();
        to[4] = 0x01; // WSNZ
        to[5] = MaximumCompareAndWriteLength;
        WriteUInt16BigEndian(to[6..], OptimalTransferLengthGranularity);
        WriteUInt32BigEndian(to[8..], MaximumTransferLength);
        WriteUInt32BigEndian(to[16..], MaximumPrefetchLength);
        WriteUInt32BigEndian(to[20..], MaximumUnmapLbaCount);
        WriteUInt32BigEndian(to[24..], MaximumUnmapBlockDescriptorCount);
        WriteUInt32BigEndian(to[28..], OptimalUnmapGranularity);
        WriteUInt64BigEndian(to[36..], MaximumWriteSameLength);
        WriteUInt32BigEndian(to[44..], MaximumAtomicTransferLength);
        return VpdPage.Header(to, device, VpdPageCode.BlockLimits, DataLength);
    }
}

/// <summary>The other VPD pages of a block device. Each method writes a whole page and returns its length in bytes.</summary>
public static class BlockVpdPages
{
    /// <summary>Block Device Characteristics, B1h (SBC-3 6.5.2): MEDIUM ROTATION RATE 1, a medium that does not rotate.</summary>
    public static int Characteristics(Span<byte> to, PeripheralDevice device)
    {
        const int DataLength = 60;
        to.Slice(VpdPage.HeaderLength, DataLength).Clear();
        to[5] = 0x01;
        return VpdPage.Header(to, device, VpdPageCode.BlockDeviceCharacteristics, DataLength);
    }

    /// <summary>
    /// Logical Block Provisioning, B2h (SBC-3 6.5.4): a thin unit unmaps by UNMAP and by both WRITE SAME commands; unmapped blocks read as
    /// zeros. A fully provisioned one says so.
    /// </summary>
    /// <param name="to">Where.</param>
    /// <param name="device">Peripheral device.</param>
    /// <param name="thin">PROVISIONING TYPE: thin, or full.</param>
    /// <param name="thresholdExponent">A threshold set has 2 to this power blocks; 0 for no thresholds.</param>
    public static int LogicalBlockProvisioning(Span<byte> to, PeripheralDevice device, bool thin, byte thresholdExponent)
    {
        const int DataLength = 4;
        to.Slice(VpdPage.HeaderLength, DataLength).Clear();
        if (thin)
        {
            to[4] = thresholdExponent;
            to[5] = 0xE4; // LBPU, LBPWS, LBPWS10, LBPRZ
            to[6] = 0x02; // PROVISIONING TYPE: thin provisioned
        }
        else
        {
            to[6] = 0x01; // fully provisioned
        }
        return VpdPage.Header(to, device, VpdPageCode.LogicalBlockProvisioning, DataLength);
    }

    /// <summary>Referrals, B3h (SBC-3 6.5.6): all user data segments are the whole medium.</summary>
    public static int Referrals(Span<byte> to, PeripheralDevice device)
    {
        const int DataLength = 12;
        to.Slice(VpdPage.HeaderLength, DataLength).Clear();
        return VpdPage.Header(to, device, VpdPageCode.Referrals, DataLength);
    }

    /// <summary>Zoned Block Device Characteristics, B6h: a device without zones.</summary>
    public static int Zones(Span<byte> to, PeripheralDevice device)
    {
        const int DataLength = 60;
        to.Slice(VpdPage.HeaderLength, DataLength).Clear();
        return VpdPage.Header(to, device, VpdPageCode.ZonedBlockDeviceCharacteristics, DataLength);
    }
}
