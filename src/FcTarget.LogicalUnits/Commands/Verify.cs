// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// VERIFY(10), (12), (16), (32) (SBC-3 5.35 to 5.38). BYTCHK 00b reads the medium, 01b compares it with as many blocks of data, 11b each
/// block with the same one. LuOffset and LuRemaining are what is still to be verified.
/// </summary>
internal sealed class Verify : BlockCommand
{
    private const int PieceLength = 64 * 1024;
    private const long TurnLength = 16 << 20; // of the medium: some milliseconds
    private const int ByteCheckShift = 1;
    private const int MediumOnly = 0, Reserved = 2, OneBlock = 3;

    public override bool NeedsMedium => true;

    public override bool HasProtectField => true;

    public override BlockCommand WithProtection { get; } = new ProtectedVerify();

    public override void Start(BlockDevice device, ScsiTask task)
    {
        int byteCheck = ByteCheck(task);
        if (byteCheck == Reserved)
        {
            task.CompleteCheckCondition(Sense.InvalidCdbField(Cdb.FlagsAt(task.Cdb), 2));
            return;
        }
        if (!TryTakeRange(device, task, device.MaximumTransferBlocks)) return;
        device.Counters.CountVerify();
        if (task.LuRemaining == 0)
        {
            task.Complete(ScsiStatus.Good);
            return;
        }
        switch (byteCheck)
        {
            case MediumOnly:
                device.Submit(this, task);
                break;
            case OneBlock:
                BlockDevice.Receive(task, ParameterData.Rent(task, device.BlockSize).AsMemory(0, device.BlockSize));
                break;
            default:
                long expected = task.ExpectsDataOut ? task.ExpectedLength / device.BlockSize * device.BlockSize : 0;
                task.LuRemaining = Math.Min(task.LuRemaining, expected);
                if (task.LuRemaining != 0) ParameterData.Rent(task, PieceLength);
                Next(device, task);
                break;
        }
    }

    public override void OnData(BlockDevice device, ScsiTask task)
    {
        int asked = ByteCheck(task) == OneBlock ? device.BlockSize : Piece(task).Length;
        if (task.LastSegmentLength < asked) BlockDevice.End(task, Sense.DataPhaseError);
        else device.Submit(this, task);
    }

    public override StoreResult Work(BlockDevice device, ScsiTask task)
    {
        switch (ByteCheck(task))
        {
            case MediumOnly:
                return ReadTurn(device, task);
            case OneBlock:
                return CompareEach(device, task);
            default:
                StoreResult result = device.Store.Compare(task.LuOffset, Piece(task).Span, out int difference);
                task.LuOffset += difference;
                return result;
        }
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        switch ((StoreResult)task.LuResult)
        {
            case StoreResult.Ok when ByteCheck(task) is MediumOnly or OneBlock:
                if (task.LuRemaining != 0) device.SubmitLater(this, task);
                else BlockDevice.End(task, ScsiStatus.Good);
                break;
            case StoreResult.Ok:
                int done = Piece(task).Length;
                task.LuOffset += done;
                task.LuRemaining -= done;
                Next(device, task);
                break;
            case StoreResult.Miscompare:
                // INFORMATION: where in the data-out, counted from its start, the first difference is. With one block of data the
                // place is in that block.
                long at = task.LuOffset - ((long)Cdb.Lba(task.Cdb) * device.BlockSize);
                if (ByteCheck(task) == OneBlock) at %= device.BlockSize;
                device.Counters.CountVerifyError();
                BlockDevice.End(task, Sense.MiscompareDuringVerify with { Information = (ulong)at });
                break;
            default:
                device.EndFailed(task);
                break;
        }
    }

    private static StoreResult ReadTurn(BlockDevice device, ScsiTask task)
    {
        long now = Math.Min(task.LuRemaining, TurnLength);
        StoreResult result = device.Store.TryRead(task.LuOffset, now);
        if (result != StoreResult.Ok) return result;
        task.LuOffset += now;
        task.LuRemaining -= now;
        return StoreResult.Ok;
    }

    private static StoreResult CompareEach(BlockDevice device, ScsiTask task)
    {
        ReadOnlySpan<byte> block = ((byte[])task.LuBuffer!).AsSpan(0, device.BlockSize);
        for (long left = Math.Min(task.LuRemaining, TurnLength); left != 0; left -= device.BlockSize)
        {
            StoreResult result = device.Store.Compare(task.LuOffset, block, out int difference);
            task.LuOffset += difference;
            if (result != StoreResult.Ok) return result;
            task.LuOffset += device.BlockSize;
            task.LuRemaining -= device.BlockSize;
        }
        return StoreResult.Ok;
    }

    private static void Next(BlockDevice device, ScsiTask task)
    {
        if (task.LuRemaining != 0)
        {
            BlockDevice.Receive(task, Piece(task));
            return;
        }
        CountUnmoved(task, BytesOfCdb(device, task));
        BlockDevice.End(task, ScsiStatus.Good);
    }

    private static Memory<byte> Piece(ScsiTask task) => ((byte[])task.LuBuffer!).AsMemory(0, (int)Math.Min(PieceLength, task.LuRemaining));

    private static int ByteCheck(ScsiTask task) => (int)(Cdb.Flags(task.Cdb) & BlockFlags.ByteCheck) >> ByteCheckShift;
}
