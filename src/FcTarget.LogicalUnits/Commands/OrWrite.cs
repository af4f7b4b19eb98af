// SPDX-License-Identifier: MIT

using System.Buffers;
using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>
/// ORWRITE(16), (32) (SBC-3 5.7, 5.8): the data is or-ed with what is on the medium, block by block, with no other write in between; with BMOP 001b it
/// is and-ed, and a new generation of the bitmap begins. The 16-byte command is as if it expected generation 0.
/// </summary>
internal sealed class OrWrite : BufferedWrite
{
    private const int OperationAt = 2, PolicyAt = 3, ExpectedAt = 20, NewAt = 24;
    private const int Set = 0, ChangeGenerationAndClear = 1; // BMOP

    protected override uint LimitOf(BlockDevice device) => device.MaximumAtomicBlocks;

    /// <summary>A generation can be changed, and asked for, without any block.</summary>
    protected override bool ActsWithoutBlocks => true;

    protected override Sense? Refusal(BlockDevice device, ScsiTask task)
    {
        int operation = OperationOf(task.Cdb);
        if (operation > ChangeGenerationAndClear) return Sense.InvalidCdbField(OperationAt, 2);
        if (operation == ChangeGenerationAndClear && !OrWriteGenerations.IsPolicy(task.Cdb[PolicyAt])) return Sense.InvalidCdbField(PolicyAt, 3);
        return null;
    }

    protected override StoreResult Apply(BlockDevice device, ScsiTask task, Span<byte> data, Span<byte> tags)
    {
        OrWriteGenerations generations = device.OrWriteGenerations;
        uint expected = IsLong(task.Cdb) ? ReadUInt32BigEndian(task.Cdb[ExpectedAt..]) : 0;
        if (OperationOf(task.Cdb) == Set)
        {
            return generations.Judge(expected) switch
            {
                OrWriteVerdict.Perform => Combine(device, task, data, tags, clear: false),
                OrWriteVerdict.Discard => StoreResult.Ok,
                _ => StoreResult.OrWriteGenerationMismatch,
            };
        }
        if (!generations.IsCurrent(expected)) return StoreResult.OrWriteGenerationMismatch;
        StoreResult result = Combine(device, task, data, tags, clear: true);
        if (result == StoreResult.Ok) generations.Change(ReadUInt32BigEndian(task.Cdb[NewAt..]), task.Cdb[PolicyAt]);
        return result;
    }

    public override void OnWork(BlockDevice device, ScsiTask task)
    {
        if ((StoreResult)task.LuResult == StoreResult.OrWriteGenerationMismatch) BlockDevice.End(task, Sense.OrWriteGenerationDoesNotMatch);
        else base.OnWork(device, task);
    }

    private static StoreResult Combine(BlockDevice device, ScsiTask task, Span<byte> data, Span<byte> tags, bool clear)
    {
        if (data.IsEmpty) return StoreResult.Ok;
        byte[] there = ArrayPool<byte>.Shared.Rent(data.Length);
        Span<byte> medium = there.AsSpan(0, data.Length);
        StoreResult result = device.Read(task.LuOffset, medium, out int right);
        if (result == StoreResult.Ok)
        {
            for (int i = 0; i < data.Length; i++) data[i] = (byte)(clear ? data[i] & medium[i] : data[i] | medium[i]);
            SetGuards(data, tags);
            result = device.Write(task.LuOffset, data, tags);
        }
        else
        {
            task.LuOffset += right;
        }
        ArrayPool<byte>.Shared.Return(there);
        return result;
    }

    /// <summary>The tags that came are those of the result, but for the guard, which nobody but us can know.</summary>
    private static void SetGuards(ReadOnlySpan<byte> data, Span<byte> tags)
    {
        if (tags.IsEmpty) return;
        int interval = data.Length / (tags.Length / ProtectionInformation.Length);
        for (; !tags.IsEmpty; tags = tags[ProtectionInformation.Length..], data = data[interval..])
            (ProtectionInformation.Read(tags) with { Guard = LogicalBlockGuard.Of(data[..interval]) }).Write(tags);
    }

    private static bool IsLong(ReadOnlySpan<byte> cdb) => (OperationCode)cdb[0] == OperationCode.VariableLengthCdb;

    private static int OperationOf(ReadOnlySpan<byte> cdb) => IsLong(cdb) ? cdb[OperationAt] : Set;
}
