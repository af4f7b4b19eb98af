// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Commands;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits;

// BLOCK DEVICE - theory of operation
//   Job      The SBC device server: finds the command for a CDB and drives it to its completion over a backing store.
//   Owner    Each task its own port's loop; several loops at once. Commands and device have no state that changes: all that a
//            command has to remember is in its task.
//   Life     LuStep says where a task is, and so who will speak next:
//              Data     the port moves data; ends in Continue
//              Buffer   the task waits in a buffer pool's line; ends in Continue
//              Work     a worker of the engine runs the command's Work; ends in Continue
//            A store in memory never leaves the loop: its commands hand windows of the store to the port, and Work runs in place.
//   Abort    Data: over at once. Buffer: over at once if still in line. Otherwise when Continue comes.
//   Always   LuBuffer is given back before Complete.
//   Missing  Reservations, COMPARE AND WRITE, MODE SELECT, protection information, ordered task attribute.
//   Proof    Commands.*Tests, BlockDeviceModelTests, BlockDeviceFuzzTests, AbortTests

/// <summary>Who moves a task forward next: the values of <see cref="ScsiTask.LuStep"/>.</summary>
internal enum Step
{
    Begin,
    Data,
    Buffer,
    Work,
}

/// <summary>A direct access block device (SBC-3) over an <see cref="IBackingStore"/>.</summary>
public sealed class BlockDevice : ILogicalUnit, IDisposable
{
    /// <summary>MAXIMUM TRANSFER LENGTH in bytes: 256 MiB, the longest READ(10) of 4096-byte blocks. Data is streamed, so it costs no memory.</summary>
    public const int MaximumTransferBytes = 256 << 20;

    /// <summary>MAXIMUM UNMAP LBA COUNT in bytes: 256 MiB, some milliseconds when a port loop does it itself.</summary>
    public const int MaximumUnmapBytes = 256 << 20;

    /// <summary>MAXIMUM WRITE SAME LENGTH in bytes: 64 MiB, for the same reason.</summary>
    public const int MaximumWriteSameBytes = 64 << 20;

    private readonly IoEngine? _engine;
    private readonly int _blockShift;

    /// <param name="options">What it says about itself.</param>
    /// <param name="store">Its bytes; the device owns it. The length must be a multiple of the block size.</param>
    /// <param name="engine">Threads and buffers for a store that blocks; not needed for one that does not.</param>
    public BlockDevice(BlockDeviceOptions options, IBackingStore store, IoEngine? engine = null)
    {
        if (options.BlockSize is not (512 or 4096)) throw new ArgumentException("A block has 512 or 4096 bytes.", nameof(options));
        if (store.Length <= 0 || store.Length % options.BlockSize != 0)
            throw new ArgumentException("The store is not a whole number of blocks.", nameof(store));
        if (!store.IsInline) ArgumentNullException.ThrowIfNull(engine);
        Options = options;
        Store = store;
        TaskSet = new TaskSet(options.MaximumQueuedTasks);
        _engine = engine;
        _blockShift = int.Log2(options.BlockSize);
        BlockCount = (ulong)store.Length >> _blockShift;
    }

    public LogicalUnitIdentity Identity => Options.Identity;

    public TaskSet TaskSet { get; }

    public BlockDeviceOptions Options { get; }

    /// <summary>Logical block length in bytes.</summary>
    public int BlockSize => Options.BlockSize;

    /// <summary>Capacity in logical blocks.</summary>
    public ulong BlockCount { get; }

    internal IBackingStore Store { get; }

    internal uint MaximumTransferBlocks => (uint)(MaximumTransferBytes >> _blockShift);

    internal uint MaximumUnmapBlocks => (uint)(MaximumUnmapBytes >> _blockShift);

    internal uint MaximumWriteSameBlocks => (uint)(MaximumWriteSameBytes >> _blockShift);

    public void Execute(ScsiTask task)
    {
        if (CommandTable.Find(task.Cdb, out Sense refusal) is not { } command)
        {
            task.CompleteCheckCondition(refusal);
            return;
        }
        task.LuCommand = command;
        if (command.Writes && Options.ReadOnly) task.CompleteCheckCondition(Sense.WriteProtected);
        else command.Start(this, task);
    }

    public void Continue(ScsiTask task)
    {
        if (task.IsAborted)
        {
            End(task, ScsiStatus.TaskAborted);
            return;
        }
        var command = (BlockCommand)task.LuCommand!;
        switch ((Step)task.LuStep)
        {
            case Step.Data:
                command.OnData(this, task);
                break;
            case Step.Buffer:
                command.OnBuffer(this, task);
                break;
            default:
                command.OnWork(this, task);
                break;
        }
    }

    public void Abort(ScsiTask task, AbortReason reason)
    {
        switch ((Step)task.LuStep)
        {
            case Step.Work:
                return; // it comes back through Continue
            case Step.Buffer when !PoolOf(task).TryCancel(task):
                return; // its buffer is on the way
            default:
                End(task, ScsiStatus.TaskAborted);
                return;
        }
    }

    /// <summary>Makes what was written durable and closes the store. Comes after the ports have stopped.</summary>
    public void Dispose()
    {
        if (!Options.ReadOnly) Store.Flush(); // an error here has nobody left to tell: nothing unflushed was promised
        Store.Dispose();
    }

    /// <summary>Sends a segment of the LU's memory; OnData follows.</summary>
    internal static void Send(ScsiTask task, ReadOnlyMemory<byte> segment)
    {
        task.LuStep = (int)Step.Data;
        task.SendData(segment);
    }

    /// <summary>Has the port fill a segment of the LU's memory; OnData follows.</summary>
    internal static void Receive(ScsiTask task, Memory<byte> segment)
    {
        task.LuStep = (int)Step.Data;
        task.ReceiveData(segment);
    }

    /// <summary>Gets the task a buffer for LuRemaining bytes, or a place in line; OnBuffer follows, perhaps before this returns.</summary>
    internal void TakeBuffer(BlockCommand command, ScsiTask task)
    {
        task.LuStep = (int)Step.Buffer;
        if (PoolOf(task).TryTake(task)) command.OnBuffer(this, task);
    }

    /// <summary>Runs the command's Work, here or on a worker; OnWork follows, perhaps before this returns.</summary>
    internal void Submit(BlockCommand command, ScsiTask task)
    {
        task.LuStep = (int)Step.Work;
        if (Store.IsInline)
        {
            Work(task);
            command.OnWork(this, task);
        }
        else
        {
            _engine!.Submit(task);
        }
    }

    /// <summary>On a worker, or on the loop for an inline store.</summary>
    internal void Work(ScsiTask task) => task.LuResult = (int)((BlockCommand)task.LuCommand!).Work(this, task);

    /// <summary>Gives back what the task holds and completes it.</summary>
    internal static void End(ScsiTask task, ScsiStatus status)
    {
        Release(task);
        task.Complete(status);
    }

    /// <summary>Gives back what the task holds and completes it with CHECK CONDITION.</summary>
    internal static void End(ScsiTask task, in Sense sense)
    {
        Release(task);
        task.CompleteCheckCondition(sense);
    }

    /// <summary>Ends a task whose work failed; the LBA is that of the piece that was being worked on.</summary>
    internal void EndFailed(ScsiTask task)
    {
        ulong lba = (ulong)task.LuOffset >> _blockShift;
        Sense sense = (StoreResult)task.LuResult switch
        {
            StoreResult.ReadFailed => Sense.UnrecoveredReadError with { Information = lba },
            StoreResult.NoSpace => Sense.SpaceAllocationFailedWriteProtect,
            StoreResult.Miscompare => Sense.MiscompareDuringVerify,
            _ => Sense.WriteError with { Information = lba },
        };
        End(task, sense);
    }

    private static void Release(ScsiTask task)
    {
        if (task.LuBuffer is IoBuffer buffer)
        {
            task.LuBuffer = null;
            buffer.Return();
        }
        else
        {
            ParameterData.Return(task);
        }
    }

    /// <summary>By the command's whole length, which does not change while it waits.</summary>
    private IoBufferPool PoolOf(ScsiTask task) => _engine!.PoolFor(task.LuRemaining);
}
