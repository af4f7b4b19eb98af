// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Block Limits VPD page, B0h (SBC-3 6.5.3). Lengths in logical blocks; 0 where a limit is not reported.</summary>
public readonly record struct BlockLimits
{
    private const int DataLength = 60;

    /// <summary>WSNZ: WRITE SAME of no blocks is refused.</summary>
    public bool RefusesWriteSameOfNone { get; init; }

    public ushort OptimalTransferLengthGranularity { get; init; }

    public uint MaximumTransferLength { get; init; }

    public uint OptimalTransferLength { get; init; }

    public uint MaximumUnmapLbaCount { get; init; }

    public uint MaximumUnmapBlockDescriptorCount { get; init; }

    public uint OptimalUnmapGranularity { get; init; }

    public ulong MaximumWriteSameLength { get; init; }

    public byte MaximumCompareAndWriteLength { get; init; }

    public uint MaximumPrefetchLength { get; init; }

    public uint MaximumAtomicTransferLength { get; init; }

    /// <summary>Writes the page. Returns its length in bytes.</summary>
    public int Write(Span<byte> to, PeripheralDevice device)
    {
        to[..(VpdPage.HeaderLength + DataLength)].Clear();
        if (RefusesWriteSameOfNone) to[4] = 0x01; // WSNZ
        to[5] = MaximumCompareAndWriteLength;
        WriteUInt16BigEndian(to[6..], OptimalTransferLengthGranularity);
        WriteUInt32BigEndian(to[8..], MaximumTransferLength);
        WriteUInt32BigEndian(to[12..], OptimalTransferLength);
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
    private const int ProvisioningLength = 4;

    /// <summary>Block Device Characteristics, B1h (SBC-3 6.5.2): MEDIUM ROTATION RATE 1, a medium that does not rotate.</summary>
    public static int Characteristics(Span<byte> to, PeripheralDevice device)
    {
        const int DataLength = 60;
        to.Slice(VpdPage.HeaderLength, DataLength).Clear();
        to[5] = 0x01;
        return VpdPage.Header(to, device, VpdPageCode.BlockDeviceCharacteristics, DataLength);
    }

    /// <summary>Logical Block Provisioning, B2h (SBC-3 6.5.4), of a thin provisioned unit.</summary>
    /// <param name="to">Where.</param>
    /// <param name="device">Peripheral device.</param>
    /// <param name="thresholdExponent">A threshold set has 2 to this power blocks; 0 for no thresholds.</param>
    /// <param name="unmap">LBPU.</param>
    /// <param name="writeSame16">LBPWS.</param>
    /// <param name="writeSame10">LBPWS10.</param>
    /// <param name="readsZeros">LBPRZ.</param>
    public static int ThinProvisioned(
        Span<byte> to, PeripheralDevice device, byte thresholdExponent, bool unmap, bool writeSame16, bool writeSame10, bool readsZeros)
    {
        to[4] = thresholdExponent;
        to[5] = (byte)((unmap ? 0x80 : 0) | (writeSame16 ? 0x40 : 0) | (writeSame10 ? 0x20 : 0) | (readsZeros ? 0x04 : 0));
        to[6] = 0x02; // PROVISIONING TYPE: thin provisioned
        to[7] = 0;
        return VpdPage.Header(to, device, VpdPageCode.LogicalBlockProvisioning, ProvisioningLength);
    }

    /// <summary>Logical Block Provisioning, B2h, of a unit that is fully provisioned.</summary>
    public static int FullyProvisioned(Span<byte> to, PeripheralDevice device)
    {
        to.Slice(VpdPage.HeaderLength, ProvisioningLength).Clear();
        to[6] = 0x01; // PROVISIONING TYPE
        return VpdPage.Header(to, device, VpdPageCode.LogicalBlockProvisioning, ProvisioningLength);
    }

    /// <summary>Referrals, B3h (SBC-3 6.5.6).</summary>
    /// <param name="to">Where.</param>
    /// <param name="device">Peripheral device.</param>
    /// <param name="segmentSize">USER DATA SEGMENT SIZE in blocks; 0: a segment is what its descriptor says.</param>
    /// <param name="multiplier">USER DATA SEGMENT MULTIPLIER.</param>
    public static int Referrals(Span<byte> to, PeripheralDevice device, uint segmentSize, uint multiplier)
    {
        const int DataLength = 12;
        to.Slice(VpdPage.HeaderLength, DataLength).Clear();
        WriteUInt32BigEndian(to[8..], segmentSize);
        WriteUInt32BigEndian(to[12..], multiplier);
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
