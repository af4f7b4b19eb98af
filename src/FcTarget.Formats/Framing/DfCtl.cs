// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Framing;

/// <summary>
/// DF_CTL, Data_Field Control (FC-FS-3, Frame_Header): which optional headers open the data field, in the order of the bits.
/// </summary>
[Flags]
public enum DfCtl : byte
{
    None = 0,

    /// <summary>ESP_Header and ESP_Trailer: the rest of the data field is encrypted.</summary>
    EspHeader = 0x40,

    /// <summary>Network_Header, 16 bytes.</summary>
    NetworkHeader = 0x20,

    /// <summary>Association_Header, 32 bytes (obsolete).</summary>
    AssociationHeader = 0x10,

    /// <summary>Device_Header, two bits: none, 16, 32 or 64 bytes.</summary>
    DeviceHeaderMask = 0x03,
    DeviceHeader16 = 0x01,
    DeviceHeader32 = 0x02,
    DeviceHeader64 = 0x03,
}

/// <summary>The room that optional headers take.</summary>
public static class DfCtlExtensions
{
    /// <summary>Bytes of Network_Header, Association_Header and Device_Header together: 0 to 112. ESP is not counted.</summary>
    public static int OptionalHeadersLength(this DfCtl dfCtl)
    {
        int length = 0;
        if ((dfCtl & DfCtl.NetworkHeader) != 0) length += 16;
        if ((dfCtl & DfCtl.AssociationHeader) != 0) length += 32;
        int device = (int)(dfCtl & DfCtl.DeviceHeaderMask);
        return device == 0 ? length : length + (8 << device);
    }
}
