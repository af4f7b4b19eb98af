// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Codes of the vital product data pages (SPC-4 7.8, SBC-3 6.5).</summary>
public enum VpdPageCode : byte
{
    SupportedVpdPages = 0x00,
    UnitSerialNumber = 0x80,
    DeviceIdentification = 0x83,
    ManagementNetworkAddresses = 0x85,
    ExtendedInquiryData = 0x86,
    ModePagePolicy = 0x87,
    ScsiPorts = 0x88,
    ThirdPartyCopy = 0x8F,
    BlockLimits = 0xB0,
    BlockDeviceCharacteristics = 0xB1,
    LogicalBlockProvisioning = 0xB2,
    Referrals = 0xB3,
    ZonedBlockDeviceCharacteristics = 0xB6,
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
    /// Extended INQUIRY Data (SPC-4 7.8.8): simple and head of queue task attributes, a volatile cache, referrals, group numbers.
    /// </summary>
    /// <param name="to">Where.</param>
    /// <param name="device">Peripheral device.</param>
    /// <param name="protects">Whether the unit supports protection information: of all types, with all fields checked.</param>
    public static int ExtendedInquiry(Span<byte> to, PeripheralDevice device, bool protects = false)
    {
        const int DataLength = 60;
        to.Slice(HeaderLength, DataLength).Clear();
        if (protects) to[4] = SupportedProtectionTypes | 0x07; // GRD_CHK, APP_CHK, REF_CHK
        to[5] = 0x17;  // GROUP_SUP, HEADSUP, ORDSUP, SIMPSUP
        to[6] = 0x01;  // V_SUP
        to[7] = 0x01;  // LUICLR
        to[8] = 0x10;  // R_SUP
        to[13] = Sense.MaxLength;
        return Header(to, device, VpdPageCode.ExtendedInquiryData, DataLength);
    }

    /// <summary>SPT 111b: types 1, 2 and 3 (SPC-4 7.8.8).</summary>
    private const byte SupportedProtectionTypes = 0x38;

    /// <summary>Management Network Addresses (SPC-4 7.8.9): one URL, of storage configuration service; none when it is empty.</summary>
    public static int ManagementNetworkAddresses(Span<byte> to, PeripheralDevice device, string url)
    {
        if (url.Length == 0) return Header(to, device, VpdPageCode.ManagementNetworkAddresses, 0);
        int length = (url.Length + 4) & ~3; // a null behind it, padded to four bytes
        Span<byte> descriptor = to.Slice(HeaderLength, 4 + length);
        descriptor.Clear();
        descriptor[0] = 0x01; // association logical unit; storage configuration service
        WriteUInt16BigEndian(descriptor[2..], (ushort)length);
        StandardInquiryData.AsciiField(descriptor.Slice(4, url.Length), url);
        return Header(to, device, VpdPageCode.ManagementNetworkAddresses, 4 + length);
    }

    /// <summary>Mode Page Policy (SPC-4 7.8.10): all pages and subpages are shared by all I_T nexuses.</summary>
    public static int ModePagePolicy(Span<byte> to, PeripheralDevice device)
    {
        to[4] = 0x3F;
        to[5] = 0xFF;
        to[6] = 0x00; // MLUS 0; shared
        to[7] = 0x00;
        return Header(to, device, VpdPageCode.ModePagePolicy, 4);
    }
}
