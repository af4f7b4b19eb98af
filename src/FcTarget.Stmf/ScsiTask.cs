// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Scsi;

namespace FcTarget.Stmf;

// SCSI TASK - theory of operation
//   Job      One command between a port provider and an LU provider: SAM's "task", COMSTAR's scsi_task.
//   Owner    The loop of the port that received it. Another thread may call PostContinue and RequestAbort, nothing else.
//   Life     Reset (port) -> Execute (router, LU) -> data segments, one at a time -> Complete (LU) -> status sent or, if aborted,
//            nothing sent -> back in the port's pool. The port provider derives its exchange from this class: one object, reused.
//   Always   Exactly one Complete a task. At most one data segment under way.
//   Data     A segment is the LU's own memory: the port copies frames out of it or into it directly. Segments go in order and
//            make up the command's data from offset 0; what exceeds ExpectedLength is clipped and becomes the residual.

/// <summary>A SCSI command on its way through the target; fields are grouped by the phase that fills them.</summary>
public abstract class ScsiTask
{
    /// <summary>Longest CDB a port hands over (FCP-4 with additional CDB, 32 bytes in all).</summary>
    public const int MaxCdbLength = 32;

    /// <summary>Sense data a task can carry, in bytes (SPC-4 4.5.1).</summary>
    public const int MaxSenseLength = 96;

    private readonly byte[] _cdb = GC.AllocateArray<byte>(MaxCdbLength, pinned: true);
    private readonly byte[] _sense = new byte[MaxSenseLength];
    private int _cdbLength;
    private volatile AbortReason _abortRequested;

    // ---- command phase: written by the port provider ------------------------------------------------------------

    /// <summary>Who asks.</summary>
    public ItNexus Nexus { get; private set; } = null!;

    public Lun Lun { get; private set; }

    /// <summary>The CDB as received, 6 to 32 bytes.</summary>
    public ReadOnlySpan<byte> Cdb => _cdb.AsSpan(0, _cdbLength);

    /// <summary>The pinned array behind <see cref="Cdb"/>, for probes that pass its address.</summary>
    public byte[] PinnedCdb => _cdb;

    public TaskAttribute Attribute { get; private set; }

    /// <summary>Bytes the initiator expects to move (FCP_DL). The port never moves more.</summary>
    public uint ExpectedLength { get; private set; }

    /// <summary>The initiator will take data (RDDATA).</summary>
    public bool ExpectsDataIn { get; private set; }

    /// <summary>The initiator will give data (WRDATA).</summary>
    public bool ExpectsDataOut { get; private set; }

    /// <summary>The LU the task was routed to; null while it has none.</summary>
    public ILogicalUnit? LogicalUnit { get; internal set; }

    // ---- data phase -----------------------------------------------------------------------------------------------

    /// <summary>Bytes the LU has offered or asked for so far, before clipping to <see cref="ExpectedLength"/>.</summary>
    public ulong Requested { get; private set; }

    /// <summary>Bytes of finished segments, after clipping: where the next segment's data begins in the command's data.</summary>
    public uint Transferred { get; private set; }

    /// <summary>Bytes of the last finished segment that really moved: less than its length when it was clipped.</summary>
    public int LastSegmentLength { get; private set; }

    /// <summary>Whether a segment is under way.</summary>
    public bool IsMovingData { get; private set; }

    // ---- the LU's own notes ---------------------------------------------------------------------------------------

    /// <summary>Which step of its command the LU is in. Zero when the task begins.</summary>
    public int LuStep;

    /// <summary>Byte position on the medium or in a parameter list; meaning up to the command.</summary>
    public long LuOffset;

    /// <summary>Bytes left to do; meaning up to the command.</summary>
    public long LuRemaining;

    /// <summary>What came of work done on another thread; meaning up to the LU. Zero when the task begins.</summary>
    public int LuResult;

    /// <summary>The command object, buffer or whatever else the LU wants to find again. Null when the task begins.</summary>
    public object? LuCommand, LuBuffer;

    /// <summary>The next task in the one queue of the LU provider this task waits in. Null when it waits in none.</summary>
    public ScsiTask? LuNext;

    // ---- status phase ---------------------------------------------------------------------------------------------

    public ScsiStatus Status { get; private set; }

    public int SenseLength { get; private set; }

    public ReadOnlySpan<byte> SenseData => _sense.AsSpan(0, SenseLength);

    /// <summary>Whether <see cref="Complete"/> has been called.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Set once the abort has reached the task's own loop. The LU stops; no status will be sent.</summary>
    public bool IsAborted => AbortReason != AbortReason.None;

    public AbortReason AbortReason { get; private set; }

    /// <summary>Neighbours in the LU's task set; belongs to <see cref="TaskSet"/>.</summary>
    internal ScsiTask? PreviousInSet, NextInSet;

    /// <summary>The task set the task is in; null while it is in none. Written by the task's loop, under the set's lock.</summary>
    internal TaskSet? Set;

    /// <summary>The task's number in its set, in the order of arrival.</summary>
    internal ulong SerialInSet;

    // ---- for the LU provider --------------------------------------------------------------------------------------

    /// <summary>
    /// Sends a segment of data-in. <c>Continue</c> follows when the memory may be reused, also when nothing of it was wanted.
    /// </summary>
    /// <param name="segment">The LU's memory. It must stay unchanged until <c>Continue</c>.</param>
    public void SendData(ReadOnlyMemory<byte> segment)
    {
        int length = BeginSegment(segment.Length, ExpectsDataIn);
        StartDataIn(segment[..length]);
    }

    /// <summary>
    /// Asks for a segment of data-out. <c>Continue</c> follows when it is in; <see cref="LastSegmentLength"/> says how much of the
    /// buffer the initiator's expected length allowed to be filled.
    /// </summary>
    public void ReceiveData(Memory<byte> buffer)
    {
        int length = BeginSegment(buffer.Length, ExpectsDataOut);
        StartDataOut(buffer[..length]);
    }

    /// <summary>
    /// The command would have moved this much more, had it gone on: counts for the residual (overflow) without moving anything.
    /// </summary>
    public void AddUnmoved(ulong bytes) => Requested += bytes;

    /// <summary>
    /// Ends the task without sense data. The port sends the status; of an aborted task none, or TASK ABORTED (<see cref="ReportsAbort"/>).
    /// </summary>
    public void Complete(ScsiStatus status)
    {
        Debug.Assert(!IsComplete, "a task completes once");
        Status = IsAborted ? StatusOfAbort() : status;
        IsComplete = true;
        IsMovingData = false;
        TaskSet.OnComplete(this);
        OnCompleted();
    }

    private ScsiStatus StatusOfAbort()
    {
        switch (AbortReason)
        {
            case AbortReason.Sanitize:
                WriteSense(Sense.SanitizeInProgress with { Progress = 0 });
                return ScsiStatus.CheckCondition;
            case AbortReason.Unmapped:
                WriteSense(Sense.LogicalUnitNotSupported);
                return ScsiStatus.CheckCondition;
            default:
                return ScsiStatus.TaskAborted;
        }
    }

    private void WriteSense(in Sense sense) =>
        SenseLength = Set is { DescriptorSense: true } ? Scsi.DescriptorSense.Write(_sense, sense) : FixedSense.Write(_sense, sense);

    /// <summary>Ends the task with CHECK CONDITION and sense data, in the format its task set has it (SPC-4 4.5).</summary>
    public void CompleteCheckCondition(in Sense sense)
    {
        WriteSense(sense);
        Complete(ScsiStatus.CheckCondition);
    }

    /// <summary>From another thread: run <c>LogicalUnit.Continue(task)</c> on the task's loop.</summary>
    public abstract void PostContinue();

    /// <summary>
    /// From any thread: abort the task on its own loop. Does nothing to a task that is complete by then; the reason is that of the first who asks.
    /// </summary>
    public void RequestAbort(AbortReason reason)
    {
        if (_abortRequested == AbortReason.None) _abortRequested = reason;
        PostAbort();
    }

    // ---- for the port provider ------------------------------------------------------------------------------------

    /// <summary>Makes the task new for a command just received.</summary>
    protected void Reset(ItNexus nexus, Lun lun, ReadOnlySpan<byte> cdb, TaskAttribute attribute, uint expectedLength, bool dataIn, bool dataOut)
    {
        Nexus = nexus;
        Lun = lun;
        cdb.CopyTo(_cdb);
        _cdbLength = cdb.Length;
        Attribute = attribute;
        ExpectedLength = expectedLength;
        ExpectsDataIn = dataIn;
        ExpectsDataOut = dataOut;
        LogicalUnit = null;
        Requested = 0;
        Transferred = 0;
        LastSegmentLength = 0;
        IsMovingData = false;
        LuStep = 0;
        LuOffset = 0;
        LuRemaining = 0;
        LuResult = 0;
        LuCommand = null;
        LuBuffer = null;
        LuNext = null;
        Status = ScsiStatus.Good;
        SenseLength = 0;
        IsComplete = false;
        AbortReason = AbortReason.None;
        _abortRequested = AbortReason.None;
        ReportsAbort = false;
        Hold = TaskHold.None;
        Debug.Assert(Set is null, "a task is reset only when its LU let go of it");
    }

    /// <summary>The segment is through: tells the LU.</summary>
    protected void EndSegment()
    {
        Debug.Assert(IsMovingData);
        IsMovingData = false;
        Transferred += (uint)LastSegmentLength;
        LogicalUnit!.Continue(this);
    }

    /// <summary>
    /// The task was aborted, and its initiator is to be told: by status TASK ABORTED (SAM-5 5.3.1, TAS = 1), or with the sense data of the reason.
    /// </summary>
    public bool ReportsAbort { get; internal set; }

    /// <summary>Whether the task set holds the task back; written under its lock.</summary>
    internal TaskHold Hold { get; set; }

    /// <summary>
    /// The reason given to <see cref="RequestAbort"/> since the task was made new; none when it came too late for the last
    /// command.
    /// </summary>
    protected AbortReason AbortRequested => _abortRequested;

    /// <summary>
    /// On the loop: makes the abort asked for with <see cref="RequestAbort"/> happen. An abort that comes late, when the task is
    /// over and this object carries the next command, finds nothing to do: the request died with <see cref="Reset"/>.
    /// </summary>
    protected void RunAbort()
    {
        if (_abortRequested is not AbortReason.None and AbortReason reason) AbortNow(reason);
    }

    /// <summary>On the loop: takes the task away from its LU. The LU completes it, now or when its thread comes back.</summary>
    protected void AbortNow(AbortReason reason)
    {
        if (IsComplete || IsAborted || LogicalUnit is null) return;
        AbortReason = reason;
        IsMovingData = false;
        LogicalUnit.Abort(this, reason);
    }

    /// <summary>Bytes over (positive: the LU had or wanted more) or under (negative) what the initiator expected (FCP-4 9.4.2).</summary>
    public long Residual => (long)Math.Min(Requested, long.MaxValue) - ExpectedLength;

    /// <summary>Begin to send; call <see cref="EndSegment"/> later, never within this call. The segment may be empty.</summary>
    protected abstract void StartDataIn(ReadOnlyMemory<byte> segment);

    /// <summary>Begin to ask for data; call <see cref="EndSegment"/> later, never within this call. The buffer may be empty.</summary>
    protected abstract void StartDataOut(Memory<byte> buffer);

    /// <summary>
    /// The LU has completed the task: send its status, or just reclaim it when <see cref="IsAborted"/> and not <see cref="ReportsAbort"/>.
    /// </summary>
    protected abstract void OnCompleted();

    /// <summary>
    /// Have <see cref="RunAbort"/> called on the loop, later, never within this call: the caller holds a task set's lock.
    /// </summary>
    protected abstract void PostAbort();

    private int BeginSegment(int length, bool allowed)
    {
        Debug.Assert(!IsMovingData && !IsComplete);
        Requested += (uint)length;
        int clipped = allowed ? (int)Math.Min((uint)length, ExpectedLength - Transferred) : 0;
        LastSegmentLength = clipped;
        IsMovingData = true;
        return clipped;
    }
}
