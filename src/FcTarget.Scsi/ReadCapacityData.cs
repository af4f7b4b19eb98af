// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Parameter data of READ CAPACITY (SBC-3 5.15, 5.16).</summary>
public static class ReadCapacityData
{
    /// <summary>Bytes of the short form.</summary>
    public const int Length10 = 8;

    /// <summary>Bytes of the long form.</summary>
    public const int Length16 = 32;

    /// <summary>READ CAPACITY(10): RETURNED LOGICAL BLOCK ADDRESS is FFFFFFFFh when the last LBA does not fit, "ask with (16)".</summary>
    public static int Write10(Span<byte> to, ulong lastLba, uint blockLength)
    {
        WriteUInt32BigEndian(to, (uint)Math.Min(lastLba, uint.MaxValue));
        WriteUInt32BigEndian(to[4..], blockLength);
        return Length10;
    }

    /// <summary>READ CAPACITY(16).</summary>
    /// <param name="to">Where.</param>
    /// <param name="lastLba">RETURNED LOGICAL BLOCK ADDRESS.</param>
    /// <param name="blockLength">Bytes.</param>
    /// <param name="physicalExponent">LOGICAL BLOCKS PER PHYSICAL BLOCK EXPONENT.</param>
    /// <param name="thin">LBPME: logical block provisioning management is enabled.</param>
    /// <param name="readsZeros">LBPRZ: unmapped blocks read as zeros.</param>
    /// <param name="protectionType">1 to 3 for a unit formatted with protection information of that type, otherwise 0.</param>
    /// <param name="intervalExponent">P_I_EXPONENT: a block has 2 to this power protection information intervals.</param>
    public static int Write16(
        Span<byte> to, ulong lastLba, uint blockLength, int physicalExponent, bool thin, bool readsZeros, int protectionType, int intervalExponent = 0)
    {
        to[..Length16].Clear();
        WriteUInt64BigEndian(to, lastLba);
        WriteUInt32BigEndian(to[8..], blockLength);
        if (protectionType != 0) to[12] = (byte)(((protectionType - 1) << 1) | 0x01); // P_TYPE, PROT_EN
        to[13] = (byte)((intervalExponent << 4) | physicalExponent);
        to[14] = (byte)((thin ? 0x80 : 0) | (readsZeros ? 0x40 : 0)); // LBPME, LBPRZ
        return Length16;
    }
}
