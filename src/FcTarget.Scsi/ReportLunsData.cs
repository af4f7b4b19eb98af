// SPDX-License-Identifier: MIT

using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.Scsi;

/// <summary>Parameter data of REPORT LUNS (SPC-4 6.33): LUN LIST LENGTH, four reserved bytes, the LUNs.</summary>
public static class ReportLunsData
{
    public const int HeaderLength = 8;

    /// <summary>Bytes of a LUN.</summary>
    public const int EntryLength = 8;

    /// <summary>SELECT REPORT: logical units without the well known ones.</summary>
    public const byte SelectLogicalUnits = 0x00;

    /// <summary>SELECT REPORT: well known logical units only.</summary>
    public const byte SelectWellKnown = 0x01;

    /// <summary>SELECT REPORT: all.</summary>
    public const byte SelectAll = 0x02;

    /// <summary>The length in bytes of a list of so many LUNs.</summary>
    public static int LengthOf(int luns) => HeaderLength + (luns * EntryLength);

    /// <summary>Writes the header of a list of so many LUNs.</summary>
    public static void WriteHeader(Span<byte> to, int luns)
    {
        WriteUInt32BigEndian(to, (uint)(luns * EntryLength));
        WriteUInt32BigEndian(to[4..], 0);
    }

    /// <summary>Writes the LUN at a place in the list, from 0.</summary>
    public static void WriteEntry(Span<byte> to, int index, Lun lun) => WriteUInt64BigEndian(to[LengthOf(index)..], lun.Value);
}
