// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Codes of the vital product data pages (SPC-4 7.8, SBC-3 6.5).</summary>
public enum VpdPageCode : byte
{
    SupportedVpdPages = 0x00,
    UnitSerialNumber = 0x80,
    DeviceIdentification = 0x83,
    ExtendedInquiryData = 0x86,
    BlockLimits = 0xB0,
    BlockDeviceCharacteristics = 0xB1,
    LogicalBlockProvisioning = 0xB2,
}

/// <summary>VPD pages without block device contents. Each method writes a whole page and returns its length in bytes.</summary>
public static class VpdPage
{
    /// <summary>Bytes before a page's own data: peripheral device, page code, PAGE LENGTH.</summary>
    public const int HeaderLength = 4;

    /// <summary>Writes the header of a page whose data of <paramref name="dataLength"/> bytes stands or will stand behind it.</summary>
    public static int Header(Span<byte> to, PeripheralDevice device, VpdPageCode page, int dataLength)
    {
        to[0] = (byte)device;
        to[1] = (byte)page;
        WriteUInt16BigEndian(to[2..], (ushort)dataLength);
        return HeaderLength + dataLength;
    }

    /// <summary>Supported VPD Pages (SPC-4 7.8.16): the codes in ascending order, this page's own included.</summary>
    public static int SupportedPages(Span<byte> to, PeripheralDevice device, ReadOnlySpan<VpdPageCode> pages)
    {
        for (int i = 0; i < pages.Length; i++) to[HeaderLength + i] = (byte)pages[i];
        return Header(to, device, VpdPageCode.SupportedVpdPages, pages.Length);
    }

    /// <summary>Unit Serial Number (SPC-4 7.8.17).</summary>
    public static int UnitSerialNumber(Span<byte> to, PeripheralDevice device, string serialNumber)
    {
        StandardInquiryData.AsciiField(to.Slice(HeaderLength, serialNumber.Length), serialNumber);
        return Header(to, device, VpdPageCode.UnitSerialNumber, serialNumber.Length);
    }

    /// <summary>
    /// Extended INQUIRY Data (SPC-4 7.8.8): simple and head of queue task attributes, a volatile cache. ORDSUP is 0: commands start
    /// as they come and nothing holds back those behind an ordered one.
    /// </summary>
    public static int ExtendedInquiry(Span<byte> to, PeripheralDevice device)
    {
        const int DataLength = 60;
        to.Slice(HeaderLength, DataLength).Clear();
        to[5] = 0x05; // HEADSUP, SIMPSUP
        to[6] = 0x01; // V_SUP
        return Header(to, device, VpdPageCode.ExtendedInquiryData, DataLength);
    }
}
