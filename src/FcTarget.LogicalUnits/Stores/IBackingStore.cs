// SPDX-License-Identifier: MIT

namespace FcTarget.LogicalUnits.Stores;

/// <summary>What came of an operation on a backing store.</summary>
public enum StoreResult
{
    Ok,
    ReadFailed,
    WriteFailed,

    /// <summary>The store is thin and what is under it is full.</summary>
    NoSpace,

    /// <summary>The medium was read and holds something else than it should.</summary>
    Miscompare,

    // Protection information that was read, or came with data, is not what it should be (SBC-3 4.22).
    GuardCheckFailed,
    ApplicationTagCheckFailed,
    ReferenceTagCheckFailed,

    // Protection information of the medium is other than that of the data it was compared with.
    GuardMiscompare,
    ApplicationTagMiscompare,
    ReferenceTagMiscompare,

    /// <summary>ORWRITE: the initiator's bitmap is of another generation (SBC-3 4.27).</summary>
    OrWriteGenerationMismatch,
}

/// <summary>
/// Where a logical unit's bytes are. Knows nothing of blocks or SCSI: offsets and lengths are bytes, always inside
/// <see cref="Length"/>. Every member may be called from several threads at once; operations that overlap are not ordered, as
/// those of a disk are not. Nothing throws for what the medium does: a <see cref="StoreResult"/> says it.
/// </summary>
public interface IBackingStore : IDisposable
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>
    /// Whether the store is memory: it has windows for every range, and operations so quick that a port loop may do them itself.
    /// Otherwise they go to worker threads.
    /// </summary>
    bool IsInline { get; }

    /// <summary>
    /// The store's own memory from an offset on, for moving data without a copy: as much of <paramref name="length"/> as is in one
    /// piece, at least one byte. False when the store is not <see cref="IsInline"/>. A window is for reading or for writing, as asked.
    /// </summary>
    bool TryGetWindow(long offset, long length, bool toWrite, out Memory<byte> window);

    /// <summary>A window has been written into by the port. Any store without windows has nothing to do.</summary>
    void Written(long offset, long length) { }

    /// <summary>Bytes of space taken, as near as the store knows.</summary>
    long UsedBytes { get; }

    /// <summary>
    /// Whether there is space under the first byte of a range, and for how many bytes, at least one, the answer is the same.
    /// </summary>
    bool IsMapped(long offset, long length, out long extent);

    /// <summary>Fills the span. Bytes never written, or discarded, read as zeros.</summary>
    StoreResult Read(long offset, Span<byte> to);

    /// <summary>Writes the span; durable only after <see cref="Flush"/>.</summary>
    StoreResult Write(long offset, ReadOnlySpan<byte> from);

    /// <summary>Makes a range read as zeros and gives back the space under it where that is possible.</summary>
    StoreResult Discard(long offset, long length);

    /// <summary>Returns when everything written before is durable.</summary>
    StoreResult Flush();

    /// <summary>Gives it another length, at any time; new bytes read as zeros. False when it cannot have it, and nothing is different.</summary>
    bool TryResize(long length) => false;
}
