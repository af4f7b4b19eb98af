// SPDX-License-Identifier: MIT

using FcTarget.Scsi;

namespace FcTarget.Replay;

/// <summary>The parts of sense data that say what happened, in either format (SPC-4 4.5).</summary>
internal static class SenseData
{
    private const byte FixedFormat = 0x70, DescriptorFormat = 0x72;

    private static bool IsDescriptor(ReadOnlySpan<byte> sense) => (sense[0] & 0x7E) == DescriptorFormat;

    private static bool IsFixed(ReadOnlySpan<byte> sense) => (sense[0] & 0x7E) == FixedFormat;

    /// <summary>Sense key; null when there is no sense data.</summary>
    public static SenseKey? KeyOf(ReadOnlySpan<byte> sense) =>
        sense.Length >= 3 && IsFixed(sense) ? (SenseKey)(sense[2] & 0x0F)
        : sense.Length >= 2 && IsDescriptor(sense) ? (SenseKey)(sense[1] & 0x0F)
        : null;

    /// <summary>ASC and ASCQ as one number; 0 when there is none.</summary>
    public static int CodeOf(ReadOnlySpan<byte> sense) =>
        sense.Length >= 14 && IsFixed(sense) ? (sense[12] << 8) | sense[13]
        : sense.Length >= 4 && IsDescriptor(sense) ? (sense[2] << 8) | sense[3]
        : 0;
}
