// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Commands;
using FcTarget.LogicalUnits.State;
using FcTarget.LogicalUnits.Stores;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.LogicalUnits;

// The way of a task from its CDB to its status: LuStep in the theory of operation.
public sealed partial class BlockDevice
{
    public void Execute(ScsiTask task)
    {
        CommandEntry? entry = CommandTable.Find(task.Cdb, ProtectionType, out Sense refusal);
        if (entry?.Command is not { } command || !Offers(entry))
        {
            task.CompleteCheckCondition(entry is null ? refusal : Sense.InvalidCommandOperationCode);
            return;
        }
        if (ProtectionType != 0) command = command.WithProtection;
        task.LuCommand = command;
        if (Reservations.Forbids(task, command)) task.Complete(ScsiStatus.ReservationConflict);
        else if (!Access.Serves(task.Nexus.RelativeTargetPort, command.Reach))
            task.CompleteCheckCondition(Access.Refusal(task.Nexus.RelativeTargetPort));
        else if (!Medium.IsReady && !Medium.Serves(command, task)) task.CompleteCheckCondition(Medium.NotReady);
        else if (command.Writes && IsWriteProtected) task.CompleteCheckCondition(WriteProtection);
        else command.Start(this, task);
    }

    public void Continue(ScsiTask task)
    {
        var command = (BlockCommand)task.LuCommand!;
        if (task.IsAborted)
        {
            command.OnAborted(this, task);
            End(task, ScsiStatus.TaskAborted);
            return;
        }
        switch ((Step)task.LuStep)
        {
            case Step.Data:
                command.OnData(this, task);
                break;
            case Step.Buffer:
                command.OnBuffer(this, task);
                break;
            case Step.Turn:
                Submit(command, task);
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
            case Step.Work or Step.Turn:
                return; // it comes back through Continue
            case Step.Buffer when !PoolOf(task).TryCancel(task):
                return; // its buffer is on the way
            default:
                End(task, ScsiStatus.TaskAborted);
                return;
        }
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

    /// <summary>
    /// As <see cref="Submit"/>, for work that waits for a disk whatever the store is: on a worker where there are any.
    /// </summary>
    internal void SubmitBlocking(BlockCommand command, ScsiTask task)
    {
        if (_engine is null)
        {
            Submit(command, task);
            return;
        }
        task.LuStep = (int)Step.Work;
        _engine.Submit(task);
    }

    /// <summary>As <see cref="Submit"/>, but when the loop has served others.</summary>
    internal void SubmitLater(BlockCommand command, ScsiTask task)
    {
        if (!Store.IsInline)
        {
            Submit(command, task);
            return;
        }
        task.LuStep = (int)Step.Turn;
        task.PostContinue();
    }

    /// <summary>Aborts tasks of other nexuses; OnWork follows when they are over.</summary>
    internal void AbortTasksOf(Predicate<ItNexus> which, ScsiTask task)
    {
        task.LuStep = (int)Step.Work;
        TaskSet.Nexuses.Abort(nexus => nexus != task.Nexus && which(nexus), AbortReason.PreemptAndAbort, new AbortWaiter(task));
    }

    /// <summary>A SANITIZE begins: ends the other commands that are there, but those it lets pass (SBC-4 4.11.2); OnWork follows when they are over.</summary>
    internal void EndTasksForSanitize(ScsiTask task)
    {
        task.LuStep = (int)Step.Work;
        TaskSet.Terminate(
            other => other != task && CommandTable.Find(other.Cdb, ProtectionType, out _) is { Command: { } command } && !command.PassesSanitize(other),
            AbortReason.Sanitize, new AbortWaiter(task));
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
        if ((StoreResult)task.LuResult == StoreResult.ReadFailed) Counters.CountReadError();
        else Counters.CountWriteError();
        End(task, SenseOf((StoreResult)task.LuResult, lba));
    }

    /// <summary>
    /// Whether this unit has a command of the table. Those of 32 bytes are for units with protection information: initiators that know nothing of
    /// it have tables of CDBs of 16 bytes.
    /// </summary>
    internal bool Offers(CommandEntry entry) =>
        (!entry.NeedsTypeTwo || ProtectionType == 2)
        && (entry.Usage.Length < ScsiTask.MaxCdbLength || Protects)
        && (entry.Command is not Unmap || Has(ProvisioningBits.Lbpu));

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
    private IoBufferPool PoolOf(ScsiTask task) => _engine?.PoolFor(task.LuRemaining) ?? _buffers!;

    /// <summary>Continues a task when the tasks it aborts are over.</summary>
    private sealed class AbortWaiter(ScsiTask task) : TaskManagementRequest
    {
        protected override void PostDone() => task.PostContinue();
    }
}
