// SPDX-License-Identifier: MIT

namespace FcTarget.Scsi;

/// <summary>
/// What an EXTENDED COPY says of the copy source or destination that failed it (SPC-4 5.17.4.3): in COMMAND-SPECIFIC INFORMATION the segment, in
/// SENSE KEY SPECIFIC the field of the segment descriptor that names it, and, where it has answered, its status and sense data.
/// </summary>
/// <param name="Segment">Number of the segment descriptor, from 0.</param>
/// <param name="InDestination">The copy destination failed, not the source.</param>
/// <param name="Status">Its status; null when it was not reached.</param>
/// <param name="Sense">Its sense data; none where the status has none.</param>
public sealed record CopyFault(int Segment, bool InDestination, ScsiStatus? Status, Sense? Sense)
{
    private const int SourceAt = 4, DestinationAt = 6; // of the CSCD descriptor's number in a segment descriptor

    /// <summary>FIELD POINTER, from the first byte of the segment descriptor.</summary>
    internal ushort FieldPointer => (ushort)(InDestination ? DestinationAt : SourceAt);

    /// <summary>SKSV and SD: the pointer is into the segment descriptor.</summary>
    internal const byte SegmentPointerFlags = 0x80 | 0x20;
}
