// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Fixed format sense data (SPC-4 4.5.3).</summary>
public static class FixedSense
{
    /// <summary>Bytes of fixed format sense data as we write it, without additional sense bytes: 18.</summary>
    public const int Length = 18;

    /// <summary>Bytes of the longest: with the status and sense data of a copy source or destination.</summary>
    public const int MaxLength = Length + 1 + Length;

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
        return sense.Copy is { } fault ? WriteFault(to, fault) : Length;
    }

    /// <summary>Bytes 0 and 1 of COMMAND-SPECIFIC INFORMATION say where the answer of source and destination stands, 2 and 3 are the segment.</summary>
    private static int WriteFault(Span<byte> to, CopyFault fault)
    {
        int length = Length;
        if (fault.Status is { } status)
        {
            to[fault.InDestination ? 9 : 8] = Length;
            to[length++] = (byte)status;
            if (fault.Sense is { } answer) length += Write(to[length..], answer);
        }
        to[7] = (byte)(length - 8);
        WriteUInt16BigEndian(to[10..], (ushort)fault.Segment);
        to[15] = CopyFault.SegmentPointerFlags;
        WriteUInt16BigEndian(to[16..], fault.FieldPointer);
        return length;
    }
}
