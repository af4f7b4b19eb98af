// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Commands;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Protection;

/// <summary>The fields of protection information that are looked at.</summary>
[Flags]
internal enum TagFields : byte
{
    None = 0,
    Guard = 1,
    ApplicationTag = 2,
    ReferenceTag = 4,
    All = 7,
}

// PROTECTION REQUEST - theory of operation
//   Job      What a command asks for by its RDPROTECT, WRPROTECT, VRPROTECT or ORPROTECT field, by the tags of a 32-byte CDB, and by what the
//            Control mode page says: whether tags move with the data, which fields are checked, and against what.
//   Fields   000b  the tags do not move; all fields are checked when read, unless DPICZ; written blocks get tags of their own
//            001b  they move; all fields are checked          011b  they move; nothing is checked
//            010b  they move; not the guard                   100b  they move; the guard alone
//            101b  as 001b                                    110b, 111b  reserved
//   Known    A tag is checked only if we know what it should be. The reference tag: type 1 by the LBA, type 2 by a 32-byte CDB, type 3 never.
//            The application tag, while ATO is one: by a 32-byte CDB, or else, while ATMPE is one, by the Application Tag mode page.
//   Interval A block has one or more (PROTECTION INTERVAL EXPONENT), each with tags behind it; they are numbered from LBA 0 on. Reference tags
//            count intervals.
//   Escape   What is read with application tag FFFFh (type 3: and reference tag FFFFFFFFh) is not checked. What is written is.
//   Pure     Made of the CDB whenever it is needed: a task remembers nothing of it.
//   Read     SBC-3 4.22, and the tables of RDPROTECT, WRPROTECT, VRPROTECT and ORPROTECT in clause 5
//   Proof    ProtectionTests, ProtectionModelTests

/// <summary>What a command asks of the protection information of its blocks.</summary>
internal readonly ref struct ProtectionRequest
{
    private const int Guardless = 2, Unchecked = 3, GuardOnly = 4, LastCode = 5;

    private readonly bool _ownsApplicationTag, _comparesGuard;
    private readonly ushort _applicationTag, _applicationTagMask;
    private readonly uint _firstReferenceTag;
    private readonly ulong _firstLba;
    private readonly ApplicationTagRanges? _ranges;
    private readonly int _exponent, _interval;

    /// <summary>The protection type of the medium, 1 to 3.</summary>
    public int Type { get; }

    /// <summary>The tags move with the data: 8 bytes behind each block.</summary>
    public bool Transfers { get; }

    /// <summary>The fields that are checked when blocks are read from the medium, or come from the initiator.</summary>
    public TagFields Checked { get; }

    /// <param name="device">A unit whose medium is formatted with protection information.</param>
    /// <param name="cdb">A CDB that <see cref="Refusal"/> lets pass; empty for blocks that move inside the target.</param>
    public ProtectionRequest(BlockDevice device, ReadOnlySpan<byte> cdb)
    {
        ProtectionFormat format = device.Protection;
        Type = format.Type;
        _exponent = format.IntervalExponent;
        _interval = device.BlockSize >> _exponent;
        int code = cdb.IsEmpty ? 0 : Cdb.Protect(cdb);
        Transfers = code != 0;
        _comparesGuard = code != Guardless;
        TagFields named = code switch
        {
            0 => device.Modes.ChecksOnlyWhenAsked ? TagFields.None : TagFields.All,
            Guardless => TagFields.ApplicationTag | TagFields.ReferenceTag,
            Unchecked => TagFields.None,
            GuardOnly => TagFields.Guard,
            _ => TagFields.All,
        };
        TagFields known = Type == 1 ? TagFields.Guard | TagFields.ReferenceTag : TagFields.Guard;
        _ownsApplicationTag = device.Modes.ApplicationTagOwner;
        if (HasTags(cdb))
        {
            _applicationTag = Cdb.ExpectedApplicationTag(cdb);
            _applicationTagMask = Cdb.ApplicationTagMask(cdb);
            _firstReferenceTag = Cdb.ExpectedReferenceTag(cdb);
            _firstLba = Cdb.Lba(cdb);
            known |= _ownsApplicationTag ? TagFields.ApplicationTag | TagFields.ReferenceTag : TagFields.ReferenceTag;
        }
        else if (_ownsApplicationTag && device.Modes.ApplicationTags is { } ranges)
        {
            _ranges = ranges;
            known |= TagFields.ApplicationTag;
        }
        Checked = named & known;
    }

    /// <summary>
    /// Why a CDB cannot be carried out on a medium with protection information, for its protection; null when it can. A command that
    /// <paramref name="writes"/> is refused without tags while RWWP is one.
    /// </summary>
    public static Sense? Refusal(BlockDevice device, ReadOnlySpan<byte> cdb, bool writes)
    {
        int code = Cdb.Protect(cdb);
        if (code != 0 && device.ProtectionType == 2 && !HasTags(cdb)) return Sense.InvalidCommandOperationCode; // SBC-3 4.22.2.4
        if (code > LastCode) return Sense.InvalidCdbField(Cdb.FlagsAt(cdb), 7);
        if (code == 0 && writes && device.Modes.RejectsUnprotectedWrites) return Sense.InvalidCdbField(Cdb.FlagsAt(cdb), 7);
        return null;
    }

    /// <summary>Bytes that a block has on its way to or from the initiator.</summary>
    public int UnitOf(int blockSize) => Transfers ? blockSize + TagLengthOf(blockSize) : blockSize;

    /// <summary>Bytes of tags that go with whole blocks.</summary>
    public int TagLengthOf(int dataLength) => dataLength / _interval * ProtectionInformation.Length;

    /// <summary>Blocks that stand close together at the begin of a buffer get their tags in between.</summary>
    public void Join(Span<byte> buffer, ReadOnlySpan<byte> tags) => BlockFormat.Join(buffer, tags, _interval);

    /// <summary>The way back: the tags go out, and the blocks stand close together.</summary>
    public void Split(Span<byte> buffer, Span<byte> tags) => BlockFormat.Split(buffer, tags, _interval);

    /// <summary>Checks blocks read from the medium. Not Ok: the block at <paramref name="block"/> is wrong.</summary>
    public StoreResult CheckRead(ReadOnlySpan<byte> data, ReadOnlySpan<byte> tags, ulong lba, out int block) =>
        Check(Checked, escapes: true, data, tags, lba, out block);

    /// <summary>Checks blocks that came from the initiator with their tags.</summary>
    public StoreResult CheckWritten(ReadOnlySpan<byte> data, ReadOnlySpan<byte> tags, ulong lba, out int block) =>
        Check(Checked, escapes: false, data, tags, lba, out block);

    /// <summary>Makes the tags of blocks that came without (WRPROTECT 000b).</summary>
    public void Generate(ReadOnlySpan<byte> data, Span<byte> tags, ulong lba)
    {
        ushort applicationTag = _ownsApplicationTag ? ProtectionInformation.EscapeApplicationTag : (ushort)0;
        for (; !data.IsEmpty; data = data[_interval..], tags = tags[ProtectionInformation.Length..], lba++) // type 1: an interval is a block
        {
            uint referenceTag = Type == 1 ? (uint)lba : ProtectionInformation.EscapeReferenceTag;
            new ProtectionInformation(LogicalBlockGuard.Of(data[.._interval]), applicationTag, referenceTag).Write(tags);
        }
    }

    /// <summary>
    /// Compares tags from the initiator with those of the medium, when the data is compared too (SBC-3 5.35): all fields, but not the
    /// guard with 010b, nor those that a device server may change while ATO is zero. Not Ok: the block at <paramref name="block"/> differs.
    /// </summary>
    public StoreResult Compare(ReadOnlySpan<byte> given, ReadOnlySpan<byte> medium, out int block)
    {
        TagFields fields = _comparesGuard ? TagFields.All : TagFields.All & ~TagFields.Guard;
        if (!_ownsApplicationTag) fields &= Type == 3 ? TagFields.Guard : ~TagFields.ApplicationTag;
        block = 0;
        for (int i = 0; i < given.Length; i += ProtectionInformation.Length)
        {
            block = (i / ProtectionInformation.Length) >> _exponent;
            ProtectionInformation one = ProtectionInformation.Read(given[i..]), other = ProtectionInformation.Read(medium[i..]);
            if ((fields & TagFields.Guard) != 0 && one.Guard != other.Guard) return StoreResult.GuardMiscompare;
            if ((fields & TagFields.ApplicationTag) != 0 && one.ApplicationTag != other.ApplicationTag) return StoreResult.ApplicationTagMiscompare;
            if ((fields & TagFields.ReferenceTag) != 0 && one.ReferenceTag != other.ReferenceTag) return StoreResult.ReferenceTagMiscompare;
        }
        return StoreResult.Ok;
    }

    private StoreResult Check(TagFields fields, bool escapes, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tags, ulong lba, out int block)
    {
        block = 0;
        if (fields == TagFields.None) return StoreResult.Ok;
        for (ulong interval = lba << _exponent; !data.IsEmpty; data = data[_interval..], tags = tags[ProtectionInformation.Length..], interval++)
        {
            block = (int)((interval >> _exponent) - lba);
            ProtectionInformation found = ProtectionInformation.Read(tags);
            if (escapes && IsEscape(found)) continue;
            if ((fields & TagFields.Guard) != 0 && found.Guard != LogicalBlockGuard.Of(data[.._interval])) return StoreResult.GuardCheckFailed;
            if ((fields & TagFields.ApplicationTag) != 0 && !Allows(found.ApplicationTag, interval >> _exponent)) return StoreResult.ApplicationTagCheckFailed;
            if ((fields & TagFields.ReferenceTag) != 0 && found.ReferenceTag != Expected(interval)) return StoreResult.ReferenceTagCheckFailed;
        }
        return StoreResult.Ok;
    }

    private bool Allows(ushort applicationTag, ulong lba) =>
        _ranges is { } ranges ? ranges.Find(lba) is not { } expected || expected == applicationTag : ((applicationTag ^ _applicationTag) & _applicationTagMask) == 0;

    private bool IsEscape(ProtectionInformation found) => found.ApplicationTag == ProtectionInformation.EscapeApplicationTag
        && (Type != 3 || found.ReferenceTag == ProtectionInformation.EscapeReferenceTag);

    private uint Expected(ulong interval) => Type == 1 ? (uint)interval : _firstReferenceTag + (uint)(interval - (_firstLba << _exponent));

    /// <summary>ORWRITE(32) has generations where the others have tags.</summary>
    private static bool HasTags(ReadOnlySpan<byte> cdb) => cdb.Length == ScsiTask.MaxCdbLength && cdb[0] == (byte)OperationCode.VariableLengthCdb
        && cdb[CommandTable.VariableLengthActionAt] != (byte)VariableLengthAction.OrWrite32;
}
