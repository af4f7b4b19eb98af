// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Copy;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// EXTENDED COPY(LID1), (LID4) (SPC-4 6.4, 6.5): block to block, between units named by an NAA designator. Segments run in order and the status
/// comes after the last, also with IMMED.
/// </summary>
internal sealed class ExtendedCopy(byte action) : CopyCommand(action)
{
    public const byte Lid1 = 0x00, Lid4 = 0x01;

    /// <summary>MAXIMUM CSCD DESCRIPTOR COUNT and MAXIMUM SEGMENT DESCRIPTOR COUNT.</summary>
    public const int MaximumCscds = 16, MaximumSegments = 64;

    /// <summary>MAXIMUM SEGMENT LENGTH: 16 MiB.</summary>
    public const int MaximumSegmentLength = 16 << 20;

    public const byte IdentificationDescriptor = 0xE4, BlockToBlock = 0x02, BlockToBlockWithOffset = 0x0A;

    private const int Lid1Header = 16, Lid4Header = 48, CscdLength = 32;
    private const int DiscardResult = 3; // LIST ID USAGE 11b: there is no list identifier

    private readonly bool _isLid4 = action == Lid4;

    protected override uint ListLength(ReadOnlySpan<byte> cdb) => ReadUInt32BigEndian(cdb[10..]);

    protected override uint? ListId(ScsiTask task, ReadOnlySpan<byte> list)
    {
        if (list.Length < (_isLid4 ? Lid4Header : Lid1Header) || ((list[1] >> 3) & 3) == DiscardResult) return null;
        return _isLid4 ? ReadUInt32BigEndian(list[20..]) : list[0];
    }

    protected override Sense? Read(BlockDevice device, ScsiTask task, ReadOnlySpan<byte> list, out CopyPlan? plan)
    {
        plan = null;
        int header = _isLid4 ? Lid4Header : Lid1Header;
        if (list.Length < header) return Sense.ParameterListLengthError;
        if (_isLid4 && list[0] != 0x01) return Sense.InvalidParameter(0);
        uint cscds = ReadUInt16BigEndian(list[(_isLid4 ? 42 : 2)..]);
        uint segments = _isLid4 ? ReadUInt16BigEndian(list[44..]) : ReadUInt32BigEndian(list[8..]);
        uint inline = _isLid4 ? ReadUInt16BigEndian(list[46..]) : ReadUInt32BigEndian(list[12..]);
        if ((ulong)cscds + segments > MaximumDescriptorList) return Sense.ParameterListLengthError;
        if (inline != 0) return Sense.InvalidParameter(_isLid4 ? 46 : 12);
        if (cscds % CscdLength != 0 || list.Length - header < cscds + segments) return Sense.ParameterListLengthError;
        if (cscds / CscdLength > MaximumCscds) return Sense.TooManyTargetDescriptors;
        var units = new BlockDevice?[cscds / CscdLength];
        for (int i = 0; i < units.Length; i++)
        {
            ReadOnlySpan<byte> cscd = list.Slice(header + (i * CscdLength), CscdLength);
            if (cscd[0] != IdentificationDescriptor) return Sense.UnsupportedTargetDescriptorType;
            bool isNaa = (cscd[4] & 0x0F) == 1 && (cscd[5] & 0x3F) == 3 && cscd[7] == 16; // binary; logical unit, NAA
            BlockDevice? unit = isNaa ? device.Copies.Find(ReadUInt128BigEndian(cscd[8..])) : null;
            units[i] = unit?.TaskSet.Nexuses.IsSeenBy(task.Nexus.InitiatorPortName) == true ? unit : null; // LUN masking holds for copies too
        }
        return ReadSegments(list.Slice(header + (int)cscds, (int)segments), header + (int)cscds, units, out plan);
    }

    /// <summary>The segments of a list.</summary>
    /// <param name="list">Their descriptors.</param>
    /// <param name="at">Where in the parameter list the segments begin.</param>
    /// <param name="units">The CSCDs.</param>
    /// <param name="plan">What is to be done.</param>
    private static Sense? ReadSegments(ReadOnlySpan<byte> list, int at, BlockDevice?[] units, out CopyPlan? plan)
    {
        plan = null;
        List<CopySegment> segments = [];
        while (!list.IsEmpty)
        {
            if (list.Length < 4) return Sense.ParameterListLengthError;
            bool hasOffset = list[0] == BlockToBlockWithOffset;
            if (list[0] != BlockToBlock && !hasOffset) return Sense.UnsupportedSegmentDescriptorType;
            int length = 4 + ReadUInt16BigEndian(list[2..]);
            if (length != (hasOffset ? 32 : 28)) return Sense.InvalidParameter(at + 2);
            if (list.Length < length) return Sense.ParameterListLengthError;
            if (segments.Count == MaximumSegments) return Sense.TooManySegmentDescriptors;
            if (SegmentOf(list[..length], hasOffset, units) is not { } segment) return Unreachable(list, segments.Count, units);
            if (!Fits(segment.Source!, segment.From, segment.Length) || !Fits(segment.Target, segment.To, segment.Length)) return Sense.CopyAborted;
            if (segment.Length > MaximumSegmentLength) return Sense.InvalidParameter(at + (hasOffset ? 8 : 10));
            segments.Add(segment);
            list = list[length..];
            at += length;
        }
        plan = new CopyPlan([.. segments]);
        return null;
    }

    private static Sense Unreachable(ReadOnlySpan<byte> segment, int number, BlockDevice?[] units)
    {
        int source = ReadUInt16BigEndian(segment[4..]);
        bool hasSource = source < units.Length && units[source] is not null;
        return Sense.CopyTargetDeviceNotReachable with { Copy = new CopyFault(number, InDestination: hasSource, Status: null, Sense: null) };
    }

    /// <summary>The segment in bytes; null when a CSCD is none of ours, or not one that the initiator sees.</summary>
    private static CopySegment? SegmentOf(ReadOnlySpan<byte> list, bool hasOffset, BlockDevice?[] units)
    {
        int source = ReadUInt16BigEndian(list[4..]), target = ReadUInt16BigEndian(list[6..]);
        if (source >= units.Length || target >= units.Length) return null;
        if (units[source] is not { } from || units[target] is not { } to) return null;
        bool countsInTarget = (list[1] & 0x02) != 0; // DC
        long length = hasOffset ? ReadUInt32BigEndian(list[8..]) : (long)ReadUInt16BigEndian(list[10..]) * (countsInTarget ? to : from).BlockSize;
        return new CopySegment(
            from,
            Offset(from, ReadUInt64BigEndian(list[12..]), hasOffset ? ReadUInt16BigEndian(list[28..]) : 0),
            to,
            Offset(to, ReadUInt64BigEndian(list[20..]), hasOffset ? ReadUInt16BigEndian(list[30..]) : 0),
            length);
    }

    /// <summary>In bytes; negative when that is more than any medium has.</summary>
    private static long Offset(BlockDevice unit, ulong lba, int more) => lba > unit.BlockCount ? -1 : ((long)lba * unit.BlockSize) + more;

    private static bool Fits(BlockDevice unit, long offset, long length) => offset >= 0 && offset <= unit.Store.Length && length <= unit.Store.Length - offset;
}
