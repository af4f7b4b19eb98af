// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.Fcoe;

/// <summary>What fits: an Ethernet MTU, the FCoE PDU in it, the FC data field in that. All sizes in bytes.</summary>
public static class FcoeSize
{
    /// <summary>The largest data field of an FC frame (FC-FS).</summary>
    public const int MaxDataField = 2112;

    /// <summary>The smallest Receive Data_Field Size a port may log in with (FC-LS, common service parameters).</summary>
    public const int MinDataField = 256;

    // Of every PDU: FCoE header 14, FC header 24, CRC and EOF 8.
    private const int Overhead = FcoeFrame.HeaderLength + FcoeFrame.MinFcFrameLength + FcoeFrame.TrailerLength;

    /// <summary>The least MTU a port can log in with, and the least that carries every FC frame.</summary>
    public const int MinMtu = MinDataField + Overhead, FullMtu = MaxDataField + Overhead;

    /// <summary>
    /// The largest Receive Data_Field Size an Ethernet MTU carries: what is left of the MTU, rounded down to whole words, at
    /// most 2112. MTU 2158 and more give 2112, MTU 1500 gives 1452.
    /// </summary>
    /// <returns>256 to 2112, or 0 when the MTU is too small for FCoE (less than <see cref="MinMtu"/>).</returns>
    public static int DataFieldForMtu(int mtu)
    {
        if (mtu < MinMtu) return 0;
        return Math.Min(mtu - Overhead, MaxDataField) & ~3;
    }

    /// <summary>The length of the FCoE PDU, and so the least MTU, for a data field: Max_FCoE_Size of FC-BB-6. 2112 gives 2158.</summary>
    public static int PduForDataField(int dataField) => dataField + Overhead;
}
