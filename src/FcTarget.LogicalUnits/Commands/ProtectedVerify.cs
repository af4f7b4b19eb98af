// SPDX-License-Identifier: MIT

using System.Buffers;
using FcTarget.LogicalUnits.Protection;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// VERIFY on a medium with protection information (SBC-3 5.35). BYTCHK 00b checks the medium; 01b and 11b compare it with data, and with the tags
/// that come with the data, which are checked before; the medium's own are checked then only when none come (VRPROTECT 000b). LuOffset and
/// LuRemaining are what is still to be verified, in bytes of the medium.
/// </summary>
internal sealed class ProtectedVerify : BlockCommand
{
    private const int PieceLength = 64 * 1024; // of the medium
    private const long TurnLength = 16 << 20;
    private const int MediumOnly = 0, Reserved = 2, OneBlock = 3;
    private const int ByteCheckShift = 1;

    public override bool NeedsMedium => true;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        int byteCheck = ByteCheck(task);
        if (byteCheck == Reserved)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.FlagsAt(task.Cdb), 2));
            return;
        }
        if (!TryTakeProtection(device, task) || !TryTakeRange(device, task, device.MaximumTransferBlocks)) return;
        device.Counters.CountVerify();
        if (task.LuRemaining == 0)
        {
            task.Complete(ScsiStatus.Good);
            return;
        }
        int unit = Unit(device, task);
        switch (byteCheck)
        {
            case MediumOnly:
                device.Submit(this, task);
                break;
            case OneBlock:
                BlockDevice.Receive(task, ParameterData.Rent(task, unit).AsMemory(0, unit));
                break;
            default:
                long expected = task.ExpectsDataOut ? task.ExpectedLength / unit * device.BlockSize : 0;
                task.LuRemaining = Math.Min(task.LuRemaining, expected);
                if (task.LuRemaining != 0) ParameterData.Rent(task, PieceLength / device.BlockSize * unit);
                Next(device, task);
                break;
        }
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        int asked = ByteCheck(task) == OneBlock ? Unit(device, task) : Piece(device, task).Length;
        if (task.LastSegmentLength < asked) BlockDevice.End(task, Sense.DataPhaseError);
        else device.Submit(this, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        var request = new ProtectionRequest(device, task.Cdb);
        return ByteCheck(task) switch
        {
            MediumOnly => CheckMedium(device, request, task),
            OneBlock => CompareEach(device, request, task),
            _ => ComparePiece(device, request, task, Piece(device, task).Span),
        };
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        var result = (StoreResult)task.LuResult;
        if (result == StoreResult.Miscompare)
        {
            // INFORMATION: where in the data-out, tags included, the first difference is; with one block of data, where in that.
            long at = task.LuOffset - ((long)Cdb.Lba(task.Cdb) * device.BlockSize);
            if (ByteCheck(task) == OneBlock) at %= device.BlockSize;
            else at += at / device.BlockSize * (Unit(device, task) - device.BlockSize);
            device.Counters.CountVerifyError();
            BlockDevice.End(task, Sense.MiscompareDuringVerify with { Information = (ulong)at });
        }
        else if (result != StoreResult.Ok)
        {
            device.EndFailed(task);
        }
        else if (task.LuRemaining != 0 && ByteCheck(task) == MediumOnly)
        {
            device.SubmitLater(this, task);
        }
        else
        {
            Next(device, task);
        }
    }

    /// <summary>A turn of it.</summary>
    private static StoreResult CheckMedium(BlockDevice device, in ProtectionRequest request, ScsiTask task)
    {
        long now = Math.Min(task.LuRemaining, TurnLength);
        StoreResult result = device.TryRead(request, task.LuOffset, now, out long right);
        task.LuOffset += right;
        task.LuRemaining -= now;
        return result;
    }

    private static StoreResult ComparePiece(BlockDevice device, in ProtectionRequest request, ScsiTask task, Span<byte> piece)
    {
        int blocks = piece.Length / request.UnitOf(device.BlockSize);
        Span<byte> given = piece[..(blocks * device.BlockSize)];
        Span<byte> tags = stackalloc byte[request.TagLengthOf(blocks * device.BlockSize)];
        StoreResult result = StoreResult.Ok;
        int at = 0;
        if (request.Transfers)
        {
            request.Split(piece, tags);
            result = request.CheckWritten(given, tags, device.LbaOf(task.LuOffset), out int wrong);
            at = wrong * device.BlockSize;
        }
        if (result == StoreResult.Ok) result = Compare(device, request, task.LuOffset, given, tags, out at);
        task.LuOffset += result == StoreResult.Ok ? given.Length : at;
        task.LuRemaining -= given.Length;
        return result;
    }

    /// <summary>One block, and its tags, against each of the range. The reference tags of types 1 and 2 count up, as those of WRITE SAME do.</summary>
    private static StoreResult CompareEach(BlockDevice device, in ProtectionRequest request, ScsiTask task)
    {
        Span<byte> block = ((byte[])task.LuBuffer!).AsSpan(0, device.BlockSize);
        Span<byte> tags = stackalloc byte[request.TagLengthOf(device.BlockSize)];
        int intervals = tags.Length / ProtectionInformation.Length;
        if (request.Transfers)
        {
            request.Split(((byte[])task.LuBuffer!).AsSpan(0, request.UnitOf(device.BlockSize)), tags);
            StoreResult fault = request.CheckWritten(block, tags, device.LbaOf(task.LuOffset), out _);
            if (fault != StoreResult.Ok) return fault;
        }
        for (; task.LuRemaining != 0; task.LuOffset += device.BlockSize, task.LuRemaining -= device.BlockSize)
        {
            StoreResult result = Compare(device, request, task.LuOffset, block, tags, out int at);
            if (result != StoreResult.Ok)
            {
                task.LuOffset += at;
                return result;
            }
            if (request.Type == 3) continue;
            for (int i = 0; i < tags.Length; i += ProtectionInformation.Length)
            {
                var tag = ProtectionInformation.Read(tags[i..]);
                (tag with { ReferenceTag = tag.ReferenceTag + (uint)intervals }).Write(tags[i..]);
            }
        }
        return StoreResult.Ok;
    }

    /// <summary>Compares blocks, and tags when there are any, with the medium. Not Ok: the place of it, for a tag its block's.</summary>
    public static StoreResult Compare(
        BlockDevice device, in ProtectionRequest request, long offset, ReadOnlySpan<byte> given, ReadOnlySpan<byte> tags, out int at)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(PieceLength);
        Span<byte> found = stackalloc byte[request.TagLengthOf(PieceLength)];
        StoreResult result = StoreResult.Ok;
        for (at = 0; at < given.Length && result == StoreResult.Ok;)
        {
            Span<byte> medium = rented.AsSpan(0, Math.Min(given.Length - at, PieceLength));
            Span<byte> mediumTags = found[..request.TagLengthOf(medium.Length)];
            result = request.Transfers
                ? device.ReadUnchecked(offset + at, medium, mediumTags)
                : device.ReadChecked(request, offset + at, medium, mediumTags, out _);
            if (result != StoreResult.Ok) break;
            int same = medium.CommonPrefixLength(given.Slice(at, medium.Length));
            int block = 0;
            if (same < medium.Length)
                result = StoreResult.Miscompare;
            else if (request.Transfers)
                result = request.Compare(tags.Slice(request.TagLengthOf(at), mediumTags.Length), mediumTags, out block);
            at += result == StoreResult.Ok || result == StoreResult.Miscompare ? same : block * device.BlockSize;
        }
        ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    private static void Next(BlockDevice device, ScsiTask task)
    {
        if (task.LuRemaining != 0)
        {
            BlockDevice.Receive(task, Piece(device, task));
            return;
        }
        if (ByteCheck(task) is not (MediumOnly or OneBlock)) CountUnmoved(task, (long)Cdb.TransferLength(task.Cdb) * Unit(device, task));
        BlockDevice.End(task, ScsiStatus.Good);
    }

    private static Memory<byte> Piece(BlockDevice device, ScsiTask task)
    {
        int blocks = (int)Math.Min(PieceLength, task.LuRemaining) / device.BlockSize;
        return ((byte[])task.LuBuffer!).AsMemory(0, blocks * Unit(device, task));
    }

    private static int Unit(BlockDevice device, ScsiTask task) => new ProtectionRequest(device, task.Cdb).UnitOf(device.BlockSize);

    private static int ByteCheck(ScsiTask task) => (int)(Cdb.Flags(task.Cdb) & BlockFlags.ByteCheck) >> ByteCheckShift;
}
