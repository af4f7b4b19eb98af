// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Mode parameter header and block descriptor of a direct access block device (SPC-4 7.5.5, SBC-3 6.4.2).</summary>
public static class ModeParameterHeader
{
    /// <summary>Bytes of the header of MODE SENSE(6).</summary>
    public const int Length6 = 4;

    /// <summary>Bytes of the header of MODE SENSE(10).</summary>
    public const int Length10 = 8;

    /// <summary>Bytes of the short LBA mode parameter block descriptor.</summary>
    public const int ShortBlockDescriptorLength = 8;

    /// <summary>Bytes of the long LBA mode parameter block descriptor.</summary>
    public const int LongBlockDescriptorLength = 16;

    private const byte WriteProtect = 0x80, DpoFua = 0x10;

    /// <summary>Writes the header of MODE SENSE(6); <paramref name="total"/> is the length of all the mode data in bytes.</summary>
    public static void Write6(Span<byte> to, int total, bool writeProtected, int blockDescriptorLength)
    {
        to[0] = (byte)(total - 1); // MODE DATA LENGTH does not count itself
        to[1] = 0;                 // MEDIUM TYPE
        to[2] = DeviceSpecific(writeProtected);
        to[3] = (byte)blockDescriptorLength;
    }

    /// <summary>Writes the header of MODE SENSE(10), LONGLBA set for a long block descriptor.</summary>
    public static void Write10(Span<byte> to, int total, bool writeProtected, int blockDescriptorLength)
    {
        WriteUInt16BigEndian(to, (ushort)(total - 2));
        to[2] = 0;
        to[3] = DeviceSpecific(writeProtected);
        to[4] = (byte)(blockDescriptorLength == LongBlockDescriptorLength ? 0x01 : 0x00); // LONGLBA
        to[5] = 0;
        WriteUInt16BigEndian(to[6..], (ushort)blockDescriptorLength);
    }

    /// <summary>Short block descriptor; NUMBER OF LOGICAL BLOCKS is FFFFFFFFh when the capacity does not fit.</summary>
    public static int WriteShortBlockDescriptor(Span<byte> to, ulong blocks, uint blockLength)
    {
        WriteUInt32BigEndian(to, (uint)Math.Min(blocks, uint.MaxValue));
        WriteUInt32BigEndian(to[4..], blockLength); // a reserved byte, then 24 bits
        return ShortBlockDescriptorLength;
    }

    /// <summary>Long block descriptor.</summary>
    public static int WriteLongBlockDescriptor(Span<byte> to, ulong blocks, uint blockLength)
    {
        WriteUInt64BigEndian(to, blocks);
        WriteUInt32BigEndian(to[8..], 0);
        WriteUInt32BigEndian(to[12..], blockLength);
        return LongBlockDescriptorLength;
    }

    private static byte DeviceSpecific(bool writeProtected) => (byte)(DpoFua | (writeProtected ? WriteProtect : 0));
}
