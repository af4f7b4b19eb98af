// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Copy;
using FcTarget.LogicalUnits.Reservations;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>Block device range descriptors, in POPULATE TOKEN and WRITE USING TOKEN (SBC-3 5.24.3).</summary>
internal static class RangeDescriptors
{
    /// <summary>MAXIMUM RANGE DESCRIPTORS.</summary>
    public const int Maximum = 64;

    private const int DescriptorLength = 16;

    /// <summary>Reads them as bytes. Returns what is wrong; null when nothing is.</summary>
    public static Sense? Read(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list, int lengthAt, out (long Offset, long Length)[] ranges)
    {
        ranges = [];
        int length = ReadUInt16BigEndian(list[lengthAt..]);
        int at = lengthAt + 2;
        if (length == 0 || length % DescriptorLength != 0) return Sense.InvalidParameter(lengthAt);
        if (length > list.Length - at) return Sense.ParameterListLengthError;
        if (length / DescriptorLength > Maximum) return Sense.TooManySegmentDescriptors;
        var found = new (long, long)[length / DescriptorLength];
        long total = 0;
        for (int i = 0; i < found.Length; i++, at += DescriptorLength)
        {
            ulong lba = ReadUInt64BigEndian(list[at..]);
            uint blocks = ReadUInt32BigEndian(list[(at + 8)..]);
            if (lba > device.BlockCount || blocks > device.BlockCount - lba) return Sense.LbaOutOfRange;
            found[i] = ((long)lba * device.BlockSize, (long)blocks * device.BlockSize);
            total += found[i].Item2;
            if (device.Access.RefusalOf(device, task, found[i].Item1, found[i].Item2) is { } refusal) return refusal;
        }
        if (total > CopyLimits.MaximumTokenTransfer) return Sense.InvalidParameter(lengthAt);
        ranges = found;
        return null;
    }
}

/// <summary>Limits of the ROD token operations.</summary>
internal static class CopyLimits
{
    /// <summary>MAXIMUM TOKEN TRANSFER SIZE in bytes.</summary>
    public const long MaximumTokenTransfer = 256L << 20;

    /// <summary>DEFAULT and MAXIMUM INACTIVITY TIMEOUT in seconds.</summary>
    public const uint DefaultTimeout = 60, MaximumTimeout = 3600;
}

/// <summary>POPULATE TOKEN (SBC-3 5.24): makes a token for ranges of this unit; RECEIVE ROD TOKEN INFORMATION fetches it.</summary>
internal sealed class PopulateToken() : CopyCommand(Action)
{
    public const byte Action = 0x10;

    private const int RangesAt = 14, ListIdAt = 6;

    /// <summary>It changes nothing: it reads.</summary>
    public override Restriction RestrictionOf(ScsiTask task) => Restriction.Reading;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt32BigEndian(cdb[10..]);

    protected override uint? ListId(ScsiTask task, ReadOnlySpan<byte> list) => ReadUInt32BigEndian(task.Cdb[ListIdAt..]);

    protected override Sense? Read(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list, out CopyPlan? plan)
    {
        plan = null;
        if (list.Length < RangesAt + 2) return Sense.ParameterListLengthError;
        uint timeout = ReadUInt32BigEndian(list[4..]);
        if (timeout > CopyLimits.MaximumTimeout) return Sense.InvalidParameter(4);
        bool namesType = (list[2] & 0x02) != 0; // RTV
        if (namesType && ReadUInt32BigEndian(list[8..]) is not (0 or RodToken.AccessUponReference)) return Sense.InvalidParameter(8);
        if (RangeDescriptors.Read(device, task, list, RangesAt, out (long Offset, long Length)[] ranges) is { } fault) return fault;
        plan = new CopyPlan([])
        {
            Token = device.Copies.NewToken(device, ranges, TimeSpan.FromSeconds(timeout == 0 ? CopyLimits.DefaultTimeout : timeout)),
        };
        return null;
    }
}

/// <summary>WRITE USING TOKEN (SBC-3 5.53): copies what a token stands for, or zeros, into ranges of this unit.</summary>
internal sealed class WriteUsingToken() : CopyCommand(Action)
{
    public const byte Action = 0x11;

    private const int OffsetAt = 8, TokenAt = 16, RangesAt = 534, ListIdAt = 6;
    private const byte DeleteToken = 0x02;

    public override bool Writes => true;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt32BigEndian(cdb[10..]);

    protected override uint? ListId(ScsiTask task, ReadOnlySpan<byte> list) => ReadUInt32BigEndian(task.Cdb[ListIdAt..]);

    protected override Sense? Read(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list, out CopyPlan? plan)
    {
        plan = null;
        if (list.Length < RangesAt + 2) return Sense.ParameterListLengthError;
        if (RangeDescriptors.Read(device, task, list, RangesAt, out (long Offset, long Length)[] ranges) is { } fault) return fault;
        ReadOnlySpan<byte> bytes = list.Slice(TokenAt, RodToken.Length);
        if (ReadUInt32BigEndian(bytes) == RodToken.BlockZero)
        {
            plan = new CopyPlan([.. ranges.Select(range => new CopySegment(null, 0, device, range.Offset, range.Length))]);
            return null;
        }
        if (device.Copies.FindToken(bytes, out Sense refusal) is not { } token) return refusal;
        if (token.Unit.BlockSize != device.BlockSize) return Sense.InvalidTokenOperation;
        ulong offset = ReadUInt64BigEndian(list[OffsetAt..]);
        if (offset > (ulong)token.TotalLength / (ulong)device.BlockSize) return Sense.InvalidParameter(OffsetAt);
        plan = new CopyPlan(Pair(token, (long)offset * device.BlockSize, device, ranges));
        if ((list[2] & DeleteToken) != 0) device.Copies.Delete(token);
        return null;
    }

    /// <summary>Lays the token's ranges, from an offset on, over the ranges to write; what the token is short of is not written (SBC-3 5.53.1).</summary>
    private static CopySegment[] Pair(RodToken token, long skip, BlockDevice target, (long Offset, long Length)[] ranges)
    {
        List<CopySegment> segments = [];
        int source = 0;
        foreach ((long offset, long length) in ranges)
        {
            for (long done = 0; done < length && source < token.Ranges.Length;)
            {
                (long from, long available) = token.Ranges[source];
                if (skip >= available)
                {
                    skip -= available;
                    source++;
                    continue;
                }
                long now = Math.Min(available - skip, length - done);
                segments.Add(new CopySegment(token.Unit, from + skip, target, offset + done, now));
                skip += now;
                done += now;
            }
        }
        return [.. segments];
    }
}
