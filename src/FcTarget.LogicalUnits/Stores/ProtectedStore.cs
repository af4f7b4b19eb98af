// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Protection;
using FcTarget.Scsi;

namespace FcTarget.LogicalUnits.Stores;

// PROTECTED STORE - theory of operation
//   Job      User data in one store, and beside it in another the 8 bytes of protection information of each logical block. The data store holds
//            what it holds without protection: an image stays an image.
//   Form     Tags are kept complemented, so what was never written, and what is discarded, reads as FFh: the value that SBC-3 4.22.3 asks for,
//            and that a sparse store has for nothing.
//   Together Data and tags of a block change under one lock of a stripe, so that nobody sees the one without the other. Who holds
//            more than one stripe takes all, in order. A power loss between the two leaves a block whose guard is wrong, and a reader is told: never wrong data in silence.
//   Format   Type, and how many tags a block has. While the type is 0 this is the data store and nothing else, windows and all. FORMAT UNIT changes it.
//   Proof    ProtectionTests, ProtectionModelTests, ProtectionCrashTests

/// <summary>A backing store with protection information (SBC-3 4.22) beside the data.</summary>
public sealed class ProtectedStore : IBackingStore
{
    private const int StripeBits = 18, Stripes = 64; // 256 KiB
    private const int LargestTags = (1 << StripeBits) / 512 * ProtectionInformation.Length; // 4 KiB

    private readonly Lock[] _stripes = new Lock[Stripes];
    private readonly IBackingStore _data, _tags;
    private readonly Func<ProtectionFormat, StoreResult>? _keepFormat;
    private readonly int _blockShift;
    private volatile int _format; // type, and above it the exponent: one word, so that both change at once

    /// <summary>A medium with one protection information interval a block; <paramref name="type"/> 0 to 3.</summary>
    public ProtectedStore(IBackingStore data, IBackingStore tags, int blockSize, int type)
        : this(data, tags, blockSize, new ProtectionFormat(type))
    {
    }

    /// <param name="data">User data; this store owns it.</param>
    /// <param name="tags">
    /// 8 bytes a protection information interval, complemented; this store owns it. Memory, if the data is. How long it is limits how many
    /// intervals a block may have; see <see cref="TagsOf(IBackingStore)"/>.
    /// </param>
    /// <param name="blockSize">Logical block length in bytes.</param>
    /// <param name="format">What the medium is formatted with.</param>
    /// <param name="keepFormat">Makes another format durable; null when nothing is to be.</param>
    public ProtectedStore(
        IBackingStore data, IBackingStore tags, int blockSize, ProtectionFormat format, Func<ProtectionFormat, StoreResult>? keepFormat = null)
    {
        if (data.IsInline && !tags.IsInline) throw new ArgumentException("Data that is memory needs tags in memory.", nameof(tags));
        ArgumentOutOfRangeException.ThrowIfLessThan(tags.Length, data.Length / blockSize * format.TagLength);
        if (!format.Fits(blockSize)) throw new ArgumentException("There is no such format.", nameof(format));
        _data = data;
        _tags = tags;
        _blockShift = int.Log2(blockSize);
        Format = format;
        _keepFormat = keepFormat;
        for (int i = 0; i < Stripes; i++) _stripes[i] = new Lock();
    }

    /// <summary>Bytes of the tags of a medium, whatever it will be formatted with.</summary>
    public static long TagsOf(IBackingStore data) => data.Length / ProtectionFormat.MinimumInterval * ProtectionInformation.Length;

    /// <summary>What the medium is formatted with.</summary>
    public ProtectionFormat Format
    {
        get
        {
            int format = _format;
            return new ProtectionFormat(format & 0xFF, format >> 8);
        }
        private set => _format = value.Type | (value.IntervalExponent << 8);
    }

    /// <summary>Whether the medium can be formatted so: a block has room for its tags.</summary>
    public bool Takes(ProtectionFormat format) =>
        format.Fits(1 << _blockShift) && (_data.Length >> _blockShift) * format.TagLength <= _tags.Length;

    public long Length => _data.Length;

    public bool IsInline => _data.IsInline;

    public long UsedBytes => _data.UsedBytes;

    public bool TryGetWindow(long offset, long length, bool toWrite, out Memory<byte> window)
    {
        window = default;
        return Format.Type == 0 && _data.TryGetWindow(offset, length, toWrite, out window);
    }

    public void Written(long offset, long length) => _data.Written(offset, length);

    public bool IsMapped(long offset, long length, out long extent) => _data.IsMapped(offset, length, out extent);

    /// <summary>User data alone, as it is.</summary>
    public StoreResult Read(long offset, Span<byte> to) => _data.Read(offset, to);

    /// <summary>User data alone: for a medium of type 0.</summary>
    public StoreResult Write(long offset, ReadOnlySpan<byte> from) => _data.Write(offset, from);

    /// <summary>Reads whole blocks and their tags. ReadFailed, also, when the medium has just been formatted with more or fewer tags.</summary>
    public StoreResult Read(long offset, Span<byte> to, Span<byte> tags)
    {
        ProtectionFormat format = Format;
        if (tags.Length != TagsOf(format, to.Length)) return StoreResult.ReadFailed;
        while (!to.IsEmpty)
        {
            int now = InStripe(offset, to.Length);
            int tagLength = (int)TagsOf(format, now);
            lock (StripeOf(offset))
            {
                StoreResult result = _data.Read(offset, to[..now]);
                if (result == StoreResult.Ok) result = _tags.Read(TagsOf(format, offset), tags[..tagLength]);
                if (result != StoreResult.Ok) return result;
            }
            Complement(tags[..tagLength], tags);
            offset += now;
            to = to[now..];
            tags = tags[tagLength..];
        }
        return StoreResult.Ok;
    }

    /// <summary>Writes whole blocks and their tags. WriteFailed, also, when the medium has just been formatted with more or fewer tags.</summary>
    public StoreResult Write(long offset, ReadOnlySpan<byte> from, ReadOnlySpan<byte> tags)
    {
        ProtectionFormat format = Format;
        if (tags.Length != TagsOf(format, from.Length)) return StoreResult.WriteFailed;
        Span<byte> kept = stackalloc byte[LargestTags];
        while (!from.IsEmpty)
        {
            int now = InStripe(offset, from.Length);
            int tagLength = (int)TagsOf(format, now);
            Complement(tags[..tagLength], kept);
            lock (StripeOf(offset))
            {
                StoreResult result = _data.Write(offset, from[..now]);
                if (result == StoreResult.Ok) result = _tags.Write(TagsOf(format, offset), kept[..tagLength]);
                if (result != StoreResult.Ok) return result;
            }
            offset += now;
            from = from[now..];
            tags = tags[tagLength..];
        }
        return StoreResult.Ok;
    }

    /// <summary>Zeros in whole blocks, and FFh in their tags.</summary>
    public StoreResult Discard(long offset, long length)
    {
        StoreResult result = StoreResult.Ok;
        while (length > 0 && result == StoreResult.Ok)
        {
            long now = Math.Min(length, (1 << StripeBits) - (offset & ((1 << StripeBits) - 1)));
            if (length >= (long)Stripes << StripeBits) result = DiscardFromAll(offset, now = length);
            else lock (StripeOf(offset)) result = DiscardUnderLock(offset, now);
            offset += now;
            length -= now;
        }
        return result;
    }

    /// <summary>Fills blocks with one, FFh in their tags: not to be checked when read. For a medium that nobody else reads meanwhile.</summary>
    public StoreResult Fill(long offset, long length, ReadOnlySpan<byte> block)
    {
        ProtectionFormat format = Format;
        StoreResult result = _tags.Discard(TagsOf(format, offset), TagsOf(format, length));
        return result == StoreResult.Ok ? StoreExtensions.Fill(_data, offset, length, block) : result;
    }

    /// <summary>Data first: tags that are durable alone would accuse good data.</summary>
    public StoreResult Flush()
    {
        StoreResult result = _data.Flush();
        return result == StoreResult.Ok ? _tags.Flush() : result;
    }

    /// <summary>The medium has been formatted: all tags are FFh, and another format holds from now on, durably.</summary>
    public StoreResult ChangeFormat(ProtectionFormat format)
    {
        if (format == Format) return StoreResult.Ok;
        StoreResult result = _tags.Discard(0, _tags.Length); // where the tags of a block stand changes with the exponent
        if (result == StoreResult.Ok) result = _keepFormat?.Invoke(format) ?? StoreResult.Ok;
        if (result == StoreResult.Ok) Format = format;
        return result;
    }

    public void Dispose()
    {
        _data.Dispose();
        _tags.Dispose();
    }

    /// <summary>A range with blocks in every stripe: all of them, in order, and one call for the range.</summary>
    private StoreResult DiscardFromAll(long offset, long length)
    {
        foreach (Lock stripe in _stripes) stripe.Enter();
        try
        {
            return DiscardUnderLock(offset, length);
        }
        finally
        {
            foreach (Lock stripe in _stripes) stripe.Exit();
        }
    }

    /// <summary>The tags go first: a block without them is not checked, whatever it holds.</summary>
    private StoreResult DiscardUnderLock(long offset, long length)
    {
        ProtectionFormat format = Format;
        StoreResult result = _tags.Discard(TagsOf(format, offset), TagsOf(format, length));
        return result == StoreResult.Ok ? _data.Discard(offset, length) : result;
    }

    private static void Complement(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int i = 0; i < from.Length; i++) to[i] = (byte)~from[i];
    }

    private Lock StripeOf(long offset) => _stripes[(int)(offset >> StripeBits) & (Stripes - 1)];

    private static int InStripe(long offset, int length) => (int)Math.Min(length, (1 << StripeBits) - (offset & ((1 << StripeBits) - 1)));

    private long TagsOf(ProtectionFormat format, long bytes) => (bytes >> _blockShift) * format.TagLength;
}
