// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Fixed format sense data (SPC-4 4.5.3).</summary>
public static class FixedSense
{
    /// <summary>Bytes of fixed format sense data as we write it: 18.</summary>
    public const int Length = 18;

    /// <summary>
    /// Writes the sense data as a current error, response code 70h. Returns the number of bytes written. INFORMATION is left out
    /// when it does not fit its 4 bytes: VALID says so (SPC-4 4.5.3).
    /// </summary>
    public static int Write(Span<byte> to, in Sense sense)
    {
        Span<byte> s = to[..Length];
        s.Clear();
        s[0] = 0x70;
        s[2] = (byte)sense.Key;
        s[7] = Length - 8; // ADDITIONAL SENSE LENGTH
        s[12] = sense.Asc;
        s[13] = sense.Ascq;
        if (sense.Information is { } information && information <= uint.MaxValue)
        {
            s[0] |= 0x80; // VALID
            WriteUInt32BigEndian(s[3..], (uint)information);
        }
        if (sense.FieldPointer is { } field)
        {
            s[15] = sense.SenseKeySpecificFlags;
            WriteUInt16BigEndian(s[16..], field);
        }
        else if (sense.Progress is { } progress)
        {
            s[15] = 0x80; // SKSV
            WriteUInt16BigEndian(s[16..], progress);
        }
        return Length;
    }
}
