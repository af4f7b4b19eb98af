// SPDX-License-Identifier: MIT

using System.Buffers;
using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits;

/// <summary>What commands do to the medium: by byte offset, in whole blocks, with protection information where the medium has any.</summary>
public sealed partial class BlockDevice
{
    private const int PieceLength = 64 * 1024;

    private readonly ProtectedStore? _protected;
    private readonly ReaderWriterLockSlim _atomic = new();

    /// <summary>The unit supports protection information (PROTECT), whatever its medium is formatted with.</summary>
    internal bool Protects => _protected is not null;

    /// <summary>Protection type the medium is formatted with, 1 to 3; 0 for none.</summary>
    internal int ProtectionType => Protection.Type;

    /// <summary>What the medium is formatted with; type 0 also for a unit that does not support protection information.</summary>
    internal ProtectionFormat Protection => _protected?.Format ?? default;

    /// <summary>Whether the medium can be formatted so.</summary>
    internal bool Takes(ProtectionFormat format) => _protected?.Takes(format) ?? format == default;

    /// <summary>FUA, or no write cache: the status of a write waits until it is durable.</summary>
    internal bool MustFlush(ScsiTask task) => !Modes.WriteCache || (Cdb.Flags(task.Cdb) & BlockFlags.ForceUnitAccess) != 0;

    /// <summary>Work of a command that no other write may come between.</summary>
    internal void EnterAtomic() => _atomic.EnterWriteLock();

    internal void LeaveAtomic() => _atomic.ExitWriteLock();

    /// <summary>A write of a worker, beside others like it.</summary>
    internal StoreResult WriteShared(long offset, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tags = default)
    {
        _atomic.EnterReadLock();
        try
        {
            return Write(offset, data, tags);
        }
        finally
        {
            _atomic.ExitReadLock();
        }
    }

    /// <summary>Writes blocks: with their tags, or, when there are none, with tags made of them where the medium has any.</summary>
    internal StoreResult Write(long offset, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tags = default)
    {
        if (!Provisioning.HasRoomFor(offset, data.Length)) return StoreResult.NoSpace;
        StoreResult result = ProtectionType == 0 ? Store.Write(offset, data)
            : tags.IsEmpty ? WriteGenerated(offset, data)
            : _protected!.Write(offset, data, tags);
        Provisioning.Look();
        return result;
    }

    /// <summary>Reads blocks and checks their tags as for a command that does not ask for them. Of those that are right, the length.</summary>
    internal StoreResult Read(long offset, Span<byte> to, out int right)
    {
        right = to.Length;
        if (ProtectionType == 0) return Store.Read(offset, to);
        var internally = new ProtectionRequest(this, cdb: default);
        Span<byte> tags = stackalloc byte[PieceLength / MinimumBlockSize * ProtectionInformation.Length];
        for (right = 0; right < to.Length;)
        {
            Span<byte> piece = to.Slice(right, Math.Min(to.Length - right, PieceLength));
            StoreResult result = ReadChecked(internally, offset + right, piece, tags, out int good);
            right += good;
            if (result != StoreResult.Ok) return result;
        }
        return StoreResult.Ok;
    }

    /// <summary>Reads blocks with their tags, and checks them. <paramref name="right"/>: bytes before the first block that is wrong.</summary>
    internal StoreResult ReadChecked(in ProtectionRequest request, long offset, Span<byte> to, Span<byte> tags, out int right)
    {
        right = 0;
        tags = tags[..request.TagLengthOf(to.Length)];
        StoreResult result = _protected!.Read(offset, to, tags);
        if (result != StoreResult.Ok) return result;
        result = request.CheckRead(to, tags, LbaOf(offset), out int block);
        right = result == StoreResult.Ok ? to.Length : block << _blockShift;
        return result;
    }

    /// <summary>Reads blocks and their tags as they are.</summary>
    internal StoreResult ReadUnchecked(long offset, Span<byte> to, Span<byte> tags) => _protected!.Read(offset, to, tags);

    /// <summary>Whether a range can be read, and its tags are right. <paramref name="right"/>: bytes before the first that is not.</summary>
    internal StoreResult TryRead(in ProtectionRequest request, long offset, long length, out long right)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        Span<byte> tags = stackalloc byte[PieceLength / MinimumBlockSize * ProtectionInformation.Length];
        StoreResult result = StoreResult.Ok;
        for (right = 0; right < length && result == StoreResult.Ok;)
        {
            int now = (int)Math.Min(length - right, PieceLength);
            result = ReadChecked(request, offset + right, piece.AsSpan(0, now), tags, out int good);
            right += good;
        }
        ArrayPool<byte>.Shared.Return(piece);
        return result;
    }

    /// <summary>Writes a block again and again.</summary>
    internal StoreResult Fill(long offset, long length, ReadOnlySpan<byte> block)
    {
        if (!Provisioning.HasRoomFor(offset, length)) return StoreResult.NoSpace;
        StoreResult result = ProtectionType == 0 ? Store.Fill(offset, length, block) : FillProtected(offset, length, block, tags: default);
        Provisioning.Look();
        return result;
    }

    /// <summary>
    /// Writes a block again and again with tags that came with it: FFh everywhere if they are FFh, else with the reference tags, except for
    /// type 3, counted on from block to block (SBC-3 5.47).
    /// </summary>
    /// <param name="offset">Where.</param>
    /// <param name="length">Bytes, whole blocks.</param>
    /// <param name="block">The block.</param>
    /// <param name="tags">Of its intervals.</param>
    /// <param name="before">Blocks of the command before <paramref name="offset"/>: by so many the tags are ahead.</param>
    internal StoreResult Fill(long offset, long length, ReadOnlySpan<byte> block, ReadOnlySpan<byte> tags, ulong before)
    {
        if (!Provisioning.HasRoomFor(offset, length)) return StoreResult.NoSpace;
        StoreResult result = FillProtected(offset, length, block, tags, before);
        Provisioning.Look();
        return result;
    }

    /// <summary>Fills a medium that is being sanitized: its tags are FFh.</summary>
    internal StoreResult Overwrite(long offset, long length, ReadOnlySpan<byte> block)
    {
        if (!Provisioning.HasRoomFor(offset, length)) return StoreResult.NoSpace;
        StoreResult result = _protected is null ? Store.Fill(offset, length, block) : _protected.Fill(offset, length, block);
        Provisioning.Look();
        return result;
    }

    /// <summary>Reads bytes that need not be whole blocks, as third-party copies do; tags are checked.</summary>
    /// <param name="offset">The first.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="failedAt">After a failure the offset of the block it is about, or of the first one where the store does not tell.</param>
    internal StoreResult ReadBytes(long offset, Span<byte> to, out long failedAt)
    {
        failedAt = offset;
        if (ProtectionType == 0) return Store.Read(offset, to);
        (long first, int length) = WholeBlocks(offset, to.Length);
        int right;
        if (length == to.Length)
        {
            StoreResult whole = Read(offset, to, out right);
            failedAt = offset + right;
            return whole;
        }
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        StoreResult result = Read(first, rented.AsSpan(0, length), out right);
        failedAt = first + right;
        rented.AsSpan((int)(offset - first), to.Length).CopyTo(to);
        ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    /// <summary>Writes bytes that need not be whole blocks. Tags cover whole blocks, so their other bytes are read first.</summary>
    internal StoreResult WriteBytes(long offset, ReadOnlySpan<byte> from)
    {
        (long first, int length) = WholeBlocks(offset, from.Length);
        if (ProtectionType == 0 || length == from.Length) return WriteShared(offset, from);
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        EnterAtomic();
        try
        {
            StoreResult result = Read(first, rented.AsSpan(0, length), out _);
            if (result != StoreResult.Ok) return result;
            from.CopyTo(rented.AsSpan((int)(offset - first)));
            return Write(first, rented.AsSpan(0, length));
        }
        finally
        {
            LeaveAtomic();
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal StoreResult Discard(long offset, long length) => Store.Discard(offset, length);

    /// <summary>Zeros everywhere; the space goes back when the unit is thin.</summary>
    internal StoreResult Erase(long offset, long length) => Discard(offset, length);

    /// <summary>The medium has been formatted with another protection type or interval. Every nexus but one hears that its capacity data is another.</summary>
    internal StoreResult ChangeProtection(ProtectionFormat format, ItNexus? by)
    {
        if (format == Protection) return StoreResult.Ok;
        StoreResult result = _protected!.ChangeFormat(format);
        if (result == StoreResult.Ok) TaskSet.Nexuses.Establish(UnitAttentions.CapacityDataHasChanged, except: by);
        return result;
    }

    /// <summary>
    /// Makes durable what is to be done to the medium, or with null that nothing is. A medium in memory is gone with the power, and so is
    /// that. False: it is not durable.
    /// </summary>
    internal bool TryKeepMediumWork(SavedMediumWork? work) =>
        Store.IsInline || Durable is not { OutlivesPowerLoss: true } durable || durable.State.MediumWork == work
        || durable.TryChange(saved => saved with { MediumWork = work });

    internal ulong LbaOf(long offset) => (ulong)offset >> _blockShift;

    private const int MinimumBlockSize = 512;

    private (long First, int Length) WholeBlocks(long offset, int length)
    {
        long first = offset >> _blockShift << _blockShift;
        long end = (offset + length + BlockSize - 1) >> _blockShift << _blockShift;
        return (first, (int)(end - first));
    }

    private StoreResult WriteGenerated(long offset, ReadOnlySpan<byte> data)
    {
        var internally = new ProtectionRequest(this, cdb: default);
        Span<byte> tags = stackalloc byte[PieceLength / MinimumBlockSize * ProtectionInformation.Length];
        StoreResult result = StoreResult.Ok;
        for (int at = 0; at < data.Length && result == StoreResult.Ok; at += PieceLength)
        {
            ReadOnlySpan<byte> piece = data.Slice(at, Math.Min(data.Length - at, PieceLength));
            Span<byte> pieceTags = tags[..internally.TagLengthOf(piece.Length)];
            internally.Generate(piece, pieceTags, LbaOf(offset + at));
            result = _protected!.Write(offset + at, piece, pieceTags);
        }
        return result;
    }

    private StoreResult FillProtected(long offset, long length, ReadOnlySpan<byte> block, ReadOnlySpan<byte> tags, ulong before = 0)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(PieceLength);
        Span<byte> piece = rented.AsSpan(0, (int)Math.Min(PieceLength, length));
        for (int at = 0; at < piece.Length; at += block.Length) block.CopyTo(piece[at..]);
        Span<byte> pieceTags = stackalloc byte[PieceLength / MinimumBlockSize * ProtectionInformation.Length];
        var internally = new ProtectionRequest(this, cdb: default);
        int tagLength = internally.TagLengthOf(block.Length), intervals = tagLength / ProtectionInformation.Length;
        Span<byte> ofBlock = stackalloc byte[tagLength];
        if (tags.IsEmpty) internally.Generate(block, ofBlock, LbaOf(offset));
        else tags.CopyTo(ofBlock);
        bool counts = tags.IsEmpty ? internally.Type == 1 : internally.Type != 3 && ProtectionInformation.Read(ofBlock) != ProtectionInformation.Default;
        uint ahead = (uint)before * (uint)intervals;
        StoreResult result = StoreResult.Ok;
        while (length > 0 && result == StoreResult.Ok)
        {
            int now = (int)Math.Min(length, piece.Length), tagsNow = internally.TagLengthOf(now);
            for (int at = 0; at < tagsNow; at += ProtectionInformation.Length)
            {
                var tag = ProtectionInformation.Read(ofBlock[(at % tagLength)..]);
                (counts ? tag with { ReferenceTag = tag.ReferenceTag + ahead } : tag).Write(pieceTags[at..]);
                if ((at + ProtectionInformation.Length) % tagLength == 0) ahead += (uint)intervals;
            }
            result = _protected!.Write(offset, piece[..now], pieceTags[..tagsNow]);
            offset += now;
            length -= now;
        }
        ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    private static Sense SenseOf(StoreResult result, ulong lba) => result switch
    {
        StoreResult.ReadFailed => Sense.UnrecoveredReadError with { Information = lba },
        StoreResult.NoSpace => Sense.SpaceAllocationFailedWriteProtect,
        StoreResult.Miscompare => Sense.MiscompareDuringVerify,
        StoreResult.GuardCheckFailed => Sense.GuardCheckFailed with { Information = lba },
        StoreResult.ApplicationTagCheckFailed => Sense.ApplicationTagCheckFailed with { Information = lba },
        StoreResult.ReferenceTagCheckFailed => Sense.ReferenceTagCheckFailed with { Information = lba },
        StoreResult.GuardMiscompare => Sense.GuardMiscompare with { Information = lba },
        StoreResult.ApplicationTagMiscompare => Sense.ApplicationTagMiscompare with { Information = lba },
        StoreResult.ReferenceTagMiscompare => Sense.ReferenceTagMiscompare with { Information = lba },
        _ => Sense.WriteError with { Information = lba },
    };

    /// <summary>Bytes from here on that work over the whole medium need not touch, with <see cref="BlockDeviceOptions.MediumWorkInline"/>.</summary>
    internal long PassedOver(long offset, long length)
    {
        const long Most = 1L << 30;
        if (!Options.MediumWorkInline || length <= Most || Store.IsMapped(offset, length - Most, out long extent)) return 0;
        return extent;
    }
}
