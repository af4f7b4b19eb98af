// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi;

/// <summary>Logical unit number (SAM-5 4.7): the 8 bytes as one big-endian number.</summary>
public readonly record struct Lun(ulong Value)
{
    /// <summary>The REPORT LUNS well-known logical unit (SAM-5 4.7.7.5.1): C1 01.</summary>
    public static readonly Lun ReportLuns = new(0xC101_0000_0000_0000);

    /// <summary>
    /// The single-level form of a number: peripheral device addressing up to 255, flat space addressing up to 16383 (SAM-5 4.7.7).
    /// </summary>
    public static Lun FromNumber(int number) => number switch
    {
        >= 0 and < 256 => new((ulong)number << 48),
        >= 256 and < 16384 => new((0x4000ul | (uint)number) << 48),
        _ => throw new ArgumentOutOfRangeException(nameof(number), number, "A single-level LUN is 0 to 16383."),
    };

    /// <summary>
    /// The number behind a single-level LUN, whichever of the two addressing methods the initiator chose.
    /// False for multi-level, well-known and extended LUNs: no such logical unit is ever mapped.
    /// </summary>
    public bool TryGetNumber(out int number)
    {
        ushort first = (ushort)(Value >> 48);
        number = first & 0x3FFF;
        if ((Value & 0x0000_FFFF_FFFF_FFFF) != 0) return false;
        return (first >> 14) switch
        {
            0 => number < 256, // peripheral device addressing on bus 0
            1 => true,         // flat space addressing
            _ => false,
        };
    }

    public override string ToString() => TryGetNumber(out int n) ? n.ToString() : Value.ToString("x16");
}
