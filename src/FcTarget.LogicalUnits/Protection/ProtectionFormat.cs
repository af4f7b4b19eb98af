// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Protection;

/// <summary>What a medium is formatted with (SBC-3 4.22.2).</summary>
/// <param name="Type">Protection type, 1 to 3; 0 for no protection information.</param>
/// <param name="IntervalExponent">
/// PROTECTION INTERVAL EXPONENT, types 2 and 3 only: a block has 2 to this power protection information intervals, each with tags behind it.
/// </param>
public readonly record struct ProtectionFormat(int Type, int IntervalExponent = 0)
{
    /// <summary>Bytes of the shortest protection information interval.</summary>
    public const int MinimumInterval = 512;

    /// <summary>Whether there is such a format, for a logical block length in bytes.</summary>
    public bool Fits(int blockSize) => Type is >= 0 and <= 3
        && (IntervalExponent == 0 || (Type >= 2 && IntervalExponent is > 0 and < 8 && blockSize >> IntervalExponent >= MinimumInterval));

    /// <summary>Bytes of tags that a block has.</summary>
    internal int TagLength => ProtectionInformation.Length << IntervalExponent;
}
