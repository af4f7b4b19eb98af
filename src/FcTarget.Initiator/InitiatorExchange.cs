// SPDX-License-Identifier: MIT

using System.Diagnostics;
using FcTarget.Formats;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Framing;
using FcTarget.Formats.LinkServices;
using FcTarget.Port;

namespace FcTarget.Initiator;

/// <summary>Where an FCP exchange stands, seen from the initiator.</summary>
internal enum InitiatorExchangeState : byte
{
    Free,

    /// <summary>FCP_CMND waits for its turn.</summary>
    Commanding,

    /// <summary>The target has the command, and its next frame is awaited.</summary>
    Waiting,

    /// <summary>FCP_DATA of a burst goes out.</summary>
    SendingData,

    /// <summary>The command is over; the FCP_CONF that FCP_RSP asked for waits for its turn.</summary>
    Confirming,

    /// <summary>ABTS waits for its turn.</summary>
    Aborting,

    /// <summary>ABTS is out, BA_ACC or BA_RJT is awaited.</summary>
    AwaitingAbort,

    /// <summary>Aborted: the OX_ID is not used before R_A_TOV is over and RRQ answered (FC-FS-3, Recovery_Qualifier).</summary>
    Recovering,
}

/// <summary>
/// One FCP exchange in which we are the originator: a slot of the initiator's table, reused.
/// <code>
///   FCP_CMND        FCP_XFER_RDY        burst sent
///   Commanding --> Waiting ---------> SendingData ---------> Waiting ... FCP_RSP and all data: Free
///                     | time-out, violation, Abort
///                     v           ABTS                  BA_ACC            R_A_TOV, RRQ
///                  Aborting --------------> AwaitingAbort ----> Recovering ------------> Free
///                                                  | BA_RJT: Free
/// </code>
/// </summary>
internal sealed partial class InitiatorExchange : ITransmitNode<InitiatorExchange>
{
    /// <summary>ABTS is sent so often before the login counts as broken.</summary>
    private const int MaxAbts = 3;

    private readonly FcpInitiator _owner;
    private readonly LoopTimer _timer;
    private readonly ElsReplyHandler _onRrqReply;
    private readonly ReceivedRanges _received = new();
    private SequenceAudit _audit;
    private InitiatorCommand? _command;
    private RxId _rxId;
    private byte _seqId;          // of the last sequence we began
    private ushort _seqCnt;       // of the next frame in it
    private uint _dataLength;     // FCP_DL
    private uint _sent;           // bytes of data-out sent, or of finished bursts while none is under way
    private uint _burstBegin;     // where the burst under way begins in the command's data
    private uint _burstEnd;       // where it ends; once sent, where the next one begins
    private uint _dataDue;        // bytes of data-in that FCP_RSP speaks of
    private bool _responded;      // FCP_RSP came, and data is still missing
    private bool _confirms;       // FCP_RSP asked for FCP_CONF
    private bool _rrqSent;
    private int _abtsSent;
    private InitiatorOutcome _abortOutcome;

    public InitiatorExchange(FcpInitiator owner, int index)
    {
        _owner = owner;
        Index = index;
        _timer = new LoopTimer(owner.Loop.Timers, OnTimer);
        _onRrqReply = OnRrqReply;
    }

    public int Index { get; }

    public OxId OxId { get; private set; }

    public InitiatorSession? Session { get; private set; }

    public InitiatorExchangeState State { get; private set; }

    public InitiatorExchange? NextToSend { get; set; }

    public InitiatorExchange? PreviousToSend { get; set; }

    public TransmitQueue<InitiatorExchange>? QueuedIn { get; set; }

    /// <summary>The target has the command, and it is not over.</summary>
    private bool IsOpen => State is InitiatorExchangeState.Waiting or InitiatorExchangeState.SendingData;

    private RemotePort Remote => Session!.Remote;

    /// <summary>Begins a command. It leaves in the loop's next transmit step.</summary>
    public void Begin(InitiatorSession session, InitiatorCommand command, OxId oxId)
    {
        Session = session;
        _command = command;
        command.Exchange = this;
        OxId = oxId;
        _rxId = RxId.Unassigned;
        _seqId = 0;
        _seqCnt = 0;
        _dataLength = command.TaskManagement == FcpTaskManagementFlags.None ? command.DataLength : 0;
        _sent = 0;
        _burstBegin = 0;
        _burstEnd = 0;
        _responded = false;
        _confirms = false;
        _rrqSent = false;
        _abtsSent = 0;
        _received.Clear();
        _audit.Begin();
        State = InitiatorExchangeState.Commanding;
        _timer.Set(command.Timeout);
        _owner.Control.Enqueue(this);
    }

    /// <summary>The image pair is gone: the command ends, and nothing more is sent.</summary>
    public void Drop()
    {
        InitiatorOutcome outcome = _abtsSent > 0 || State == InitiatorExchangeState.Aborting ? _abortOutcome : InitiatorOutcome.PortLost;
        Close(outcome);
    }

    /// <summary>Aborts the exchange with ABTS; the command ends when that is answered (FCP-4, exchange level recovery).</summary>
    public void Abort(InitiatorOutcome outcome)
    {
        if (!IsOpen && State != InitiatorExchangeState.Commanding) return;
        QueuedIn?.Remove(this);
        _timer.Cancel();
        _abortOutcome = outcome;
        if (State == InitiatorExchangeState.Commanding) // the target has never heard of it
        {
            Close(outcome);
            return;
        }
        // ABTS belongs to the open sequence, or is one of its own (FC-FS-3, ABTS).
        bool sequenceOpen = State == InitiatorExchangeState.SendingData && _sent != _burstBegin;
        if (!sequenceOpen) BeginSequence();
        State = InitiatorExchangeState.Aborting;
        _owner.Control.Enqueue(this);
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    /// <summary>Sends one frame. True when the exchange is through with its turn in this queue.</summary>
    public bool Transmit(Span<byte> slot)
    {
        switch (State)
        {
            case InitiatorExchangeState.Commanding:
                TransmitCmnd(slot);
                return true;
            case InitiatorExchangeState.SendingData:
                TransmitData(slot);
                return _sent == _burstEnd;
            case InitiatorExchangeState.Confirming:
                FcHeader header = Header(FcpIu.Conf, FCtlValues.FcpConf);
                _owner.Transmitter.Fill(slot, Remote.Link, ref header, default, first: true);
                return true;
            default:
                TransmitAbts(slot);
                return true;
        }
    }

    /// <summary>After <see cref="Transmit"/> returned true, and out of the queue.</summary>
    public void Transmitted()
    {
        switch (State)
        {
            case InitiatorExchangeState.Confirming:
                Close(InitiatorOutcome.None);
                break;
            case InitiatorExchangeState.Aborting:
                State = InitiatorExchangeState.AwaitingAbort;
                _timer.Set(_owner.Local.ElsTimeout);
                break;
            default:
                State = InitiatorExchangeState.Waiting;
                break;
        }
    }

    private void TransmitCmnd(Span<byte> slot)
    {
        InitiatorCommand command = _command!;
        FcpCmndHeader cmnd = new()
        {
            Lun = command.Lun.Value,
            TaskAttribute = (FcpTaskAttribute)command.Attribute,
            TaskManagement = command.TaskManagement,
        };
        ReadOnlySpan<byte> cdb = default;
        if (!cmnd.IsTaskManagement)
        {
            cdb = command.Cdb;
            if (!command.DataIn.IsEmpty) cmnd.Direction = FcpDataDirection.ReadData;
            else if (!command.DataOut.IsEmpty) cmnd.Direction = FcpDataDirection.WriteData;
        }
        Span<byte> payload = stackalloc byte[FcpCmnd.MinLength + FcpCmnd.MaxCdbLength - FcpCmnd.BaseCdbLength];
        int length = FcpCmnd.Write(payload, cmnd, cdb, _dataLength);
        FcHeader header = Header(FcpIu.Cmnd, FCtlValues.ExchangeRequest);
        _owner.Transmitter.Fill(slot, Remote.Link, ref header, payload[..length], first: true);
    }

    private void TransmitData(Span<byte> slot)
    {
        uint left = _burstEnd - _sent;
        int length = (int)Math.Min(left, (uint)Remote.MaxPayload);
        bool first = _sent == _burstBegin;
        FcHeader header = Header(FcpIu.Data, (uint)length == left ? FCtlValues.FcpDataOutLast : FCtlValues.FcpDataOut);
        header.Parameter = _sent;
        _owner.Transmitter.Fill(slot, Remote.Link, ref header, _command!.DataOut.Span.Slice((int)_sent, length), first);
        _sent += (uint)length;
        _owner.Counters.DataFramesOut++;
    }

    private void TransmitAbts(Span<byte> slot)
    {
        bool first = _seqCnt == 0;
        FcHeader header = Header(RCtl.Abts, FCtlValues.AbtsByOriginator);
        header.Type = FcType.Bls;
        header.Parameter = (uint)AbtsParameter.AbortExchange;
        _owner.Transmitter.Fill(slot, Remote.Link, ref header, default, first);
        _owner.Counters.AbtsSent++;
        _abtsSent++;
    }

    private void BeginSequence()
    {
        _seqId = SequenceId.Next(_seqId);
        _seqCnt = 0;
    }

    private FcHeader Header(RCtl rCtl, FCtl fCtl) => new()
    {
        RCtl = rCtl,
        DId = Remote.Id,
        SId = _owner.Local.Id,
        Type = FcType.Fcp,
        FCtl = fCtl,
        SeqId = _seqId,
        SeqCnt = _seqCnt++,
        OxId = OxId,
        RxId = _rxId,
    };

    // ---- time-outs and recovery -----------------------------------------------------------------------------------

    private void OnTimer()
    {
        switch (State)
        {
            case InitiatorExchangeState.Commanding or InitiatorExchangeState.Waiting or InitiatorExchangeState.SendingData:
                Abort(InitiatorOutcome.TimedOut);
                break;
            case InitiatorExchangeState.AwaitingAbort when _abtsSent < MaxAbts:
                BeginSequence();
                State = InitiatorExchangeState.Aborting;
                _owner.Control.Enqueue(this);
                break;
            case InitiatorExchangeState.AwaitingAbort:
                _owner.Counters.AbtsUnanswered++;
                _owner.GiveUp(Session!);
                break;
            case InitiatorExchangeState.Recovering when !_rrqSent:
                SendRrq();
                break;
        }
    }

    /// <summary>BA_ACC or BA_RJT.</summary>
    public void OnAbtsReply(in FcFrame frame)
    {
        if (State != InitiatorExchangeState.AwaitingAbort)
        {
            _owner.Counters.LateFrames++; // of an ABTS that was sent twice
            return;
        }
        _timer.Cancel();
        if (frame.Header.RCtl == RCtl.BaRjt)
        {
            // The target has no such exchange: nothing of it can come any more, and its OX_ID needs no rest.
            _owner.Counters.AbtsRejected++;
            Close(_abortOutcome);
            return;
        }
        _owner.Counters.AbtsAccepted++;
        State = InitiatorExchangeState.Recovering;
        _timer.Set(_owner.Local.RATov);
        InitiatorCommand command = Release();
        _owner.Ended(command, _abortOutcome);
    }

    private void SendRrq()
    {
        _rrqSent = true;
        _owner.Counters.RrqsSent++;
        RrqPayload rrq = new() { Command = ElsCommand.Rrq, OriginatorSId = _owner.Local.Id, OxId = OxId, RxId = _rxId };
        _owner.Local.Els.Send(Remote.Id, WireBytes.Of(rrq), _onRrqReply);
    }

    /// <summary>Whatever the answer, or none: R_A_TOV is over and the OX_ID may be used again.</summary>
    private void OnRrqReply(ElsOutcome outcome, in FcHeader header, ReadOnlySpan<byte> reply)
    {
        if (State == InitiatorExchangeState.Recovering && _rrqSent) Close(InitiatorOutcome.None);
    }

    /// <summary>FCP_RSP and all data are there: the command ends, and the slot is free, once FCP_CONF is out if it is wanted.</summary>
    private void Finish()
    {
        if (!_confirms)
        {
            Close(InitiatorOutcome.Completed);
            return;
        }
        QueuedIn?.Remove(this);
        _timer.Cancel();
        BeginSequence();
        State = InitiatorExchangeState.Confirming;
        _owner.Control.Enqueue(this);
        _owner.Ended(Release(), InitiatorOutcome.Completed);
    }

    /// <summary>Frees the slot and ends its command, if it still has one.</summary>
    private void Close(InitiatorOutcome outcome)
    {
        QueuedIn?.Remove(this);
        _timer.Cancel();
        State = InitiatorExchangeState.Free;
        Session = null;
        InitiatorCommand? command = _command is null ? null : Release();
        _owner.Reclaim(this);
        if (command is not null) _owner.Ended(command, outcome);
    }

    private InitiatorCommand Release()
    {
        InitiatorCommand command = _command!;
        Debug.Assert(command.Exchange == this);
        command.BytesMoved = command.DataIn.IsEmpty ? _sent : _received.Total;
        command.Exchange = null;
        _command = null;
        return command;
    }
}
