// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Probes;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.Port;

/// <summary>
/// One FCP exchange in which we are the responder: the SCSI task and what FC needs to know about it, one object, reused. Here its
/// life and what the LU asks for; FcpExchange.Sending.cs and FcpExchange.Receiving.cs have the frames.
/// <code>
///   FCP_CMND        READ   SendData: FCP_DATA ... FCP_DATA      (a segment is one sequence; relative offset goes on)
///   ---------> Executing
///                   WRITE  ReceiveData: FCP_XFER_RDY - FCP_DATA ... FCP_DATA   (a burst; a segment may take several)
///                   Complete: FCP_RSP
/// </code>
/// </summary>
internal sealed partial class FcpExchange : ScsiTask, IResponderExchange, ITransmitNode<FcpExchange>, ILoopWork
{
    private const int ContinueWork = 0, AbortWork = 1;
    private const int FlagsByte = 10; // of FCP_RSP

    private readonly FcpTarget _target;
    private readonly ScsiCmd[] _probeCommand = GC.AllocateArray<ScsiCmd>(1, pinned: true);
    private readonly ReceivedRanges _received = new();
    private readonly LoopTimer _timer; // of the burst, or of the confirmation
    private ReadOnlyMemory<byte> _dataIn;
    private Memory<byte> _dataOut;
    private int _moved;          // bytes of the segment that are sent, or received in finished bursts
    private uint _burstLength;   // of the burst under way
    private uint _askFrom;       // where in it FCP_XFER_RDY begins: not 0 when the initiator had part of it asked for again
    private bool _stalled;       // nothing came for E_D_TOV: its credit is given back
    private ushort _seqCnt;      // of the next frame we send: goes on over our streamed sequences (FC-FS, SEQ_CNT)
    private byte _seqId;
    private uint _credit;        // receive credit held, bytes
    private long _confirmsUpTo;  // of the session's ReadFlow
    private TimeSpan _askedAt;
    private bool _isResponseAgain; // its probe has fired

    /// <summary>What the probes pass for this command: at one address as long as it lives, because scripts key by it.</summary>
    public ref ScsiCmd ProbeCommand => ref _probeCommand[0];

    public FcpExchange(FcpTarget target, int index)
    {
        _target = target;
        Index = index;
        TaskManagement = new FcpTaskManagement(this);
        _timer = new LoopTimer(target.Loop.Timers, OnTimer);
    }

    public int Index { get; }

    public bool IsOpen => State != FcpExchangeState.Free;

    public FcId Originator { get; private set; }

    public OxId OxId { get; private set; }

    public RxId RxId { get; private set; }

    public FcpSession Session { get; private set; } = null!;

    public FcpExchangeState State { get; private set; }

    public FcpTaskManagement TaskManagement { get; }

    /// <summary>Task management flags of the FCP_CMND; 0 for a command.</summary>
    public byte TaskManagementFlags { get; set; }

    /// <summary>Transfers begun, 255 at most.</summary>
    public byte Transfers { get; private set; }

    /// <summary>RSP_CODE to send in FCP_RSP_INFO; null when there is none.</summary>
    public FcpRspCode? RspCode { get; set; }

    /// <summary>An ABTS came for this exchange and is answered when the LU has let go of it.</summary>
    public bool AbtsPending { get; set; }

    /// <summary>The header of the ABTS to answer.</summary>
    public FcHeader AbtsHeader { get; set; }

    /// <summary>Length in bytes of the burst under way or waiting for credit.</summary>
    public uint BurstLength => _burstLength;

    /// <summary>The initiator has the sequence initiative: we wait for its data.</summary>
    public bool InitiativeIsTheirs => State == FcpExchangeState.ReceivingData;

    /// <summary>Bytes moved so far without a hole, for REC.</summary>
    public uint BytesMoved => Transferred + (uint)_moved + (State == FcpExchangeState.ReceivingData ? _received.WithoutHole : 0);

    public FcpExchange? NextToSend { get; set; }

    public FcpExchange? PreviousToSend { get; set; }

    public TransmitQueue<FcpExchange>? QueuedIn { get; set; }

    /// <summary>
    /// FCP_RESID (FCP-4 9.5): negative what was expected and did not move, else what there was beyond it. What did not move goes
    /// first: a command whose data direction was wrong moved nothing, whatever its LU offered.
    /// </summary>
    public long Resid => Transferred < ExpectedLength ? (long)Transferred - ExpectedLength : Residual;

    /// <summary>Offset in the command's data of the burst under way.</summary>
    private uint BurstOffset => Transferred + (uint)_moved;

    public void Identify(FcId originator, OxId oxId, RxId rxId)
    {
        Originator = originator;
        OxId = oxId;
        RxId = rxId;
        State = FcpExchangeState.Executing;
    }

    public void Begin(FcpSession session, Lun lun, ReadOnlySpan<byte> cdb, TaskAttribute attribute, uint dataLength, bool read, bool write)
    {
        Session = session;
        session.OpenExchanges++;
        session.Remote.OpenExchanges++;
        _seqCnt = 0;
        _seqId = 0;
        _moved = 0;
        _burstLength = 0;
        _isResponseAgain = false;
        TaskManagementFlags = Transfers = 0;
        RspCode = null;
        AbtsPending = false;
        Reset(session.Nexus, lun, cdb, attribute, dataLength, read, write);
    }

    public void Forget()
    {
        Debug.Assert(QueuedIn is null && _credit == 0);
        State = FcpExchangeState.Free;
        Session.OpenExchanges--;
        Session.Remote.OpenExchanges--;
        Session = null!;
        _dataIn = default;
        _dataOut = default;
    }

    // ---- what the LU asks for -------------------------------------------------------------------------------------

    protected override void StartDataIn(ReadOnlyMemory<byte> segment)
    {
        _dataIn = segment;
        _moved = 0;
        State = FcpExchangeState.SendingData;
        if (!segment.IsEmpty)
        {
            _seqId++;
            FireXfer(FcProbe.XferStart, Transferred, (uint)segment.Length);
        }
        _target.DataQueue(segment.Length).Enqueue(this);
    }

    protected override void StartDataOut(Memory<byte> buffer)
    {
        _dataOut = buffer;
        _moved = 0;
        RequestBurst();
    }

    protected override void OnCompleted()
    {
        if (IsAborted || Session.IsClosed)
        {
            StopMoving();
            if (!ReportsAbort || AbtsPending || Session.IsClosed)
            {
                _target.Reclaim(this);
                return;
            }
        }
        State = FcpExchangeState.Responding;
        _target.Control.Enqueue(this);
    }

    /// <summary>A command that no LU sees: an answer from FCP itself.</summary>
    public void Respond(FcpRspCode code)
    {
        RspCode = code;
        State = FcpExchangeState.Responding;
        _target.Control.Enqueue(this);
    }

    /// <summary>The task management function of this exchange is done.</summary>
    public void TaskManagementDone(FcpRspCode code)
    {
        if (State == FcpExchangeState.Aborting || Session.IsClosed) _target.Reclaim(this);
        else Respond(code);
    }

    /// <summary>ABTS for a task management function: it goes on, but is not answered.</summary>
    public void AbandonTaskManagement() => State = FcpExchangeState.Aborting;

    public override void PostContinue() => _target.Loop.Post(this, ContinueWork);

    protected override void PostAbort() => _target.Loop.Post(this, AbortWork);

    public void RunOnLoop(int kind)
    {
        if (!IsOpen) return;
        if (kind == ContinueWork) LogicalUnit!.Continue(this);
        else if (AbortRequested != AbortReason.None && !IsComplete) AbortTask(null); // else the command it was meant for is over
    }

    /// <summary>Takes the exchange out of the transmit queues and aborts its task.</summary>
    /// <param name="reason">Null: the reason given to RequestAbort.</param>
    public void AbortTask(AbortReason? reason)
    {
        StopMoving();
        if (TaskManagement.IsRunning) return;                                       // comes back through TaskManagementDone
        if (IsComplete || RspCode is not null) _target.Reclaim(this);               // its FCP_RSP had not left, or FCP_CONF not come
        else if (reason is { } known) AbortNow(known);
        else RunAbort();
    }

    private void StopMoving()
    {
        if (State == FcpExchangeState.Confirming) Session.Flow!.OnLost();
        switch (State)
        {
            case FcpExchangeState.SendingData when !_dataIn.IsEmpty:
                FireXfer(FcProbe.XferDone, Transferred, (uint)_dataIn.Length);
                break;
            case FcpExchangeState.RequestingData or FcpExchangeState.ReceivingData:
                FireXfer(FcProbe.XferDone, BurstOffset, _burstLength);
                break;
        }
        QueuedIn?.Remove(this);
        ReleaseCredit();
        State = FcpExchangeState.Aborting;
        _dataIn = default;
        _dataOut = default;
    }

    public void FireScsi(FcProbe probe) => FcpProbes.FireScsi(_target, this, probe);

    private void FireXfer(FcProbe probe, uint offset, uint length)
    {
        if (probe == FcProbe.XferStart && Transfers < byte.MaxValue) Transfers++;
        if (_target.Probes.IsEnabled(probe)) FcpProbes.FireXfer(_target, this, probe, offset, length);
    }
}
