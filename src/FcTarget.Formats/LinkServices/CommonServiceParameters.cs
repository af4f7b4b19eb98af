// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>
/// Common Service Parameters (FC-LS-3, login parameters): 16 bytes of FLOGI, FDISC, PLOGI, PDISC and the LS_ACC to them. Word 2 is two
/// fields in PLOGI and R_A_TOV in the LS_ACC to FLOGI; which of them to read is the caller's knowledge.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct CommonServiceParameters : IWirePayload
{                                                       // word | 31..24          | 23..16         | 15..12  | 11..0
    public byte HighestVersion, LowestVersion;          //  0   | highest version | lowest version | BB_Credit
    public UInt16BE BbCredit;                           //
    public UInt16BE Features;                           //  1   | common features                  | BB_SC_N | data field size
    private UInt16BE _bbScNAndDataFieldSize;            //
    public UInt16BE TotalConcurrentSequences;           //  2   | total concurrent sequences       | relative offset by category
    public UInt16BE RelativeOffsetByCategory;           //      | or R_A_TOV in the LS_ACC to FLOGI
    public UInt32BE EDTov;                              //  3   | E_D_TOV

    /// <summary>The FC-PH version field of every port since FC-PH-3, highest and lowest.</summary>
    public const byte FcPh3 = 0x20;

    /// <summary>BB_SC_N, the buffer-to-buffer state change number: 0 to 15.</summary>
    public int BbScN
    {
        readonly get => (ushort)_bbScNAndDataFieldSize >> 12;
        set => _bbScNAndDataFieldSize = (ushort)((_bbScNAndDataFieldSize & 0x0FFF) | (value << 12));
    }

    /// <summary>Buffer-to-buffer Receive Data Field Size in bytes: 256 to 2112 when valid, a multiple of four; 12 bits.</summary>
    public int ReceiveDataFieldSize
    {
        readonly get => (ushort)_bbScNAndDataFieldSize & 0x0FFF;
        set => _bbScNAndDataFieldSize = (ushort)((_bbScNAndDataFieldSize & 0xF000) | (value & 0x0FFF));
    }

    /// <summary>R_A_TOV in milliseconds: word 2 of the LS_ACC to FLOGI.</summary>
    public uint RATov
    {
        readonly get => ((uint)TotalConcurrentSequences << 16) | RelativeOffsetByCategory;
        set
        {
            TotalConcurrentSequences = (ushort)(value >> 16);
            RelativeOffsetByCategory = (ushort)value;
        }
    }

    /// <summary>The common features as PLOGI, PDISC and the LS_ACC to them mean them.</summary>
    public NPortFeatures NPortFeatures
    {
        readonly get => (NPortFeatures)(ushort)Features;
        set => Features = (ushort)value;
    }

    /// <summary>The common features as FLOGI and FDISC mean them.</summary>
    public FlogiFeatures FlogiFeatures
    {
        readonly get => (FlogiFeatures)(ushort)Features;
        set => Features = (ushort)value;
    }

    /// <summary>The common features as the LS_ACC to FLOGI and FDISC means them.</summary>
    public FPortFeatures FPortFeatures
    {
        readonly get => (FPortFeatures)(ushort)Features;
        set => Features = (ushort)value;
    }

    /// <summary>Whether the receive data field size is one that FC-LS allows.</summary>
    public readonly bool HasValidReceiveDataFieldSize => ReceiveDataFieldSize is >= 256 and <= 2112 && (ReceiveDataFieldSize & 3) == 0;

    public static int WireSize => 16;
}
